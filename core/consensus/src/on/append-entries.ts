// AppendEntries from leader(T) (5.3): first its proofs, then its entries.

import { type AppendBody, type Certificate, decodeCertificate, leaderOf } from "@juno/proof";
import { adopt } from "../adopt.ts";
import { appendUncertified } from "../append.ts";
import type { AppendEntries } from "../bulk.ts";
import { consider } from "../consider.ts";
import { dropFetch } from "../fetch.ts";
import { isInstalled } from "../state.ts";
import { syncTo, type Turn } from "../turn.ts";
import type { Verified } from "../verified.ts";

export function onAppendEntries(turn: Turn, message: Verified<AppendEntries & { from: number }>): void {
  const { state, context, now } = turn;
  const { body, certificate, entries, signature, bodyBytes } = message;
  const leader = leaderOf(state.electorate, body.term);
  if (leader !== body.from || leader === context.self) return;
  if (body.term < state.currentTerm) return syncTo(turn, body.from);
  const outcome = certificate === undefined ? "refused" : adopt(turn, certificate);
  if (!(isInstalled(state) && state.currentTerm === body.term)) acceptLeader(turn, message);
  if (state.currentTerm === body.term && isInstalled(state)) {
    state.lastLeaderMs = now.monotonicMs;
    const signed = { body: bodyBytes, signature };
    appendUncertified(turn, { previous: body.previous, entries, signed });
  }
  if (outcome === "missing" && certificate !== undefined) consider(turn, certificate, body.from);
  adoptIfHeld(turn);
  noteLacking(turn, body);
}

/** Entries that this node cannot get, or must refuse, keep it from acking, whoever is to blame. */
function noteLacking(turn: Turn, { term, last }: AppendBody): void {
  const { state, now } = turn;
  const reached = state.log.last.index;
  // What a certificate stands for can be had; it only takes its time.
  const isCatchingUp = state.fetching?.target.certificate !== undefined;
  if (state.lacking !== undefined && (isCatchingUp || reached >= state.lacking.index)) {
    state.lacking = undefined;
  }
  if (term !== state.currentTerm || !isInstalled(state) || isCatchingUp || last.index <= reached) return;
  state.lacking ??= { index: last.index, sinceMs: now.monotonicMs };
}

/** What was wanted may have come in the leader's own message. */
function adoptIfHeld(turn: Turn): void {
  const { state } = turn;
  const { fetching } = state;
  if (fetching === undefined || !state.log.holds(fetching.target.point)) return;
  const { certificate } = fetching.target;
  if (certificate !== undefined) adopt(turn, certificate);
  if (state.fetching === fetching) dropFetch(turn);
}

/** The first entry of a term carries the election certificate itself. */
function acceptLeader(turn: Turn, message: AppendEntries): void {
  const first = message.entries[0];
  if (first?.kind !== "election") return;
  const certificate = decodeCertificate(first.body);
  if (certificate.ok && isElectionOf(certificate.value, message.body.term))
    consider(turn, certificate.value, message.body.from);
}

const isElectionOf = (certificate: Certificate, term: number): boolean =>
  certificate.kind === "election" && certificate.position.term === term;
