// What a voter has said and what it remembers (5.7, S15). Others' knowledge of a voter's words is gathered
// here, and a voter's own words are held against its own memory. Nothing that an honest voter has sent is ever
// beyond its memory: all of it was durable before, and none of it falls. Invariant: nothing is decided here.

import type { NodeId } from "@juno/base";
import { type Ack, compareRank, type PreVote, type SignedStatement, type Vote } from "@juno/proof";
import { type State, samePoint, samePosition } from "./state.ts";
import { highestOf, type ReadWord, type Word, type WordTag } from "./word.ts";

type Memory = Pick<State, "currentTerm" | "votedBase" | "certified" | "log" | "withheld">;

/** What a word says that its own speaker does not remember; undefined if it remembers all of it. */
export function beyondMemory(memory: Memory, word: ReadWord): string | undefined {
  const { epoch } = memory.certified;
  // What was said in an epoch that has ended counts for nothing any more.
  if (word.body.epoch < epoch) return undefined;
  if (word.body.epoch > epoch)
    return `a statement of epoch ${word.body.epoch} where it remembers epoch ${epoch}`;
  // S18: by its memory it has said nothing here yet. What it has adopted since it entered is no memory of its own.
  if (memory.withheld !== undefined) return `a statement of epoch ${epoch}, which it has only just entered`;
  if (word.tag === "ack") return ackBeyond(memory, word.body);
  return word.tag === "vote" ? voteBeyond(memory, word.body) : preVoteBeyond(memory, word.body);
}

/** Term and vote are durable before a vote is sent, and stay until the next term (S1). */
function voteBeyond({ currentTerm, votedBase }: Memory, { term, base }: Vote): string | undefined {
  if (term < currentTerm) return undefined;
  if (term > currentTerm) return `a vote in term ${term} where it remembers term ${currentTerm}`;
  const isKnown = votedBase !== undefined && samePosition(votedBase, base);
  return isKnown ? undefined : `a vote in term ${term} that it does not remember`;
}

/** A wish for T is sent in T-1, a report in T, both with what is certified by then (S6). */
function preVoteBeyond({ currentTerm, certified }: Memory, preVote: PreVote): string | undefined {
  const { term, entered } = preVote;
  const leastTerm = entered ? term : term - 1;
  if (currentTerm < leastTerm) return `a PreVote for term ${term} where it remembers term ${currentTerm}`;
  const rank = compareRank(preVote.certified, certified.position);
  if (rank < 0 || (rank === 0 && samePoint(preVote.certified, certified.position))) return undefined;
  return `a PreVote with entry ${preVote.certified.index} certified, which it does not remember`;
}

/**
 * What is certified never falls. What is stored in a term is replaced only together with it, by a certificate of a
 * higher rank: as long as the certificate is the same, the log only grows (S11).
 */
function ackBeyond({ certified, log }: Memory, ack: Ack): string | undefined {
  const { position } = certified;
  const rank = compareRank({ term: ack.term, index: ack.certified.index }, position);
  if (rank < 0) return undefined;
  if (rank > 0 || !samePoint(ack.certified, position))
    return `an Ack of term ${ack.term} with entry ${ack.certified.index} certified, which it does not remember`;
  return log.holds(ack.stored)
    ? undefined
    : `an Ack of term ${ack.term} with entry ${ack.stored.index} stored, which it does not remember`;
}

/** The highest words of each of these voters that this node knows. */
export function wordsOf(state: State, voters: readonly NodeId[]): Word[] {
  // Most of what is known is others': it is not even read, however often somebody asks.
  const wanted = new Set(voters);
  return highestOf([...knownWords(state, voters)].filter(({ statement }) => wanted.has(statement.voter)));
}

function* knownWords(state: State, voters: readonly NodeId[]): Generator<Word> {
  yield* state.heard;
  for (const voter of voters) {
    const ack = state.progress.latest(voter);
    if (ack !== undefined) yield { tag: "ack", statement: ack.statement };
    const preVote = state.preVotes.get(voter);
    if (preVote !== undefined) yield { tag: "prevote", statement: preVote.statement };
    yield* tagged("vote", state.witness.votesOf(voter));
    const vote = state.campaign?.votes.get(voter);
    if (vote !== undefined) yield { tag: "vote", statement: vote };
  }
  const { certified, commitProof, termCertificate } = state;
  yield* tagged(certified.kind === "election" ? "vote" : "ack", certified.statements);
  yield* tagged("ack", commitProof?.acks ?? []);
  yield* tagged("prevote", termCertificate?.statements ?? []);
}

function* tagged(tag: WordTag, statements: Iterable<SignedStatement>): Generator<Word> {
  for (const statement of statements) yield { tag, statement };
}
