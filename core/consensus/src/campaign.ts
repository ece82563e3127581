// leader(T) seeks its election (5.1): it gathers the reports of those who entered T, adopts every
// higher certificate whose entries it can have, fixes its base once, and asks for votes.

import { compareRank, type Position, quorumStatements, type SignedStatement } from "@juno/proof";
import { adopt } from "./adopt.ts";
import { askNext } from "./fetch.ts";
import { samePosition } from "./state.ts";
import { backedOff, persist, sendRequestVote, sendVote, type Turn } from "./turn.ts";

export function campaign(turn: Turn): void {
  const { state, context, now } = turn;
  state.campaign = {
    collectUntilMs: now.monotonicMs + backedOff(turn, context.timing.collectWaitMs),
    reports: new Set([context.self]),
    base: undefined,
    votes: new Map(),
  };
  resumeFetch(turn);
  requestVotesIfReady(turn);
}

/** What was fetched while this node was not free to adopt it is of use now; what is lacking is urgent. */
function resumeFetch(turn: Turn): void {
  const { fetching } = turn.state;
  const certificate = fetching?.target.certificate;
  if (fetching === undefined || certificate === undefined) return;
  if (adopt(turn, certificate) !== "missing") return;
  fetching.untried = undefined;
  askNext(turn);
}

/** V3: waits for the reports of all voters, or until collectWait has passed. */
export function requestVotesIfReady(turn: Turn): void {
  const { state, context, now } = turn;
  const running = state.campaign;
  if (running === undefined || running.base !== undefined) return;
  const allReported = running.reports.size >= state.electorate.voters.length;
  const { fetching } = state;
  const isGathering = fetching?.target.certificate !== undefined && !fetching.isBarren;
  const waits = !allReported || isGathering;
  if (waits && now.monotonicMs < running.collectUntilMs) return;
  const base = state.certified.position;
  running.base = base;
  state.votedBase = base;
  persist(turn, { kind: "term", currentTerm: state.currentTerm, votedBase: base }); // S1
  recordVote(turn, sendVote(turn, { to: context.self, term: state.currentTerm, base }), base);
  if (state.campaign !== undefined) sendRequestVote(turn, base);
}

/** S3: all votes of an election certificate name the same base. */
export function recordVote(turn: Turn, statement: SignedStatement, base: Position): void {
  const { state } = turn;
  const running = state.campaign;
  if (running?.base === undefined || !samePosition(running.base, base)) return;
  running.votes.set(statement.voter, statement);
  if (running.votes.size < state.electorate.quorum) return;
  const statements = quorumStatements(state.electorate, running.votes.values());
  const position = { term: state.currentTerm, index: base.index, hash: base.hash };
  if (compareRank(position, state.certified.position) > 0) {
    adopt(turn, { kind: "election", epoch: state.electorate.epoch, position, statements });
  }
}
