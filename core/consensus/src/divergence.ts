// State divergence (5.9): outcome roots that differ at one index. Ordering does not depend on
// outcomes, so a node that computed another one keeps ordering, but no longer speaks for the ledger.

import { hex, type LogIndex } from "@juno/base";
import { refuseReads } from "./on/read.ts";
import type { State } from "./state.ts";
import { notice, persist, type Turn } from "./turn.ts";

/** Compares the own roots with the newest of every voter. */
export function checkDivergence(turn: Turn): void {
  const { state, context } = turn;
  if (state.mode !== "normal") return;
  const { faults, quorum, voters } = context.electorate;
  const support = new Map<LogIndex, Map<string, number>>();
  for (const { id } of voters) {
    const applied = id === context.self ? state.applied : state.progress.latest(id)?.ack.applied;
    if (applied === undefined || !state.roots.has(applied.index)) continue;
    const byRoot = support.get(applied.index) ?? new Map<string, number>();
    byRoot.set(hex(applied.root), (byRoot.get(hex(applied.root)) ?? 0) + 1);
    support.set(applied.index, byRoot);
  }
  for (const [index, byRoot] of support) {
    const own = hex(state.roots.get(index)!);
    const others = [...byRoot].filter(([root]) => root !== own);
    const reports = [...byRoot.values()].reduce((sum, count) => sum + count, 0);
    const strongest = Math.max(...byRoot.values());
    if (others.some(([, count]) => count > faults))
      return becomeReadOnly(turn, index, "f+1 voters report another outcome");
    if (strongest > faults) state.unsupportedSinceMs = undefined;
    else if (reports >= quorum && hasHeardAll(turn, reports))
      return becomeReadOnly(turn, index, "no outcome has the support of f+1 voters");
  }
}

/** Reports that are still out could give an outcome its support: they have a while to come. */
function hasHeardAll({ state, context, now }: Turn, reports: number): boolean {
  state.unsupportedSinceMs ??= now.monotonicMs;
  const waitedMs = now.monotonicMs - state.unsupportedSinceMs;
  return reports === context.electorate.voters.length || waitedMs >= context.timing.heartbeatTimeoutMs;
}

function becomeReadOnly(turn: Turn, index: LogIndex, why: string): void {
  const { state } = turn;
  const reason = `${why} at index ${index}`;
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
