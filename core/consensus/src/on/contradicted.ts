// C23: f+1 voters hold another state than this node, though their outcomes may agree so far.

import { leave } from "../divergence.ts";
import type { Divergence } from "../effect.ts";
import type { Turn } from "../turn.ts";

export function onContradicted(turn: Turn, said: Omit<Divergence, "of">): void {
  const { mode } = turn.state;
  // Of a node that has left it is known.
  if (mode !== "normal" && mode !== "observer") return;
  const { index, own, theirs, words } = said;
  leave(turn, "f+1 voters have made another snapshot", { of: "snapshot", index, own, theirs, words });
}
