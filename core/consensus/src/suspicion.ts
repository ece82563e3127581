// When a node wants to leave its term (5.5): only by its own timers and by evidence, never because
// a client says so. Wishing is safe; a quorum of wishes is the licence for the next term.

import { Term } from "@juno/base";
import { LIFETIME_MS_MAX, leaderOf } from "@juno/proof";
import { isEnding } from "./epochs.ts";
import { isInstalled, isLeader, speaks } from "./state.ts";
import { recordPreVote } from "./term.ts";
import { backedOff, notice, sendPreVote, type Turn } from "./turn.ts";

/** Why the current term is suspected, or undefined. */
export function reasonToSuspect(turn: Turn): string | undefined {
  const { state, now, context } = turn;
  const { timing } = context;
  if (state.resignedTerm === state.currentTerm) return "the leader gives up its term"; // V12
  if (!isInstalled(state)) {
    const termTimeoutMs = 6 * backedOff(turn, timing.collectWaitMs);
    return now.monotonicMs - state.enteredMs >= termTimeoutMs ? "no leader was installed in time" : undefined;
  }
  if (state.evidenceTerm === state.currentTerm) return "the leader contradicts itself";
  if (state.dismissedTerm === state.currentTerm)
    return "the administrators have decided that this term shall end";
  const isSilent = now.monotonicMs - state.lastLeaderMs >= backedOff(turn, timing.heartbeatTimeoutMs);
  if (isSilent && !isLeader(context, state)) return "the leader is silent";
  const commandTimeoutMs = backedOff(turn, timing.commandTimeoutMs);
  const since = state.uncertifiedSinceMs;
  if (since !== undefined && now.monotonicMs - since >= commandTimeoutMs)
    return "a stored entry stays uncertified";
  const { lacking } = state;
  const isLacking = lacking !== undefined && state.log.last.index < lacking.index;
  if (isLacking && now.monotonicMs - lacking.sinceMs >= commandTimeoutMs)
    return "what the leader signed cannot be stored";
  // Its wish is final (V12): as long as it brings on what it has taken, it leaves it to others to say that it is too slow.
  if (isLeader(context, state) && now.monotonicMs - state.lastLeaderMs < commandTimeoutMs) return undefined;
  if (hasOverdueConfiguration(turn, commandTimeoutMs)) return "the leader leaves out a configuration";
  return hasOverdueCommand(turn, commandTimeoutMs) ? "the leader leaves out a command" : undefined;
}

/** As with commands: a leader has the whole time, and is blamed for nothing that an honest one could not take. */
function hasOverdueConfiguration({ state, now, context }: Turn, commandTimeoutMs: number): boolean {
  const { configuring } = state;
  if (configuring === undefined || isEnding(state)) return false;
  if (configuring.expires < now.wallMs + context.timing.driftMs) return false;
  return now.monotonicMs - Math.max(configuring.sinceMs, state.installedMs) >= commandTimeoutMs;
}

/** A leader is given the whole time from its installation on, however long a command waited before. */
function hasOverdueCommand(turn: Turn, commandTimeoutMs: number): boolean {
  const { state, now } = turn;
  for (const { relayedMs, facts } of state.pending.all()) {
    if (relayedMs === undefined) continue;
    const sinceMs = Math.max(relayedMs, state.installedMs);
    if (now.monotonicMs - sinceMs < commandTimeoutMs) continue;
    const sinceWallMs = now.wallMs - (now.monotonicMs - sinceMs);
    if (mayBlame(turn, { sinceWallMs, commandTimeoutMs, expiresMs: facts.expires })) return true;
  }
  return false;
}

/** Only a command that an honest leader would take during the whole timeout blames it. */
function mayBlame(
  turn: Turn,
  times: { sinceWallMs: number; commandTimeoutMs: number; expiresMs: number },
): boolean {
  const { driftMs } = turn.context.timing;
  const { sinceWallMs, commandTimeoutMs, expiresMs } = times;
  return (
    sinceWallMs + commandTimeoutMs + driftMs <= expiresMs &&
    expiresMs <= sinceWallMs + LIFETIME_MS_MAX - driftMs
  );
}

/** Broadcasts the wish to leave, again at every heartbeat while it holds. */
export function suspect(turn: Turn, reason: string): void {
  const { state } = turn;
  if (!speaks(state)) return; // S16
  const leader = leaderOf(state.electorate, state.currentTerm) ?? 0;
  if (leader === turn.context.self) state.resignedTerm = state.currentTerm; // V12: the others hold it to that.
  if (!state.suspecting) {
    state.suspecting = true;
    notice(turn, "suspected", { term: state.currentTerm, leader, reason });
  }
  const term = Term(state.currentTerm + 1);
  const statement = sendPreVote(turn, { term, entered: false, to: "all" });
  recordPreVote(turn, { term, statement });
}
