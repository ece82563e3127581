// The state machine reports what it has applied: the own attestation (formats, "Outcomes").

import type { Hash, LogIndex } from "@juno/base";
import { checkDivergence, keepRoot } from "../divergence.ts";
import type { Turn } from "../turn.ts";

export function onApplied(turn: Turn, applied: { index: LogIndex; root: Hash }): void {
  const { state } = turn;
  state.applied = { index: applied.index, root: applied.root };
  keepRoot(state);
  for (const [id, { index, origin }] of state.loggedIds) {
    if (index > applied.index) break;
    state.loggedIds.delete(id);
    if (origin !== turn.context.self) state.awaitingApplied.add(origin);
  }
  checkDivergence(turn);
  if (state.mode !== "normal") return;
  state.reported = state.applied;
  state.appliedDue = true;
}
