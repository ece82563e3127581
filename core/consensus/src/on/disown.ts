// This node's memory is not what it signed (S15): it was rolled back, restored or made anew. It becomes an
// observer, durably, and speaks for no quorum any more (S16). A node that besides computed other outcomes
// than the others has nothing left that it could show.

import { halt } from "../halt.ts";
import { notice, persist, type Turn } from "../turn.ts";
import { refuseReads } from "./read.ts";

export function onDisown(turn: Turn, why: string): void {
  const { state } = turn;
  state.withheld = undefined;
  if (state.mode === "observer") return;
  const reason = `its memory was rolled back: others hold ${why}`;
  if (state.mode === "readOnly") {
    halt(turn, `${reason}; and its outcomes differ from those of the others`);
    return;
  }
  state.mode = "observer";
  state.reason = reason;
  state.campaign = undefined;
  // Those that wait may rest on what this node remembers.
  refuseReads(turn);
  persist(turn, { kind: "mode", mode: "observer", reason });
  turn.effects.push({ kind: "mode", mode: "observer", reason });
  notice(turn, "rolled_back", { reason });
}
