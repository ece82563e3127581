// The end of this node's voice: proof that more than f voters lied, or that its own memory is not
// what it signed. It signs nothing more, keeps everything, and waits for an admin (5.9).

import { recordCommit } from "./committed.ts";
import type { Divergence } from "./effect.ts";
import { refuseReads } from "./on/read.ts";
import { notice, persist, type Turn } from "./turn.ts";

export function halt(turn: Turn, reason: string, found?: Divergence): "halted" {
  const { state } = turn;
  if (state.mode !== "halted") {
    // Nothing is written after it.
    recordCommit(turn);
    state.mode = "halted";
    state.reason = reason;
    persist(turn, { kind: "mode", mode: "halted", reason });
    refuseReads(turn);
    turn.effects.push({ kind: "mode", mode: "halted", reason, ...(found === undefined ? {} : { found }) });
    notice(turn, "halted", { reason });
  }
  return "halted";
}
