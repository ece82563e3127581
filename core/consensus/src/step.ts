// The one switch: an input in, an ordered list of effects out. Deterministic; `state` is changed in
// place and belongs to the caller, who must perform the effects in order (effect.ts).

import { unreachable } from "@juno/base";
import { certifyAndCommit } from "./commit.ts";
import { recordCommit } from "./committed.ts";
import type { Effect } from "./effect.ts";
import { learn, takeSeat } from "./epochs.ts";
import { handOver } from "./hand-over.ts";
import { recordHeard } from "./heard.ts";
import type { Input, Now } from "./input.ts";
import { checkInvariants } from "./invariants.ts";
import { VOTERS_KINDS } from "./message.ts";
import { onAck } from "./on/ack.ts";
import { onAppendEntries } from "./on/append-entries.ts";
import { onApplied } from "./on/applied.ts";
import { onFlush, onStart, onTimer } from "./on/clock.ts";
import { onRelayed, onSubmit } from "./on/commands.ts";
import { onConfigure } from "./on/configure.ts";
import { onContradicted } from "./on/contradicted.ts";
import { onDisown } from "./on/disown.ts";
import { onPreVote, onProofs, onRequestVote, onVote } from "./on/election.ts";
import { onEpochs, onForeign } from "./on/epochs.ts";
import { onEvidence } from "./on/evidence.ts";
import { canServe, onFetch } from "./on/fetch.ts";
import { onFetchReply } from "./on/fetch-reply.ts";
import { onHeld, onHold, onRelease } from "./on/hold.ts";
import { onProbe, onProbeReply, onRead, releaseReads } from "./on/read.ts";
import { onStaged } from "./on/staged.ts";
import type { Context, State } from "./state.ts";
import type { Turn } from "./turn.ts";
import type { Message, Verified } from "./verified.ts";

export function step(context: Context, state: State, input: Input, now: Now): Effect[] {
  const turn: Turn = { context, state, now, effects: [], changes: [] };
  if (isSilent(state)) stepSilent(turn, input);
  else stepLive(turn, input);
  // Whatever is written takes the record of the last commit along.
  if (turn.changes.length > 0) recordCommit(turn);
  checkInvariants(context, state);
  const timer = nextTimer(turn);
  const barrier: Effect[] = turn.changes.length > 0 ? [{ kind: "persist", changes: turn.changes }] : [];
  return [...barrier, ...turn.effects, ...timer];
}

function stepLive(turn: Turn, input: Input): void {
  const committedBefore = turn.state.committed.index;
  switch (input.kind) {
    case "start":
      onStart(turn);
      break;
    case "message":
      onMessage(turn, input.message);
      break;
    case "learn":
      for (const facts of input.learned) learn(turn, facts);
      break;
    case "submit":
      onSubmit(turn, input.commands);
      break;
    case "read":
      onRead(turn, input.token);
      break;
    case "applied":
      onApplied(turn, input);
      break;
    case "step-down":
      if (input.epoch === turn.state.electorate.epoch) turn.state.dismissedTerm = input.term;
      break;
    case "hand-over":
    case "lead-on":
      turn.state.handingOver = input.kind === "hand-over" ? { term: undefined } : undefined;
      break;
    case "configure":
      onConfigure(turn, input.body);
      break;
    case "staged":
      onStaged(turn, input);
      break;
    case "timer":
      // The wake-up is spent, even if the host's timer was early: the next one is asked for anew.
      turn.state.timerMs = Number.POSITIVE_INFINITY;
      onTimer(turn);
      break;
    case "flush":
      onFlush(turn);
      break;
    case "contradicted":
      onContradicted(turn, input);
      break;
    case "seat":
      takeSeat(turn);
      break;
    case "disown":
      onDisown(turn, input.reason);
      break;
    case "hold":
      onHold(turn);
      break;
    case "release":
      onRelease(turn);
      break;
    case "stop":
      onStop(turn);
      break;
    default:
      unreachable(input);
  }
  if (!isSilent(turn.state)) certifyAndCommit(turn);
  if (!isSilent(turn.state)) handOver(turn);
  if (turn.state.committed.index > committedBefore) releaseReads(turn);
  // A step that ended in a halt must not let anything be said.
  if (isSilent(turn.state)) silence(turn);
}

