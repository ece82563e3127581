// The uncommitted end of the log grows and is cut here, in memory and on disk alike, with the ids
// that stand in it.

import type { LogIndex, NodeId } from "@juno/base";
import { leaderOf } from "@juno/proof";
import type { LogEntry } from "./log.ts";
import { persist, type Turn } from "./turn.ts";

/**
 * S8: cuts the log; commands among what was cut return to pending. They count against the share of the
 * leader that brought them, who may have made them up to burden this node.
 */
export function cut(turn: Turn, above: LogIndex): void {
  const { state, context, now } = turn;
  const removed = state.log.truncate(above);
  persist(turn, { kind: "truncate", above });
  for (const { command, body, term } of removed) {
    if (command === undefined) continue;
    const isOwn = state.loggedIds.get(command.id)?.origin === context.self;
    state.loggedIds.delete(command.id);
    // After a restart the state machine may be ahead of the record of commits: such a command comes again.
    if (context.admission.isApplied(command.id)) continue;
    if (!context.admission.mayPend(command).ok) continue;
    const origin = leaderOf(state.electorate, term) ?? context.self;
    const waiting = { body, facts: command, origin, arrivedMs: now.monotonicMs, relayedMs: undefined };
    state.pending.putBack(waiting);
    // V12: a node that is to stop may not be there any more when it would relay what its clients brought.
    if (isOwn && state.handingOver !== undefined) state.toRelay.push(waiting);
  }
}

const NONE: ReadonlyMap<string, NodeId> = new Map();

/** Appends entries, durably, and keeps the ids that are now in the log. `taken`: who brought what waits no more. */
export function appendToLog(turn: Turn, entries: readonly LogEntry[], taken = NONE): void {
  const { state, context, now } = turn;
  if (entries.length === 0) return;
  state.log.append(entries);
  persist(turn, { kind: "append", entries });
  for (const { command, index, term } of entries) {
    if (command === undefined) continue;
    const waited = state.pending.remove(command.id)?.origin ?? taken.get(command.id);
    // What did not wait here was brought by the leader itself.
    const origin = waited ?? leaderOf(state.electorate, term) ?? context.self;
    state.loggedIds.set(command.id, { index, origin });
  }
  state.uncertifiedSinceMs ??= now.monotonicMs;
}
