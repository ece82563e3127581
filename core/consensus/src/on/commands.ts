// Commands on their way to the log (5.5): from this node's clients, or relayed by another voter.

import type { NodeId } from "@juno/base";
import { isUsed } from "../append.ts";
import { bulk } from "../message.ts";
import { isLeader } from "../state.ts";
import { backedOff, identity, send, type Turn } from "../turn.ts";
import type { Command } from "../verify.ts";

/** Takes commands from this node's clients; each that is not taken is answered. */
export function onSubmit(turn: Turn, commands: readonly Command[]): void {
  const { state, context, now } = turn;
  for (const { body, facts } of commands) {
    if (isUsed(turn, facts.id) || state.pending.has(facts.id)) continue;
    const origin = context.self;
    const allowed = context.admission.mayPend(facts);
    const added = allowed.ok
      ? state.pending.add({ body, facts, origin, arrivedMs: now.monotonicMs, relayedMs: undefined })
      : allowed;
    if (added.ok) state.toRelay.push(body);
    else turn.effects.push({ kind: "refused", id: facts.id, ...added.error });
  }
}

/** Takes what another voter relays; over its share it is dropped and starts no timer. */
export function onRelayed(turn: Turn, from: NodeId, commands: readonly Command[]): void {
  const { state, context, now } = turn;
  for (const { body, facts } of commands) {
    if (isUsed(turn, facts.id) || state.pending.has(facts.id)) continue;
    if (!context.admission.mayPend(facts).ok) continue;
    state.pending.add({ body, facts, origin: from, arrivedMs: now.monotonicMs, relayedMs: undefined });
  }
}

/** Relays what came in this turn, in one frame. The leader need not: its AppendEntries carries it. */
export function relay(turn: Turn): void {
  const { state, context } = turn;
  const bodies = state.toRelay;
  if (bodies.length === 0) return;
  state.toRelay = [];
  if (isLeader(context, state)) return;
  sendCommands(turn, bodies);
  const bodiesSent = new Set(bodies);
  for (const command of state.pending.all()) {
    if (bodiesSent.has(command.body)) command.relayedMs = turn.now.monotonicMs;
  }
}

const RELAY_BYTES_MAX = 4 * 1024 * 1024;

function sendCommands(turn: Turn, bodies: readonly Uint8Array[]): void {
  let from = 0;
  while (from < bodies.length) {
    let to = from;
    let bytes = 0;
    while (
      to < bodies.length &&
      to - from < 2048 &&
      (to === from || bytes + bodies[to]!.length <= RELAY_BYTES_MAX)
    ) {
      bytes += bodies[to]!.length;
      to++;
    }
    const part = bodies.slice(from, to);
    const content = bulk({ ...identity(turn), sha256: turn.context.sha256 }, (w) => {
      w.list(part, (item, body) => item.bytes(body));
    });
    send(turn, { to: "all", kind: "commands", ...content });
    from = to;
  }
}

/** At every heartbeat: relays what waits for half its time, and lets go of what expired. */
export function tendPending(turn: Turn): void {
  const { state, context, now } = turn;
  const halfMs = backedOff(turn, context.timing.commandTimeoutMs) / 2;
  const late: Uint8Array[] = [];
  for (const command of [...state.pending.all()]) {
    if (command.facts.expires < Math.max(state.log.last.time, now.wallMs - context.timing.driftMs)) {
      state.pending.remove(command.facts.id);
      const detail = "the command expired while it waited";
      turn.effects.push({ kind: "refused", id: command.facts.id, code: "expired", detail });
    } else if (command.relayedMs === undefined && now.monotonicMs - command.arrivedMs >= halfMs) {
      late.push(command.body);
      command.relayedMs = now.monotonicMs;
    }
  }
  if (late.length > 0) sendCommands(turn, late);
}