function onStop(turn: Turn): void {
  recordHeard(turn);
  recordCommit(turn);
}

/** S19: or its operator has halted it. */
const isSilent = ({ mode, isHeld }: State): boolean => mode === "halted" || isHeld;

/** A halted node signs nothing, but still shows others its log (5.9). */
function stepSilent(turn: Turn, input: Input): void {
  if (input.kind === "hold") onHold(turn);
  if (input.kind === "release") onRelease(turn);
  if (turn.state.mode !== "halted") onHeld(turn, input);
  if (turn.state.mode !== "halted" && input.kind === "stop") onStop(turn);
  silence(turn);
  if (input.kind === "message") turn.state.lastHeardMs.set(input.message.from, turn.now.monotonicMs);
  if (input.kind === "message" && input.message.kind === "fetch" && canServe(turn, input.message.body)) {
    turn.effects.push({ kind: "serve", to: input.message.from, fetch: input.message.body });
  }
  if (input.kind === "read") turn.effects.push({ kind: "unreadable", tokens: [input.token] });
}

function silence(turn: Turn): void {
  const quiet = turn.effects.filter((effect) => effect.kind !== "send");
  turn.effects.length = 0;
  turn.effects.push(...quiet);
}

function onMessage(turn: Turn, message: Verified<Message>): void {
  const { state, now } = turn;
  state.lastHeardMs.set(message.from, now.monotonicMs);
  if (!isHeard(turn, message)) return onForeign(turn, message);
  switch (message.kind) {
    case "epochs":
      return onEpochs(turn, message);
    case "prevote":
      return onPreVote(turn, message);
    case "proofs":
      return onProofs(turn, message);
    case "request-vote":
      return onRequestVote(turn, message);
    case "vote":
      return onVote(turn, message);
    case "append-entries":
      return onAppendEntries(turn, message);
    case "ack":
      return onAck(turn, message);
    case "commands":
      return onRelayed(turn, message.from, message.commands);
    case "fetch":
      return onFetch(turn, message.from, message.body);
    case "fetch-reply":
      return onFetchReply(turn, message.from, message);
    case "evidence":
      return onEvidence(turn, message);
    case "probe":
      return onProbe(turn, message.from, message.body);
    case "probe-reply":
      return onProbeReply(turn, message.from, message.body);
    case "snapshot":
    case "recall":
    case "recollection":
      // These decide nothing here: the runtime makes certificates of snapshots (E47) and asks others what
      // this node has said (S15).
      return;
    default:
      return unreachable(message);
  }
}

/** Voters are heard in their own epoch, members in this one and later ones; questions and answers about the log always. */
function isHeard({ state }: Turn, { kind, epoch }: Verified<Message>): boolean {
  if (kind === "fetch-reply" || kind === "epochs") return true;
  if (VOTERS_KINDS.has(kind)) return epoch === state.electorate.epoch;
  return epoch >= state.electorate.epoch;
}

function nextTimer(turn: Turn): Effect[] {
  const { state } = turn;
  // A halted node has nothing to wake up for.
  if (isSilent(state)) return [];
  const { campaign } = state;
  const collectMs =
    campaign !== undefined && campaign.base === undefined ? campaign.collectUntilMs : Infinity;
  const atMs = Math.min(state.nextHeartbeatMs, collectMs);
  if (atMs === state.timerMs && atMs > turn.now.monotonicMs) return [];
  state.timerMs = atMs;
  return [{ kind: "setTimer", atMs }];
}
