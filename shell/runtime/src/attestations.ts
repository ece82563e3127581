// What the voters attest of applied outcomes: their Acks, as far as they agree with this node's own
// tree. A proof with one false root in it is believed by nobody, so whoever is found to attest one is
// not listened to any more in that epoch; in the next one it may be another machine, under another key (S17). Invariant: what is
// kept is bounded, and of one epoch.

import { equalBytes, type Hash, type LogIndex, type NodeId, type Sha256 } from "@juno/base";
import {
  type Ack,
  type Attestation,
  type Electorate,
  includes,
  outcomeLeaf,
  receiptHash,
  type SignedStatement,
} from "@juno/proof";
import type { Applied } from "./ports/executor.ts";
import type { OutcomeRecord } from "./ports/ledger-reader.ts";

export type Attested = { readonly ack: Ack; readonly statement: SignedStatement };
/** The newest Ack of each voter. */
export type AckSource = { latest(voter: NodeId): Attested | undefined };

/** Acks kept of each voter: a voter ahead of this node is useful once this node has caught up. */
const ATTESTED_MAX = 32;
const ROOTS_MAX = 256;

export class Attestations {
  readonly #electorate: () => Electorate;
  /** The epoch that all that is kept of voters is of: a proof holds Acks of one (E34). */
  #epoch: Electorate["epoch"];
  readonly #sha256: Sha256;
  readonly #lied: (voter: NodeId) => void;
  readonly #attested = new Map<NodeId, Attested[]>();
  readonly #liars = new Set<NodeId>();
  /** Own roots by tree size, the newest of them. */
  readonly #roots = new Map<LogIndex, Hash>();
  #appliedIndex: LogIndex;

  constructor(parts: {
    electorate(): Electorate;
    readonly sha256: Sha256;
    readonly applied: Applied;
    /** A voter attested what this node did not compute. Called once for each in an epoch. */
    lied(voter: NodeId): void;
  }) {
    this.#electorate = parts.electorate;
    this.#epoch = parts.electorate().epoch;
    this.#sha256 = parts.sha256;
    this.#lied = parts.lied;
    this.#appliedIndex = parts.applied.index;
    this.noteApplied(parts.applied);
  }

  noteApplied({ index, root }: Applied): void {
    this.#appliedIndex = index;
    this.#roots.set(index, root);
    if (this.#roots.size > ROOTS_MAX) this.#roots.delete(this.#roots.keys().next().value!);
  }

  #followed(): Electorate {
    const electorate = this.#electorate();
    if (electorate.epoch !== this.#epoch) {
      this.#epoch = electorate.epoch;
      this.#attested.clear();
      this.#liars.clear();
    }
    return electorate;
  }

  /** Takes over the newest Ack of every voter. */
  noteAcks(acks: AckSource): void {
    for (const { id } of this.#followed().voters) {
      const latest = acks.latest(id);
      if (latest === undefined || latest.ack.applied.index === 0) continue;
      const ring = this.#attested.get(id) ?? [];
      const newest = ring.at(-1);
      if (newest !== undefined && newest.ack.applied.index >= latest.ack.applied.index) continue;
      ring.push(latest);
      if (ring.length > ATTESTED_MAX) ring.shift();
      this.#attested.set(id, ring);
    }
  }

  /** Of f+1 voters the newest Ack that this node's own tree can lead to, or undefined. */
  chosenFor(index: LogIndex): readonly Attested[] | undefined {
    const chosen: Attested[] = [];
    const { voters, faults } = this.#followed();
    for (const { id } of voters) {
      if (this.#liars.has(id)) continue;
      const usable = this.#attested
        .get(id)
        ?.findLast(({ ack }) => ack.applied.index >= index && ack.applied.index <= this.#appliedIndex);
      if (usable !== undefined) chosen.push(usable);
      if (chosen.length > faults) return chosen;
    }
    return undefined;
  }

  /** Whether an Ack attests what this node computed too; `path` leads through its own tree. */
  isTrue(outcome: OutcomeRecord, attested: Attested, path: Attestation["path"]): boolean {
    const { epoch, from, applied } = attested.ack;
    const isTrue = this.#matches(outcome, applied, path);
    if (!isTrue && epoch === this.#followed().epoch && !this.#liars.has(from)) {
      this.#liars.add(from);
      this.#lied(from);
    }
    return isTrue;
  }

  #matches({ hash, header, receipt }: OutcomeRecord, applied: Applied, path: Attestation["path"]): boolean {
    const { index: size, root } = applied;
    const own = this.#roots.get(size);
    if (own !== undefined) return equalBytes(own, root);
    const sha256 = this.#sha256;
    const leafHash = outcomeLeaf(sha256, { entryHash: hash, receiptHash: receiptHash(sha256, receipt) });
    return includes(sha256, { leaf: header.index - 1, leafHash, size, root, path });
  }
}
