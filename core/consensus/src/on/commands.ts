// Commands on their way to the log (5.5): from this node's clients, or relayed by another voter.

import { LogIndex, type NodeId } from "@juno/base";
import { isUsed } from "../append.ts";
import { bulk, COMMANDS_PER_FRAME_MAX, SIGNATURES_PER_FRAME_MAX } from "../message.ts";
import type { PendingCommand } from "../pending.ts";
import { isHandingOver, isLeader } from "../state.ts";
import { asMember, backedOff, send, type Turn } from "../turn.ts";
import type { Command } from "../verified.ts";

/** Takes commands from this node's clients; each that is not taken is answered. */
export function onSubmit(turn: Turn, commands: readonly Command[]): void {
  const { state, context, now } = turn;
  for (const { body, facts } of commands) {
    if (isUsed(turn, facts.id) || state.pending.has(facts.id)) continue;
    const origin = context.self;
    const allowed = context.admission.mayPend(facts);
    const command = { body, facts, origin, arrivedMs: now.monotonicMs, relayedMs: undefined };
    const added = allowed.ok ? state.pending.add(command) : allowed;
    if (added.ok) state.toRelay.push(command);
    else turn.effects.push({ kind: "refused", id: facts.id, ...added.error });
  }
}

/** Takes what another voter relays; over its share it is refused and starts no timer. */
export function onRelayed(turn: Turn, from: NodeId, commands: readonly Command[]): void {
  const { state, context, now } = turn;
  // Who has no vote has no share either: its clients are served as this node's own.
  if (!state.electorate.keyOf.has(from)) return onSubmit(turn, commands);
  for (const { body, facts } of commands) {
    if (isUsed(turn, facts.id) || state.pending.has(facts.id)) continue;
    const allowed = context.admission.mayPend(facts);
    const added = allowed.ok
      ? state.pending.add({ body, facts, origin: from, arrivedMs: now.monotonicMs, relayedMs: undefined })
      : allowed;
    if (!added.ok) turn.effects.push({ kind: "refused", id: facts.id, ...added.error });
  }
}

/** Relays what came in this turn. The leader need not: its AppendEntries carries it. */
export function relay(turn: Turn): void {
  const { state, context } = turn;
  const commands = state.toRelay;
  if (commands.length === 0) return;
  state.toRelay = [];
  if (isLeader(context, state) && !isHandingOver(state)) return;
  relayAll(turn, commands);
}

/** V12: what its AppendEntries would have carried is shown to all, for the next leader to take. */
export function relayUnshown({ state, context }: Turn): void {
  const unshown = [...state.pending.all()].filter(
    ({ origin, relayedMs }) => origin === context.self && relayedMs === undefined,
  );
  state.toRelay = [...new Set([...state.toRelay, ...unshown])];
}

/** The timer of a command starts with its first relay; later ones make up for one that was lost. */
function relayAll(turn: Turn, commands: readonly PendingCommand[]): void {
  sendCommands(turn, commands);
  for (const command of commands) {
    command.relayedMs ??= turn.now.monotonicMs;
    command.relayedLastMs = turn.now.monotonicMs;
  }
}

const RELAY_BYTES_MAX = 1024 * 1024;

/** A voter relays to all others. A node without a vote asks one voter to do so, each time another one. */
function relayReceivers({ state, context }: Turn): readonly NodeId[] | "all" {
  const { keyOf, voters } = state.electorate;
  if (keyOf.has(context.self)) return "all";
  state.relays += 1;
  return [voters[state.relays % voters.length]!.id];
}

/** In frames of a size that keeps no receiver busy for long. */
function sendCommands(turn: Turn, commands: readonly PendingCommand[]): void {
  const to = relayReceivers(turn);
  let frame: Uint8Array[] = [];
  let bytes = 0;
  let signatures = 0;
  const flush = () => {
    const bodies = frame;
    const content = bulk({ ...asMember(turn), sha256: turn.context.sha256 }, (w) => {
      w.list(bodies, (item, body) => item.bytes(body));
    });
    send(turn, { to, kind: "commands", ...content });
    [frame, bytes, signatures] = [[], 0, 0];
  };
  for (const { body, facts } of commands) {
    const isFull =
      frame.length >= COMMANDS_PER_FRAME_MAX ||
      bytes + body.length > RELAY_BYTES_MAX ||
      signatures + facts.checks.length > SIGNATURES_PER_FRAME_MAX;
    if (isFull && frame.length > 0) flush();
    frame.push(body);
    bytes += body.length;
    signatures += facts.checks.length;
  }
  flush();
}

/** At every heartbeat: relays what waits for half its time, lets go of what expired or is used. */
export function tendPending(turn: Turn): void {
  const { state, context, now } = turn;
  const halfMs = backedOff(turn, context.timing.commandTimeoutMs) / 2;
  const late: PendingCommand[] = [];
  for (const command of [...state.pending.all()]) {
    const quietMs = now.monotonicMs - (command.relayedLastMs ?? command.arrivedMs);
    if (command.facts.expires < Math.max(state.log.last.time, now.wallMs - context.timing.driftMs)) {
      state.pending.remove(command.facts.id);
      const detail = "the command expired while it waited";
      turn.effects.push({ kind: "refused", id: command.facts.id, code: "expired", detail });
    } else if (quietMs >= halfMs) {
      // It may have been among entries that this node took over without looking into them (5.6).
      if (isUsed(turn, command.facts.id)) {
        state.pending.remove(command.facts.id);
        continue;
      }
      // What this node relays counts against its share everywhere. Beyond it the leader would refuse, so
      // there is no relay and no timer, or a liar's commands could turn honest nodes against the leader.
      if (!state.pending.answerFor(command, context.self)) continue;
      late.push(command);
    }
  }
  if (late.length > 0) relayAll(turn, late);
  relayStored(turn, halfMs);
}

/**
 * What is stored does not wait here; but if it stays uncertified, the leader may have shown it to this
 * node alone. One such command, shown to all, is enough to make all wait for it.
 */
function relayStored(turn: Turn, halfMs: number): void {
  const { state, now, context } = turn;
  if (state.uncertifiedSinceMs === undefined) return;
  const quietSinceMs = Math.max(state.uncertifiedSinceMs, state.storedRelayedMs);
  if (now.monotonicMs - quietSinceMs < halfMs) return;
  state.storedRelayedMs = now.monotonicMs;
  const from = LogIndex(state.certified.position.index + 1);
  const stored = state.log.slice({ from, to: state.log.last.index });
  const first = stored.find(({ command }) => command !== undefined);
  if (first?.command === undefined) return;
  const { body, command: facts } = first;
  const arrivedMs = now.monotonicMs;
  const command = { body, facts, origin: context.self, arrivedMs, relayedMs: undefined };
  if (state.pending.hasRoomFor(command)) sendCommands(turn, [command]);
}
