// Remembers what voters signed for as long as they may contradict it: the vote of each of a voter's last
// terms, the outcome of each of its last applied indexes, and the highest position that it certified (5.9).
// Invariant: whatever a voter says takes up room of its own only, and a bounded amount of it.

import type { LogIndex, NodeId, Term } from "@juno/base";
import {
  type Ack,
  attestsTwice,
  compareRank,
  type Evidence,
  type SignedStatement,
  type Vote,
  votesBelow,
  votesTwice,
} from "@juno/proof";

/** Elections of which a voter's vote is remembered. */
const TERMS_PER_VOTER_MAX = 4;
/** Applied indexes of which a voter's outcome is remembered: a busy second's worth of Acks. */
const INDEXES_PER_VOTER_MAX = 64;

type Said<B> = { readonly body: B; readonly statement: SignedStatement };

export class Witness {
  readonly #votes = new Recollection<Term, Said<Vote>>(TERMS_PER_VOTER_MAX);
  readonly #acks = new Recollection<LogIndex, Said<Ack>>(INDEXES_PER_VOTER_MAX);
  readonly #highest = new Map<NodeId, Said<Ack>>();

  /** The votes of a voter that are remembered. */
  *votesOf(voter: NodeId): Generator<SignedStatement> {
    for (const { statement } of this.#votes.of(voter)) yield statement;
  }

  /** What a voter has attested of an index, if that is remembered: the first that it said. */
  attested(voter: NodeId, index: LogIndex): Said<Ack> | undefined {
    return this.#acks.at(voter, index);
  }

  /** What a vote contradicts of what is remembered of its voter. */
  hearVote(vote: Vote, statement: SignedStatement): Evidence[] {
    const found: Evidence[] = [];
    const before = this.#votes.before(vote.from, vote.term, () => said(vote, statement));
    if (before !== undefined && votesTwice(before.body, vote))
      found.push({ kind: "double-vote", first: before.statement, second: statement });
    const highest = this.#highest.get(vote.from);
    if (highest !== undefined && votesBelow(highest.body, vote))
      found.push({ kind: "stale-vote", first: highest.statement, second: statement });
    return found;
  }

  /** What an Ack contradicts of what is remembered of its voter. */
  hearAck(ack: Ack, statement: SignedStatement): Evidence[] {
    const found: Evidence[] = [];
    const { index } = ack.applied;
    const before = this.#acks.before(ack.from, index, () => said(ack, statement));
    if (before !== undefined && attestsTwice(before.body, ack))
      found.push({ kind: "false-attestation", first: before.statement, second: statement });
    const highest = this.#highest.get(ack.from);
    if (highest !== undefined && compareRank(certifiedOf(ack), certifiedOf(highest.body)) <= 0) return found;
    this.#highest.set(ack.from, { body: ack, statement });
    for (const vote of this.#votes.of(ack.from)) {
      if (votesBelow(ack, vote.body))
        found.push({ kind: "stale-vote", first: statement, second: vote.statement });
    }
    return found;
  }
}

const certifiedOf = ({ term, certified }: Ack) => ({ term, index: certified.index });

/** With bytes of their own: what is remembered in numbers must not hold as many whole frames in memory. */
function said<B>(body: B, { voter, body: bytes, signature }: SignedStatement): Said<B> {
  return {
    body,
    statement: { voter, body: new Uint8Array(bytes), signature: new Uint8Array(signature) },
  };
}

/** The first thing that each voter said at each of the places it spoke of last. */
class Recollection<Place, S> {
  readonly #placesMax: number;
  readonly #ofVoter = new Map<NodeId, Map<Place, S>>();

  constructor(placesMax: number) {
    this.#placesMax = placesMax;
  }

  of(voter: NodeId): Iterable<S> {
    return this.#ofVoter.get(voter)?.values() ?? [];
  }

  at(voter: NodeId, place: Place): S | undefined {
    return this.#ofVoter.get(voter)?.get(place);
  }

  /** What was said of this place before; if nothing was, `now` is remembered. */
  before(voter: NodeId, place: Place, now: () => S): S | undefined {
    let places = this.#ofVoter.get(voter);
    if (places === undefined) {
      places = new Map();
      this.#ofVoter.set(voter, places);
    }
    const before = places.get(place);
    if (before !== undefined) return before;
    places.set(place, now());
    if (places.size > this.#placesMax) places.delete(places.keys().next().value!);
    return undefined;
  }
}
