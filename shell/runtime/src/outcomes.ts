// Who waits for which command, and when its outcome can be believed: once f+1 voters have attested an
// applied index at or above its entry (formats, "Outcomes"). Paths are made for many outcomes at a time.
// Invariant: a proof that is handed out convinces; a false attestation never gets into one.

import { assert, hex, type LogIndex, type NodeId, type Sha256 } from "@juno/base";
import {
  type Attestation,
  decodeCommand,
  type Electorate,
  type OutcomeProof,
  signaturesHash,
} from "@juno/proof";
import { type AckSource, Attestations, type Attested } from "./attestations.ts";
import type { CommandState } from "./ports/backend.ts";
import type { Applied, AppliedBatch, EntryOutcome, Executor } from "./ports/executor.ts";
import type { CommandRecord, OutcomeRecord } from "./ports/ledger-reader.ts";

type Listener = (state: CommandState) => void;
type Ready<R extends OutcomeRecord> = { readonly outcome: R; readonly chosen: readonly Attested[] };

/** `pruned`: the outcome has been let go of meanwhile. */
type Proved = readonly Attestation[] | "pruned" | undefined;

export class Outcomes {
  readonly #sha256: Sha256;
  readonly #executor: Pick<Executor, "paths">;
  readonly #attestations: Attestations;
  readonly #listeners = new Map<string, Set<Listener>>();
  /** Applied outcomes that somebody waits for, until they are proved. */
  readonly #unproved = new Map<string, CommandRecord>();
  readonly failed: (cause: Error) => void;

  constructor(parts: {
    electorate(): Electorate;
    readonly sha256: Sha256;
    readonly executor: Pick<Executor, "paths">;
    /** What was applied before. */
    readonly applied: Applied;
    /** A voter attested what this node did not compute. Called once for each. */
    lied(voter: NodeId): void;
    failed(cause: Error): void;
  }) {
    this.#attestations = new Attestations(parts);
    this.#sha256 = parts.sha256;
    this.#executor = parts.executor;
    this.failed = parts.failed;
  }

  get waiting(): number {
    return this.#listeners.size;
  }

