// Linearizable reads (section 12): a probe shared by all that wait. Every acknowledged commit was
// covered by the certificate of an honest voter in any quorum of answers.

import type { NodeId } from "@juno/base";
import { Writer } from "@juno/base";
import { compareRank, type Position, writeCertificate } from "@juno/proof";
import { encodeProbeBody, encodeProbeReplyBody, type ProbeBody, type ProbeReplyBody } from "../message.ts";
import { type State, speaks } from "../state.ts";
import { asMember, asVoter, send, sendBody, type Turn } from "../turn.ts";

/** Reads that wait: for the next probe, for its answers, for a commit. */
function readsWaiting({ waitingReads, probe, readableAt }: State): number {
  const proved = readableAt.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return waitingReads.length + (probe?.tokens.length ?? 0) + proved;
}

/** A node that no longer speaks for the ledger answers none of the reads that wait. */
export function refuseReads(turn: Turn): void {
  const { state } = turn;
  const proved = state.readableAt.flatMap(({ tokens }) => tokens);
  const tokens = [...state.waitingReads, ...(state.probe?.tokens ?? []), ...proved];
  if (tokens.length > 0) turn.effects.push({ kind: "unreadable", tokens });
  state.waitingReads = [];
  state.probe = undefined;
  state.readableAt = [];
}

/** An observer answers by what others have proved; whoever doubts its outcomes, or has halted, answers nothing. */
const answersReads = ({ mode }: State): boolean => mode === "normal" || mode === "observer";

export function onRead(turn: Turn, token: number): void {
  const { state, context } = turn;
  if (readsWaiting(state) >= context.limits.readsMax || !answersReads(state)) {
    turn.effects.push({ kind: "unreadable", tokens: [token] });
    return;
  }
  state.waitingReads.push(token);
}

/** Starts a probe for the reads that came since the last one. */
export function probeIfDue(turn: Turn): void {
  const { state, now, context } = turn;
  if (state.probe !== undefined || state.waitingReads.length === 0) return;
  state.nonce += 1;
  // S16: what this node remembers is none of the q answers if it may have forgotten.
  const own = speaks(state) ? [[context.self, state.certified.position] as const] : [];
  const answers = new Map(own);
  state.probe = { nonce: state.nonce, tokens: state.waitingReads, answers, sentMs: now.monotonicMs };
  state.waitingReads = [];
  sendProbe(turn);
  concludeIfAnswered(turn);
}

export function sendProbe(turn: Turn): void {
  const { probe } = turn.state;
  if (probe === undefined) return;
  sendBody(turn, {
    to: "all",
    kind: "probe",
    body: encodeProbeBody({ ...asMember(turn), nonce: probe.nonce }),
  });
}

export function onProbe(turn: Turn, from: NodeId, probe: ProbeBody): void {
  const { certified } = turn.state;
  if (!speaks(turn.state)) return; // S16
  const body = encodeProbeReplyBody({ ...asVoter(turn), nonce: probe.nonce, certified: certified.position });
  const attachment = writeCertificate(new Writer(1024), certified).finish();
  send(turn, { to: from, kind: "probe-reply", body, attachment });
}

export function onProbeReply(turn: Turn, from: NodeId, reply: ProbeReplyBody): void {
  const { probe } = turn.state;
  if (probe === undefined || probe.nonce !== reply.nonce) return;
  probe.answers.set(from, reply.certified);
  concludeIfAnswered(turn);
}

function concludeIfAnswered(turn: Turn): void {
  const { state } = turn;
  const { probe } = state;
  if (probe === undefined || probe.answers.size < state.electorate.quorum) return;
  const highest = [...probe.answers.values()].reduce((a, b) => (compareRank(a, b) >= 0 ? a : b));
  state.readableAt.push({ tokens: probe.tokens, position: highest });
  state.probe = undefined;
  releaseReads(turn);
}

/** The rank up to which this node knows what is committed. */
export const committedRank = (state: State): Pick<Position, "term" | "index"> => ({
  term: state.commitProof?.term ?? (0 as Position["term"]),
  index: state.committed.index,
});

/** Lets reads go whose position, or a higher one, is committed here. */
export function releaseReads(turn: Turn): void {
  const { state } = turn;
  const reached = committedRank(state);
  const isReady = (wait: { position: Position }) => compareRank(reached, wait.position) >= 0;
  for (const { tokens } of state.readableAt.filter(isReady)) {
    turn.effects.push({ kind: "readable", tokens, index: state.committed.index });
  }
  state.readableAt = state.readableAt.filter((wait) => !isReady(wait));
}
