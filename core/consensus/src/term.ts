// Terms (5.1). The only ways to a new term are q PreVotes for it, a TC that shows them, or a
// certificate of it [V1]; so f liars cannot raise any term, and a node that lags may jump any distance.

import type { NodeId, Term } from "@juno/base";
import {
  encodeTermCertificate,
  leaderOf,
  quorumStatements,
  type SignedStatement,
  type TermCertificate,
} from "@juno/proof";
import { campaign } from "./campaign.ts";
import { forgetSignedPoint } from "./fetch.ts";
import { backOff, isInstalled, speaks } from "./state.ts";
import { notice, persist, sendPreVote, sendProofs, type Turn } from "./turn.ts";

/** Counts a PreVote; on a quorum for a term above the own one, enters it. */
export function recordPreVote(turn: Turn, preVote: { term: Term; statement: SignedStatement }): void {
  const { state } = turn;
  const { term, statement } = preVote;
  const known = state.preVotes.get(statement.voter);
  if (known !== undefined && known.term > term) return;
  state.preVotes.set(statement.voter, preVote);
  if (term <= state.currentTerm) return;
  const wishes = [...state.preVotes.values()].filter((wish) => wish.term === term);
  const { electorate } = state;
  if (wishes.length < electorate.quorum) return;
  const statements = quorumStatements(
    electorate,
    wishes.map((wish) => wish.statement),
  );
  enter(turn, { term, statements });
}

/** Enters a term on its certificate, reports there, and shows the certificate to all [V2]. */
export function enter(turn: Turn, licence: TermCertificate): void {
  const { state, context, now } = turn;
  state.currentTerm = licence.term;
  state.votedBase = undefined;
  state.termCertificate = licence;
  state.campaign = undefined;
  state.suspecting = false;
  state.evidenceTerm = undefined;
  state.signedOffers = [];
  forgetSignedPoint(turn);
  state.lacking = undefined;
  backOff(state);
  state.enteredMs = now.monotonicMs;
  persist(turn, { kind: "term", currentTerm: licence.term, votedBase: undefined });
  persist(turn, {
    kind: "keep",
    what: "term-certificate",
    epoch: state.electorate.epoch,
    term: licence.term,
    bytes: encodeTermCertificate(licence),
  });
  notice(turn, "entered_term", { term: licence.term });
  sendProofs(turn, "all", { termCertificate: licence, certificate: undefined, commitProof: undefined });
  report(turn, "all");
  const isOwn = leaderOf(state.electorate, licence.term) === context.self;
  // V12: what it will give up it does not seek.
  const givesUp = state.handingOver !== undefined && state.handingOver.term === undefined;
  if (speaks(state) && isOwn && !givesUp) campaign(turn);
}

/** "I am in this term; this is my best certificate": what leader(T) collects [V3]. */
export function report(turn: Turn, to: NodeId | "all"): void {
  const { state } = turn;
  if (isInstalled(state) || state.currentTerm === 0 || !speaks(state)) return;
  const statement = sendPreVote(turn, { term: state.currentTerm, entered: true, to });
  recordPreVote(turn, { term: state.currentTerm, statement });
}
