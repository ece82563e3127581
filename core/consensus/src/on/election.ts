// PreVote, proofs, RequestVote and Vote (5.1).

import type { NodeId } from "@juno/base";
import {
  type Certificate,
  compareRank,
  decodeAck,
  leaderOf,
  type PreVote,
  type SignedStatement,
  type Vote,
} from "@juno/proof";
import { hearVote } from "../accuse.ts";
import { recordVote, requestVotesIfReady } from "../campaign.ts";
import { consider } from "../consider.ts";
import type { Proofs, RequestVoteBody } from "../message.ts";
import { isInstalled, samePosition, speaks } from "../state.ts";
import { suspect } from "../suspicion.ts";
import { enter, recordPreVote, report } from "../term.ts";
import { persist, sendVote, syncTo, type Turn } from "../turn.ts";

export function onPreVote(
  turn: Turn,
  message: { body: PreVote; statement: SignedStatement; certificate: Certificate | undefined },
): void {
  const { state } = turn;
  const { body, statement, certificate } = message;
  consider(turn, certificate, body.from);
  recordPreVote(turn, { term: body.term, statement });
  heedLeader(turn, body);
  // V7: who wants the term is not in it, and may have missed how it began: others that want a later one count for it no more.
  const isBehind =
    body.term < state.currentTerm ||
    (body.term === state.currentTerm && (!body.entered || isInstalled(state)));
  if (isBehind) syncTo(turn, body.from);
  if (body.entered && body.term === state.currentTerm) state.campaign?.reports.add(body.from);
  requestVotesIfReady(turn);
}

/** V12: who leads a term, or is to, and asks for a later one, gives it up: nobody waits any longer to leave it. */
function heedLeader(turn: Turn, { from, term }: PreVote): void {
  const { state } = turn;
  const { currentTerm, electorate } = state;
  if (leaderOf(electorate, currentTerm) !== from || term <= currentTerm) return;
  state.resignedTerm = currentTerm;
  if (!state.suspecting) suspect(turn, "the leader gives up its term");
}

/** TC(T) is a licence to enter T; the other proofs are taken like any other. */
export function onProofs(turn: Turn, proofs: Proofs & { readonly from: NodeId }): void {
  const { state } = turn;
  consider(turn, proofs.certificate, proofs.from);
  const licence = proofs.termCertificate;
  if (licence !== undefined && licence.term > state.currentTerm) enter(turn, licence);
  consider(turn, proofs.certificate, proofs.from);
  for (const statement of proofs.commitProof?.acks ?? []) {
    const ack = decodeAck(statement.body);
    if (ack.ok) state.progress.record({ ack: ack.value, statement });
  }
}

export function onRequestVote(
  turn: Turn,
  message: {
    from: NodeId;
    body: RequestVoteBody;
    certificate: Certificate;
    termCertificate: Parameters<typeof enter>[1];
  },
): void {
  const { state, context } = turn;
  const { from, certificate, termCertificate } = message;
  const { term, base } = message.body;
  if (term < state.currentTerm) return syncTo(turn, from);
  if (leaderOf(state.electorate, term) !== from || from === context.self) return; // V4
  if (termCertificate.term !== term || base.term >= term) return; // V4, S10
  if (!samePosition(certificate.position, base)) return;
  if (term > state.currentTerm) enter(turn, termCertificate);
  if (isInstalled(state)) return syncTo(turn, from);
  if (!speaks(state)) return; // S16
  if (state.votedBase !== undefined) {
    if (samePosition(state.votedBase, base)) sendVote(turn, { to: from, term, base });
    return; // S1: one vote per term, bound to its base.
  }
  if (compareRank(base, state.certified.position) < 0) return report(turn, from); // S2
  state.votedBase = base;
  persist(turn, { kind: "term", currentTerm: term, votedBase: base });
  sendVote(turn, { to: from, term, base });
}

export function onVote(turn: Turn, message: { body: Vote; statement: SignedStatement }): void {
  const { term, base } = message.body;
  hearVote(turn, message.statement);
  if (term === turn.state.currentTerm) recordVote(turn, message.statement, base);
}
