// A snapshot is at hand, verified and durable (5.6): the state after a committed entry. Whoever is behind
// need not fetch what lies below it. Nothing of the log changes yet: entries from there on, and the proof
// that they are committed, come forwards as ever, and `adopt` swaps them in with the snapshot under them.

import { adopt } from "../adopt.ts";
import { settledIndex } from "../committed.ts";
import { beginAt, isComplete } from "../fetch.ts";
import type { StagedSnapshot } from "../target.ts";
import { notice, type Turn } from "../turn.ts";

export function onStaged(turn: Turn, staged: StagedSnapshot): void {
  const { state } = turn;
  const { index } = staged.floor;
  if (index <= settledIndex(state) || index <= (state.staged?.floor.index ?? 0)) return;
  state.staged = staged;
  notice(turn, "snapshot_staged", { index });
  beginAt(turn, staged);
  const { fetching } = state;
  const certificate = fetching?.target.certificate;
  if (fetching === undefined || certificate === undefined || !isComplete(fetching, state.log)) return;
  adopt(turn, certificate);
}
