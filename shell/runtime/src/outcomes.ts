// Who waits for which command, and when its outcome can be believed: once f+1 voters have attested an
// applied index at or above its entry (formats, "Outcomes"). Attestations are the Acks this node saw;
// paths are made for many outcomes at a time.

import { assert, hex, LogIndex, type NodeId, type Sha256 } from "@juno/base";
import type { State } from "@juno/consensus";
import {
  type Ack,
  type Attestation,
  decodeCommand,
  type Electorate,
  type OutcomeProof,
  type SignedStatement,
  signaturesHash,
} from "@juno/proof";
import type { CommandState } from "./ports/backend.ts";
import type { AppliedBatch, EntryOutcome, Executor } from "./ports/executor.ts";
import type { CommandRecord } from "./ports/ledger-reader.ts";

type Listener = (state: CommandState) => void;
type Attested = { readonly ack: Ack; readonly statement: SignedStatement };
type Ready = { readonly outcome: CommandRecord; readonly chosen: readonly Attested[] };

/** Acks kept of each voter: a voter ahead of this node is useful once this node has caught up. */
const ATTESTED_MAX = 32;

export class Outcomes {
  readonly #electorate: Electorate;
  readonly #sha256: Sha256;
  readonly #executor: Executor;
  readonly #attested = new Map<NodeId, Attested[]>();
  readonly #listeners = new Map<string, Set<Listener>>();
  /** Applied outcomes that somebody waits for, until they are proved. */
  readonly #unproved = new Map<string, CommandRecord>();
  #appliedIndex = LogIndex(0);
  readonly failed: (cause: Error) => void;

  constructor(parts: {
    electorate: Electorate;
    sha256: Sha256;
    executor: Executor;
    failed: (cause: Error) => void;
  }) {
    this.#electorate = parts.electorate;
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
    this.#appliedIndex = batch.applied.index;
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
  noteAcks(state: State): void {
    for (const { id } of this.#electorate.voters) {
      const latest = state.progress.latest(id);
      if (latest === undefined || latest.ack.applied.index === 0) continue;
      const ring = this.#attested.get(id) ?? [];
      const newest = ring.at(-1);
      if (newest !== undefined && newest.ack.applied.index >= latest.ack.applied.index) continue;
      ring.push(latest);
      if (ring.length > ATTESTED_MAX) ring.shift();
      this.#attested.set(id, ring);
    }
  }

  /** Answers those whose outcome is attested by now. */
  advance(): void {
    const ready: Ready[] = [];
    for (const [id, outcome] of this.#unproved) {
      const chosen = this.#attestationsFor(outcome.header.index);
      // In order of their entries: what is attested for one is attested for all before it.
      if (chosen === undefined) break;
      this.#unproved.delete(id);
      ready.push({ outcome, chosen });
    }
    if (ready.length === 0) return;
    this.#prove(ready).then(
      (proofs) => {
        for (const [i, proof] of proofs.entries()) this.#answer(ready[i]!.outcome, proof);
      },
      (cause: unknown) => this.failed(cause instanceof Error ? cause : new Error(String(cause))),
    );
  }

  /** The proof of one stored outcome, if enough voters attest it. */
  async proofOf(outcome: CommandRecord): Promise<OutcomeProof | undefined> {
    const chosen = this.#attestationsFor(outcome.header.index);
    if (chosen === undefined) return undefined;
    const [proof] = await this.#prove([{ outcome, chosen }]);
    return proof;
  }

  /** Of each voter the newest Ack that this node's own tree can lead to; f+1 of them, or undefined. */
  #attestationsFor(index: LogIndex): readonly Attested[] | undefined {
    const chosen: Attested[] = [];
    for (const { id } of this.#electorate.voters) {
      const usable = this.#attested
        .get(id)
        ?.findLast(({ ack }) => ack.applied.index >= index && ack.applied.index <= this.#appliedIndex);
      if (usable !== undefined) chosen.push(usable);
      if (chosen.length > this.#electorate.faults) return chosen;
    }
    return undefined;
  }

  async #prove(ready: readonly Ready[]): Promise<OutcomeProof[]> {
    const requests = new Map<string, { index: LogIndex; size: LogIndex }>();
    for (const { outcome, chosen } of ready) {
      const { index } = outcome.header;
      for (const { ack } of chosen)
        requests.set(`${index}/${ack.applied.index}`, { index, size: ack.applied.index });
    }
    const paths = await this.#executor.paths([...requests.values()]);
    const pathOf = new Map([...requests.keys()].map((key, i) => [key, paths[i]!]));
    return ready.map(({ outcome, chosen }) => {
      const { index } = outcome.header;
      const attestations = chosen.map(({ ack, statement }): Attestation => {
        return { ack: statement, path: pathOf.get(`${index}/${ack.applied.index}`)! };
      });
      return proofOf(outcome, attestations);
    });
  }

  #answer(outcome: CommandRecord, proof: OutcomeProof): void {
    this.settle(hex(outcome.id), finalState(outcome, proof));
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
  const { status, header } = outcome;
  const { index } = header;
  if (status === "expired") return { kind: "expired", index, proof };
  assert(status !== "duplicate", "a duplicate decides nothing");
  return { kind: "applied", status, index, proof };
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
