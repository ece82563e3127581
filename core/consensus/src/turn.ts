// One step in progress: what is read, what is changed, what is to be done. The handlers in on/ say
// what they want in these words.

import { type NodeId, type Term, Writer } from "@juno/base";
import {
  type Certificate,
  encodePreVote,
  encodeVote,
  type Position,
  type SignedStatement,
  writeCertificate,
  writeTermCertificate,
} from "@juno/proof";
import type { DurableChange } from "./durable.ts";
import type { Effect, NoticeCode } from "./effect.ts";
import type { Now } from "./input.ts";
import {
  bulk,
  encodeFrame,
  encodeRequestVoteBody,
  type MessageKind,
  type Proofs,
  signBody,
  VOTERS_KINDS,
  writeProofs,
} from "./message.ts";
import type { Context, State } from "./state.ts";

export type Turn = {
  readonly context: Context;
  readonly state: State;
  readonly now: Now;
  /** In order; `step` puts what is persisted before all of them. */
  readonly effects: Effect[];
  readonly changes: DurableChange[];
};

/** After the change to halted a node changes nothing any more. */
export function persist(turn: Turn, change: DurableChange): void {
  if (turn.state.mode === "halted" && change.kind !== "mode") return;
  turn.changes.push(change);
}

export function notice(
  turn: Turn,
  code: NoticeCode,
  facts: Readonly<Record<string, number | string>> = {},
): void {
  turn.effects.push({ kind: "notice", code, facts });
}

/** Who says what counts in the own epoch: its voters. */
export const asVoter = ({ state, context }: Turn) => ({ epoch: state.electorate.epoch, from: context.self });

/** Who says all else: a member, in the newest epoch in which it is one. */
export const asMember = ({ state, context }: Turn) => ({
  epoch: state.voice.epoch,
  from: context.self,
});

type Receivers = NodeId | readonly NodeId[] | "all";

/** Of the own epoch, without this node. */
export const otherVoters = ({ state, context }: Pick<Turn, "state" | "context">): readonly NodeId[] =>
  state.electorate.voters.map(({ id }) => id).filter((id) => id !== context.self);

function receiversOf(turn: Turn, to: Receivers): readonly NodeId[] {
  if (to === "all") return otherVoters(turn);
  return typeof to === "object" ? to : [to];
}

const NO_SIGNATURE = new Uint8Array(64);

/** Signs a body once and queues the same frame for one node, some, or all other voters. Who has no vote sends no vote. */
export function send(
  turn: Turn,
  message: { to: Receivers; kind: MessageKind; body: Uint8Array; attachment: Uint8Array },
): SignedStatement {
  const { to, kind, body, attachment } = message;
  const { context, state, effects } = turn;
  const sign = VOTERS_KINDS.has(kind) ? state.seat : state.voice.sign;
  if (sign === undefined) return { voter: context.self, body, signature: NO_SIGNATURE };
  const signature = signBody({ network: state.electorate.network, sign }, kind, body);
  const frame = encodeFrame({ kind, from: context.self, body, signature, attachment });
  const receivers = receiversOf(turn, to);
  if (receivers.length > 0) effects.push({ kind: "send", to: receivers, frame });
  return { voter: context.self, body, signature };
}

const NOTHING = new Uint8Array(0);

export function optionalCertificate(certificate: Certificate | undefined): Uint8Array {
  const attached = certificate?.kind === "genesis" ? undefined : certificate;
  return new Writer(1024).option(attached, writeCertificate).finish();
}

export function sendPreVote(
  turn: Turn,
  wish: { term: Term; entered: boolean; to: NodeId | "all" },
): SignedStatement {
  const { state } = turn;
  const { term, entered, to } = wish;
  const body = encodePreVote({ ...asVoter(turn), term, entered, certified: state.certified.position });
  return send(turn, { to, kind: "prevote", body, attachment: optionalCertificate(state.certified) });
}

export function sendVote(turn: Turn, vote: { to: NodeId; term: Term; base: Position }): SignedStatement {
  const { to, term, base } = vote;
  const body = encodeVote({ ...asVoter(turn), term, base });
  const receivers = to === turn.context.self ? [] : [to];
  return send(turn, { to: receivers, kind: "vote", body, attachment: optionalCertificate(undefined) });
}

export function sendRequestVote(turn: Turn, base: Position): void {
  const { state } = turn;
  const body = encodeRequestVoteBody({ ...asVoter(turn), term: state.currentTerm, base });
  const writer = writeCertificate(new Writer(2048), state.certified);
  const attachment = writeTermCertificate(writer, state.termCertificate!).finish();
  send(turn, { to: "all", kind: "request-vote", body, attachment });
}

export function sendProofs(turn: Turn, to: NodeId | "all", proofs: Proofs): void {
  const { sha256 } = turn.context;
  const content = bulk({ ...asVoter(turn), sha256 }, (writer) => writeProofs(writer, proofs));
  send(turn, { to, kind: "proofs", ...content });
}

/** V7: shows a node that is behind what proves the own term, certificate and commits; rate-limited. */
export function syncTo(turn: Turn, peer: NodeId): void {
  const { state, now, context } = turn;
  const last = state.lastSyncMs.get(peer);
  if (last !== undefined && now.monotonicMs - last < context.timing.heartbeatMs) return;
  state.lastSyncMs.set(peer, now.monotonicMs);
  const ofTerm = state.termCertificate?.term === state.currentTerm ? state.termCertificate : undefined;
  const certificate = state.certified.kind === "genesis" ? undefined : state.certified;
  sendProofs(turn, peer, { termCertificate: ofTerm, certificate, commitProof: state.commitProof });
}

export function sendBody(
  turn: Turn,
  message: { to: NodeId | "all"; kind: MessageKind; body: Uint8Array },
): void {
  send(turn, { ...message, attachment: NOTHING });
}

/** Doubles a base time per term without a commit, so that Δ need not be known (5.5). */
export const backedOff = (turn: Turn, baseMs: number): number => baseMs * 2 ** turn.state.backOff;
