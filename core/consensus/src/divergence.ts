// State divergence (5.9): outcome roots that differ at one index. Ordering does not depend on
// outcomes, so a node that computed another one keeps ordering, but no longer speaks for the ledger.

import { hex, type LogIndex } from "@juno/base";
import { halt } from "./halt.ts";
import { refuseReads } from "./on/read.ts";
import { type State, speaks } from "./state.ts";
import { notice, persist, type Turn } from "./turn.ts";

/** Compares the own roots with the newest of every voter. */
export function checkDivergence(turn: Turn): void {
  const { state, context, now } = turn;
  if (state.mode !== "normal" && state.mode !== "observer") return;
  const { faults, quorum, voters } = state.electorate;
  const unsupported = new Map<LogIndex, number>();
  for (const [index, byRoot] of reportsByIndex(turn)) {
    const own = hex(state.roots.get(index)!);
    const others = [...byRoot].filter(([root]) => root !== own);
    if (others.some(([, count]) => count > faults))
      return becomeReadOnly(turn, index, "f+1 voters report another outcome");
    const reports = [...byRoot.values()].reduce((sum, count) => sum + count, 0);
    if (reports < quorum || Math.max(...byRoot.values()) > faults) continue;
    // Reports that are still out could give an outcome its support: they have a while to come.
    const sinceMs = state.unsupportedSinceMs.get(index) ?? now.monotonicMs;
    unsupported.set(index, sinceMs);
    const waitedMs = now.monotonicMs - sinceMs;
    if (reports === voters.length || waitedMs >= context.timing.heartbeatTimeoutMs)
      return becomeReadOnly(turn, index, "no outcome has the support of f+1 voters");
  }
  state.unsupportedSinceMs = unsupported;
}

/** How many voters report which root, at each index of which others report and this node knows its own. */
function reportsByIndex({ state, context }: Turn): Map<LogIndex, Map<string, number>> {
  const support = new Map<LogIndex, Map<string, number>>();
  for (const { id } of state.electorate.voters) {
    const applied = id === context.self ? undefined : state.progress.latest(id)?.ack.applied;
    const own = applied === undefined ? undefined : state.roots.get(applied.index);
    // Before the first entry there is nothing to differ about.
    if (applied === undefined || own === undefined || applied.index === 0) continue;
    const byRoot = support.get(applied.index) ?? new Map([[hex(own), 1]]);
    byRoot.set(hex(applied.root), (byRoot.get(hex(applied.root)) ?? 0) + 1);
    support.set(applied.index, byRoot);
  }
  return support;
}

function becomeReadOnly(turn: Turn, index: LogIndex, why: string): void {
  const { state } = turn;
  const reason = `${why} at index ${index}`;
  if (!speaks(state)) {
    // An observer without true outcomes has nothing to show.
    halt(turn, reason);
    return;
  }
  state.mode = "readOnly";
  persist(turn, { kind: "mode", mode: "readOnly", reason });
  refuseReads(turn);
  turn.effects.push({ kind: "mode", mode: "readOnly", reason });
  notice(turn, "diverged", { index, reason });
}

const ROOTS_KEPT_MAX = 1024;

/** Keeps an own root for comparison, and forgets the oldest. */
export function keepRoot(state: State): void {
  state.roots.set(state.applied.index, state.applied.root);
  if (state.roots.size > ROOTS_KEPT_MAX) state.roots.delete(state.roots.keys().next().value!);
}
