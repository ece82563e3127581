// Makes certificates of snapshots (E47): says which snapshot this node has made, hears what the others
// have, and puts f+1 equal words together. What a voter says is heard once an index. Invariant: what is
// kept of one voter is bounded, and nobody's word replaces another's.

import { type Epoch, equalBytes, type Hash, hex, type LogIndex, type NodeId } from "@juno/base";
import { encodeFrame, type Message, type State, signBody, type Verified } from "@juno/consensus";
import { encodeSnapshotStatement, type SignedStatement } from "@juno/proof";
import type { Clock } from "./ports/clock.ts";
import type { SnapshotStore } from "./ports/snapshot-store.ts";

/** Of one voter, the newest indexes that it spoke of. */
const INDEXES_MAX = 4;
/** Of what is not certified others are told again this often. */
const REMINDER_MS = 5_000;
const NO_ATTACHMENT = new Uint8Array(0);

type Told = { readonly snapshot: Hash; readonly statement: SignedStatement };
export type SnapshotMessage = Extract<Verified<Message>, { readonly kind: "snapshot" }>;

type Standing = Pick<State, "electorate" | "seat">;

/** f+1 voters signed for the same other snapshot: what this node holds is not the state that follows from the log (C23). */
export type Contradiction = {
  readonly index: LogIndex;
  readonly own: Hash;
  readonly theirs: Hash;
  readonly words: readonly SignedStatement[];
};

export class SnapshotSigning {
  readonly #self: NodeId;
  readonly #state: () => Standing;
  /** The epoch that all words kept are of: a certificate holds those of one (E47). */
  #epoch: Epoch;
  readonly #store: SnapshotStore;
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #send: (to: NodeId | "all", frame: Uint8Array) => void;
  readonly #speaks: () => boolean;
  readonly #spokenThrough: LogIndex;
  readonly #certified: (index: LogIndex) => void;
  readonly #differs: (facts: { readonly peer: NodeId; readonly index: LogIndex }) => void;
  readonly #contradicted: (found: Contradiction) => void;
  readonly #failed: (cause: Error) => void;
  /** Own snapshots, the newest of them. */
  readonly #own = new Map<LogIndex, Hash>();
  /** By voter, own words too; of each, ascending by index. */
  readonly #told = new Map<NodeId, Map<LogIndex, Told>>();
  /** Own snapshots without a certificate, and when they were spoken of last, monotonic ms. */
  readonly #open = new Map<LogIndex, number>();

  constructor(parts: {
    readonly self: NodeId;
    state(): Standing;
    readonly store: SnapshotStore;
    readonly clock: Pick<Clock, "monotonicMs">;
    send(to: NodeId | "all", frame: Uint8Array): void;
    /** False: this node signs for no state, but still gathers what others sign. */
    speaks(): boolean;
    /** V17: up to here this node may have signed for other snapshots before it was re-admitted; it signs for none again. */
    readonly spokenThrough: LogIndex;
    /** A snapshot of this node is certified, and its certificate is durable. */
    certified(index: LogIndex): void;
    /** A voter signed for another snapshot at an index than this node made. */
    differs(facts: { readonly peer: NodeId; readonly index: LogIndex }): void;
    contradicted(found: Contradiction): void;
    failed(cause: Error): void;
  }) {
    this.#self = parts.self;
    this.#state = parts.state;
    this.#epoch = parts.state().electorate.epoch;
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#send = parts.send;
    this.#speaks = parts.speaks;
    this.#spokenThrough = parts.spokenThrough;
    this.#certified = parts.certified;
    this.#differs = parts.differs;
    this.#contradicted = parts.contradicted;
    this.#failed = parts.failed;
  }

