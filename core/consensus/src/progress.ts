// The Acks of the voters: which positions have a quorum that stored them (5.4 certify), and up to
// which index a quorum has persisted a certificate (5.4 commit). For commits one record per voter and
// term; for certificates every acked position above the certified one, so that a fast node's later
// Acks do not hide the position where all meet. Whatever a voter says takes up room of its own only:
// a liar's Acks of far terms and made-up positions push out nobody else's.

import { hex, type LogIndex, type NodeId, type Term } from "@juno/base";
import { type Ack, compareRank, type Point, type SignedStatement } from "@juno/proof";

export type AckRecord = { readonly ack: Ack; readonly statement: SignedStatement };
type Votes = {
  readonly term: Term;
  readonly point: Point;
  readonly statements: Map<NodeId, SignedStatement>;
};

/** Terms of one voter whose Acks are kept at a time: its newest ones. */
const TERMS_PER_VOTER_MAX = 4;
/** Positions kept of one voter; beyond it its own oldest is forgotten. */
const POSITIONS_PER_VOTER_MAX = 1024;

export class Progress {
  readonly #quorum: number;
  /** Highest certified Ack of each voter, by term. */
  readonly #byTerm = new Map<Term, Map<NodeId, AckRecord>>();
  readonly #termsOf = new Map<NodeId, Set<Term>>();
  /** Who stored what, by "term/index/hash". */
  readonly #stored = new Map<string, Votes>();
  /** Keys of those that a quorum stored. */
  readonly #full = new Set<string>();
  /** What each voter stored in the newest term it spoke in. */
  readonly #positionsOf = new Map<NodeId, { readonly term: Term; readonly keys: Set<string> }>();
  /** Newest Ack of each voter by rank or applied index. */
  readonly #latest = new Map<NodeId, AckRecord>();
  /** Counts the Acks that said something new. */
  version = 0;

  constructor(quorum: number) {
    this.#quorum = quorum;
  }

  record(record: AckRecord): void {
    const { ack } = record;
    this.version += 1;
    const latest = this.#latest.get(ack.from);
    const isNewer =
      latest === undefined || ack.applied.index > latest.ack.applied.index || ack.term > latest.ack.term;
    if (isNewer || compareRank(rankOf(ack), rankOf(latest!.ack)) >= 0) this.#latest.set(ack.from, record);
    this.#recordCertified(record);
    this.#recordStored(record);
  }

  #recordCertified(record: AckRecord): void {
    const { ack } = record;
    const terms = this.#termsOf.get(ack.from) ?? new Set<Term>();
    this.#termsOf.set(ack.from, terms);
    if (!terms.has(ack.term) && terms.size >= TERMS_PER_VOTER_MAX) {
      const lowest = Math.min(...terms) as Term;
      if (ack.term < lowest) return;
      terms.delete(lowest);
      const left = this.#byTerm.get(lowest)!;
      left.delete(ack.from);
      if (left.size === 0) this.#byTerm.delete(lowest);
    }
    terms.add(ack.term);
    const ofTerm = this.#byTerm.get(ack.term) ?? new Map<NodeId, AckRecord>();
    this.#byTerm.set(ack.term, ofTerm);
    const known = ofTerm.get(ack.from);
    if (known === undefined || ack.certified.index >= known.ack.certified.index) ofTerm.set(ack.from, record);
  }

  #recordStored({ ack, statement }: AckRecord): void {
    const { from, term, stored } = ack;
    let own = this.#positionsOf.get(from);
    if (own === undefined || own.term < term) {
      for (const key of own?.keys ?? []) this.#forget(from, key);
      own = { term, keys: new Set() };
      this.#positionsOf.set(from, own);
    }
    if (term < own.term) return;
    const key = `${term}/${stored.index}/${hex(stored.hash)}`;
    const votes = this.#stored.get(key) ?? { term, point: stored, statements: new Map() };
    votes.statements.set(from, statement);
    this.#stored.set(key, votes);
    if (votes.statements.size >= this.#quorum) this.#full.add(key);
    own.keys.add(key);
    if (own.keys.size <= POSITIONS_PER_VOTER_MAX) return;
    const oldest = own.keys.values().next().value!;
    own.keys.delete(oldest);
    this.#forget(from, oldest);
  }

  #forget(voter: NodeId, key: string): void {
    const votes = this.#stored.get(key);
    if (votes === undefined) return;
    votes.statements.delete(voter);
    if (votes.statements.size < this.#quorum) this.#full.delete(key);
    if (votes.statements.size === 0) this.#stored.delete(key);
  }

  /** The highest position of `term` above `above` that a quorum stored and `isOwn` accepts. */
  quorumAt(query: {
    readonly term: Term;
    readonly above: LogIndex;
    readonly isOwn: (point: Point) => boolean;
  }): Votes | undefined {
    let best: Votes | undefined;
    for (const key of this.#full) {
      const votes = this.#stored.get(key)!;
      if (votes.term !== query.term || votes.point.index <= query.above) continue;
      if (best !== undefined && votes.point.index <= best.point.index) continue;
      if (query.isOwn(votes.point)) best = votes;
    }
    return best;
  }

  /** Forgets partial quorums of rank at or below a certified one. */
  certifiedThrough(rank: { readonly term: Term; readonly index: LogIndex }): void {
    for (const [key, votes] of this.#stored) {
      if (compareRank({ term: votes.term, index: votes.point.index }, rank) > 0) continue;
      for (const voter of votes.statements.keys()) this.#positionsOf.get(voter)?.keys.delete(key);
      this.#stored.delete(key);
      this.#full.delete(key);
    }
  }

  /** Acks by term, of terms in which a quorum has spoken, newest term first. */
  terms(): [Term, ReadonlyMap<NodeId, AckRecord>][] {
    return [...this.#byTerm].filter(([, ofTerm]) => ofTerm.size >= this.#quorum).sort((a, b) => b[0] - a[0]);
  }

  latest(voter: NodeId): AckRecord | undefined {
    return this.#latest.get(voter);
  }
}

const rankOf = (ack: Ack) => ({ term: ack.term, index: ack.certified.index });
