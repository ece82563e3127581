// The committed index rises; nothing ever lowers it.

import { assert, LogIndex } from "@juno/base";
import type { CommitProof, Point } from "@juno/proof";
import { persist, type Turn } from "./turn.ts";

/** Moves the committed index up to a proved point of the own log. */
export function committedThrough(turn: Turn, point: Point, proof: CommitProof): void {
  const { state } = turn;
  assert(point.index > state.committed.index, "the committed index only rises");
  const { log } = state;
  for (const entry of log.slice({ from: LogIndex(state.committed.index + 1), to: point.index })) {
    if (entry.term === state.currentTerm) state.backOff = Math.max(0, state.backOff - 1);
  }
  state.committed = { index: point.index, hash: point.hash };
  state.commitProof = proof;
  persist(turn, { kind: "committed", index: point.index, hash: point.hash, proof });
  turn.effects.push({ kind: "commit", index: point.index });
  log.trim(point.index);
}