  /** A snapshot is here, whole and synced. */
  made(made: { readonly index: LogIndex; readonly hash: Hash; readonly isCertified: boolean }): void {
    this.#follow();
    const { electorate, seat: sign } = this.#state();
    const self = this.#self;
    const { index, hash: snapshot } = made;
    // Its voters have said what they had to say when their epoch ended.
    if (index <= electorate.start.index && index > 0) return;
    this.#own.set(index, snapshot);
    if (this.#own.size > INDEXES_MAX) this.#own.delete(this.#own.keys().next().value!);
    if (this.#speaks() && sign !== undefined && index > this.#spokenThrough) {
      const body = encodeSnapshotStatement({ epoch: electorate.epoch, from: self, index, snapshot });
      const signature = signBody({ network: electorate.network, sign }, "snapshot", body);
      this.#note(self, index, { snapshot, statement: { voter: self, body, signature } });
    }
    if (made.isCertified) return;
    this.#open.set(index, this.#clock.monotonicMs());
    if (this.#open.size > INDEXES_MAX) this.#open.delete(this.#open.keys().next().value!);
    this.#speak("all", index);
    this.#judge(index);
    for (const words of this.#told.values()) {
      const other = words.get(index)?.snapshot;
      if (other === undefined || equalBytes(other, snapshot)) continue;
      if (this.#doubt({ index, own: snapshot, theirs: other })) return;
    }
  }

  /** C23: whether so many speak of another snapshot than the own that one of them is honest. */
  #doubt(found: Omit<Contradiction, "words">): boolean {
    const words = this.#sayingSo(found.index, found.theirs);
    const isRefuted = words.length > this.#state().electorate.faults;
    if (isRefuted) this.#contradicted({ ...found, words });
    return isRefuted;
  }

  onMessage({ from, body, statement }: SnapshotMessage): void {
    this.#follow();
    if (body.epoch !== this.#epoch) return;
    const { index, snapshot } = body;
    const isNew = this.#note(from, index, { snapshot, statement });
    const own = this.#own.get(index);
    if (own === undefined) return;
    // It may not have heard this node: it tells what it has whenever it starts.
    if (isNew) this.#speak(from, index);
    if (!equalBytes(own, snapshot)) {
      if (isNew) this.#differs({ peer: from, index });
      this.#doubt({ index, own, theirs: snapshot });
      return;
    }
    this.#judge(index);
  }

  /** The words of all voters who have told of this snapshot. */
  #sayingSo(index: LogIndex, snapshot: Hash): readonly SignedStatement[] {
    return this.#state().electorate.voters.flatMap(({ id }) => {
      const told = this.#told.get(id)?.get(index);
      return told !== undefined && hex(told.snapshot) === hex(snapshot) ? [told.statement] : [];
    });
  }

  /** In another epoch others vote, perhaps under other keys: what was said before proves nothing together with it. */
  #follow(): void {
    const { epoch } = this.#state().electorate;
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#told.clear();
    this.#open.clear();
  }

  /** Speaks again of what is not certified after a while. */
  remind(): void {
    this.#follow();
    const nowMs = this.#clock.monotonicMs();
    for (const [index, spokenMs] of this.#open) {
      if (nowMs - spokenMs < REMINDER_MS) continue;
      this.#open.set(index, nowMs);
      this.#speak("all", index);
    }
  }

  /** Whether it was not known. */
  #note(voter: NodeId, index: LogIndex, told: Told): boolean {
    const known = this.#told.get(voter) ?? new Map<LogIndex, Told>();
    this.#told.set(voter, known);
    if (known.has(index)) return false;
    known.set(index, told);
    if (known.size <= INDEXES_MAX) return true;
    const oldest = Math.min(...known.keys()) as LogIndex;
    known.delete(oldest);
    return oldest !== index;
  }

  #speak(to: NodeId | "all", index: LogIndex): void {
    const self = this.#self;
    const own = this.#told.get(self)?.get(index);
    if (own === undefined || !this.#speaks()) return;
    const { body, signature } = own.statement;
    this.#send(to, encodeFrame({ kind: "snapshot", from: self, body, signature, attachment: NO_ATTACHMENT }));
  }

  #judge(index: LogIndex): void {
    if (!this.#open.has(index)) return;
    const { electorate } = this.#state();
    const own = this.#own.get(index);
    if (own === undefined) return;
    const equal = this.#sayingSo(index, own);
    if (equal.length <= electorate.faults) return;
    this.#open.delete(index);
    this.#store.certify(index, equal).then(
      () => this.#certified(index),
      (cause: unknown) => this.#failed(cause instanceof Error ? cause : new Error(String(cause))),
    );
  }
}