  watch(id: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(id) ?? new Set<Listener>();
    listeners.add(listener);
    this.#listeners.set(id, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      if (this.#listeners.get(id) === listeners) this.#listeners.delete(id);
      this.#unproved.delete(id);
    };
  }

  noteApplied(batch: AppliedBatch): void {
    this.#attestations.noteApplied(batch.applied);
    for (const outcome of batch.outcomes) {
      const { command } = outcome;
      if (command === undefined || command.status === "duplicate") continue;
      const id = hex(command.id);
      if (this.#listeners.has(id)) this.#unproved.set(id, recordOf(this.#sha256, outcome));
    }
  }

  /** An outcome found in storage, for somebody who asked late. */
  noteStored(id: string, outcome: CommandRecord): void {
    if (this.#listeners.has(id)) this.#unproved.set(id, outcome);
  }

  /** Ends a wait whose command will have no entry. */
  settle(id: string, state: CommandState): void {
    for (const listener of this.#take(id)) listener(state);
  }

  /** Takes over the newest Ack of every voter. */
  noteAcks(acks: AckSource): void {
    this.#attestations.noteAcks(acks);
  }

  /** Answers those whose outcome is attested by now. */
  advance(): void {
    const ready: Ready<CommandRecord>[] = [];
    for (const [id, outcome] of this.#unproved) {
      const chosen = this.#attestations.chosenFor(outcome.header.index);
      // In order of their entries: what is attested for one is attested for all before it.
      if (chosen === undefined) break;
      this.#unproved.delete(id);
      ready.push({ outcome, chosen });
    }
    if (ready.length === 0) return;
    this.#attest(ready).then(
      (attested) => {
        for (const [i, attestations] of attested.entries())
          this.#settleAttested(ready[i]!.outcome, attestations);
      },
      (cause: unknown) => this.failed(cause instanceof Error ? cause : new Error(String(cause))),
    );
  }

  /** Without a proof somebody's word was false: others are asked next time. */
  #settleAttested(outcome: CommandRecord, attestations: Proved): void {
    const id = hex(outcome.id);
    if (attestations === "pruned") {
      const { status, header } = outcome;
      return this.settle(id, { kind: "pruned", status, index: header.index });
    }
    if (attestations !== undefined) {
      return this.settle(id, finalState(outcome, proofOf(outcome, attestations)));
    }
    this.noteStored(id, outcome);
    this.advance();
  }

  /** The proof of one stored outcome, if enough voters attest it. */
  async proofOf(outcome: CommandRecord): Promise<OutcomeProof | undefined> {
    const attestations = await this.attestationsOf(outcome);
    return attestations && proofOf(outcome, attestations);
  }

  /** Of f+1 voters, for one stored outcome; undefined while fewer attest it. */
  async attestationsOf(outcome: OutcomeRecord): Promise<readonly Attestation[] | undefined> {
    for (;;) {
      const chosen = this.#attestations.chosenFor(outcome.header.index);
      if (chosen === undefined) return undefined;
      const [attestations] = await this.#attest([{ outcome, chosen }]);
      if (attestations === "pruned") return undefined;
      if (attestations !== undefined) return attestations;
    }
  }

  /** In the order of `ready`; undefined where one of the chosen has attested something else. */
  async #attest(ready: readonly Ready<OutcomeRecord>[]): Promise<Proved[]> {
    const requests = new Map<string, { index: LogIndex; size: LogIndex }>();
    for (const { outcome, chosen } of ready) {
      const { index } = outcome.header;
      for (const { ack } of chosen)
        requests.set(`${index}/${ack.applied.index}`, { index, size: ack.applied.index });
    }
    const paths = await this.#executor.paths([...requests.values()]);
    const pathOf = new Map([...requests.keys()].map((key, i) => [key, paths[i]]));
    return ready.map(({ outcome, chosen }) => {
      const { index } = outcome.header;
      const attestations: Attestation[] = [];
      for (const attested of chosen) {
        const path = pathOf.get(`${index}/${attested.ack.applied.index}`);
        if (path === undefined) return "pruned";
        if (!this.#attestations.isTrue(outcome, attested, path)) return undefined;
        attestations.push({ ack: attested.statement, path });
      }
      return attestations;
    });
  }

  #take(id: string): readonly Listener[] {
    const listeners = [...(this.#listeners.get(id) ?? [])];
    this.#listeners.delete(id);
    this.#unproved.delete(id);
    return listeners;
  }
}

/** What is final about a command that has an entry. */
export function finalState(outcome: CommandRecord, proof: OutcomeProof | undefined): CommandState {
  const { status, header, redactedBy } = outcome;
  const { index } = header;
  if (status === "expired") return { kind: "expired", index, proof, redactedBy };
  assert(status !== "duplicate", "a duplicate decides nothing");
  return { kind: "applied", status, index, proof, redactedBy };
}

function recordOf(sha256: Sha256, outcome: EntryOutcome): CommandRecord {
  const { entry, previousHash, receipt, command } = outcome;
  assert(command !== undefined, "the outcome is a command's");
  const decoded = decodeCommand(entry.body);
  const signatures = decoded.ok ? decoded.value.signatures : [];
  const { id, status } = command;
  const signed = signaturesHash(sha256, signatures);
  return { id, status, header: entry, previousHash, hash: entry.hash, signaturesHash: signed, receipt };
}

function proofOf(outcome: CommandRecord, attestations: readonly Attestation[]): OutcomeProof {
  const { id: commandId, previousHash, receipt } = outcome;
  const { epoch, index, term, time, kind } = outcome.header;
  const header = { epoch, index, term, time, kind };
  return { commandId, signaturesHash: outcome.signaturesHash, header, previousHash, receipt, attestations };
}
