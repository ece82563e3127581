// The committed index rises; nothing ever lowers it. What it rests on, entries and certificate, is
// durable before it rises; the record of the commit itself protects nothing that a restart would not
// find again (5.7), so it waits for the next write, at the latest for the next heartbeat.

import { assert, equalBytes, LogIndex } from "@juno/base";
import type { CommitProof, Point } from "@juno/proof";
import type { LogEntry } from "./log.ts";
import type { State } from "./state.ts";
import { persist, type Turn } from "./turn.ts";

/** Moves the committed index up to a proved point of the own log. */
export function committedThrough(turn: Turn, point: Point, proof: CommitProof): void {
  const { state } = turn;
  assert(point.index > state.committed.index, "the committed index only rises");
  const { log } = state;
  for (const entry of log.slice({ from: LogIndex(state.committed.index + 1), to: point.index })) {
    if (entry.term === state.currentTerm) state.backOff = Math.max(0, state.backOff - 1);
  }
  const last = log.entryAt(point.index);
  const previous = log.hashAt(LogIndex(point.index - 1));
  if (last?.kind === "config" && previous !== undefined) state.ended = { previous, entry: last, proof };
  state.committed = { index: point.index, hash: point.hash };
  state.commitProof = proof;
  state.isCommitUnrecorded = true;
  turn.effects.push({ kind: "commit", index: point.index });
  log.trim(point.index);
}

/**
 * Through here the log is final. After a restart the state machine may know more than the record says: what
 * it has applied was committed.
 */
export const settledIndex = ({ committed, applied }: State): LogIndex =>
  LogIndex(Math.max(committed.index, applied.index));

/** Whether entries would take the place of one that was applied, which is proof of more than f faults. */
export function replacesApplied({ log, applied }: State, entries: readonly LogEntry[]): boolean {
  const own = log.hashAt(applied.index);
  const first = entries[0]?.index ?? 0;
  const rival = entries[applied.index - first];
  return own !== undefined && rival !== undefined && !equalBytes(own, rival.hash);
}

/** Writes the committed index and its proof, if that is not done. */
export function recordCommit(turn: Turn): void {
  const { state } = turn;
  if (!state.isCommitUnrecorded) return;
  state.isCommitUnrecorded = false;
  const { index, hash } = state.committed;
  const { commitProof: proof, log } = state;
  assert(proof !== undefined, "what is committed above the genesis has a proof");
  persist(turn, { kind: "committed", epoch: log.floor.epoch, index, hash, proof });
}
