// The Acks of the voters: which positions have a quorum that stored them (5.4 certify), and up to
// which index a quorum has persisted a certificate (5.4 commit). One record per voter and term for
// commits; every acked position above the certified one for certificates, so that a fast node's
// later Acks do not hide the position where all meet.

import { hex, type LogIndex, type NodeId, type Term } from "@juno/base";
import { type Ack, compareRank, type Point, type SignedStatement } from "@juno/proof";

export type AckRecord = { readonly ack: Ack; readonly statement: SignedStatement };
type Votes = { readonly point: Point; readonly statements: Map<NodeId, SignedStatement> };

/** Terms whose Acks are kept at a time: the newest ones. */
const TERMS_MAX = 4;
/** Positions kept of one voter; beyond it the voter's own oldest is forgotten, never another's. */
const POSITIONS_PER_VOTER_MAX = 1024;

export class Progress {
  /** Highest certified Ack of each voter, by term. */
  readonly #byTerm = new Map<Term, Map<NodeId, AckRecord>>();
  /** Partial quorums of the term below, by "index/hash". */
  readonly #stored = new Map<string, Votes>();
  readonly #positionsOf = new Map<NodeId, Set<string>>();
  #storedTerm = 0;
  /** Newest Ack of each voter by rank of (term, applied index). */
  readonly #latest = new Map<NodeId, AckRecord>();

  record(record: AckRecord): void {
    const { ack, statement } = record;
    const latest = this.#latest.get(ack.from);
    const isNewer =
      latest === undefined || ack.applied.index > latest.ack.applied.index || ack.term > latest.ack.term;
    if (isNewer || compareRank(rankOf(ack), rankOf(latest!.ack)) >= 0) this.#latest.set(ack.from, record);
    this.#recordCertified(record);
    if (ack.term > this.#storedTerm) {
      this.#stored.clear();
      this.#positionsOf.clear();
      this.#storedTerm = ack.term;
    }
    if (ack.term === this.#storedTerm) this.#recordStored(ack, statement);
  }

  #recordCertified(record: AckRecord): void {
    const { ack } = record;
    let ofTerm = this.#byTerm.get(ack.term);
    if (ofTerm === undefined) {
      if (this.#byTerm.size >= TERMS_MAX) {
        const lowest = Math.min(...this.#byTerm.keys()) as Term;
        if (ack.term < lowest) return;
        this.#byTerm.delete(lowest);
      }
      ofTerm = new Map();
      this.#byTerm.set(ack.term, ofTerm);
    }
    const known = ofTerm.get(ack.from);
    if (known === undefined || ack.certified.index >= known.ack.certified.index) ofTerm.set(ack.from, record);
  }

  #recordStored(ack: Ack, statement: SignedStatement): void {
    const key = `${ack.stored.index}/${hex(ack.stored.hash)}`;
    const votes = this.#stored.get(key) ?? { point: ack.stored, statements: new Map() };
    votes.statements.set(ack.from, statement);
    this.#stored.set(key, votes);
    const positions = this.#positionsOf.get(ack.from) ?? new Set<string>();
    positions.add(key);
    this.#positionsOf.set(ack.from, positions);
    if (positions.size > POSITIONS_PER_VOTER_MAX) this.#forget(ack.from, positions.values().next().value!);
  }

  #forget(voter: NodeId, key: string): void {
    this.#positionsOf.get(voter)?.delete(key);
    const votes = this.#stored.get(key);
    votes?.statements.delete(voter);
    if (votes?.statements.size === 0) this.#stored.delete(key);
  }

  /** The highest position of `term` above `above` that `quorum` voters stored and `isOwn` accepts. */
  quorumAt(query: {
    readonly term: Term;
    readonly above: LogIndex;
    readonly quorum: number;
    readonly isOwn: (point: Point) => boolean;
  }): Votes | undefined {
    if (query.term !== this.#storedTerm) return undefined;
    let best: Votes | undefined;
    for (const votes of this.#stored.values()) {
      if (votes.statements.size < query.quorum || votes.point.index <= query.above) continue;
      if (best !== undefined && votes.point.index <= best.point.index) continue;
      if (query.isOwn(votes.point)) best = votes;
    }
    return best;
  }

  /** Forgets partial quorums at or below an index that is certified. */
  certifiedThrough(index: LogIndex): void {
    for (const [key, votes] of this.#stored) {
      if (votes.point.index > index) continue;
      for (const voter of votes.statements.keys()) this.#positionsOf.get(voter)?.delete(key);
      this.#stored.delete(key);
    }
  }

  /** Acks by term, newest term first. */
  terms(): [Term, ReadonlyMap<NodeId, AckRecord>][] {
    return [...this.#byTerm].sort((a, b) => b[0] - a[0]);
  }

  latest(voter: NodeId): AckRecord | undefined {
    return this.#latest.get(voter);
  }
}

const rankOf = (ack: Ack) => ({ term: ack.term, index: ack.certified.index });
