// What it means that a node withdraws, or ends: of what was done to it nobody else knows.

import type { NodeId } from "@juno/base";
import type { DurableChange } from "@juno/consensus";
import type { Findings } from "../checkers/findings.ts";
import type { Decay } from "./decay.ts";
import type { Programs } from "./programs.ts";
import type { PutBack } from "./put-back.ts";
import type { Tally } from "./tally.ts";
import type { WorldNode } from "./world-node.ts";

type Known = {
  readonly findings: Findings;
  readonly tally: Tally;
  readonly putBack: PutBack;
  readonly decay: Decay;
};

/** No honest node has reason to doubt its own state (5.9), or its memory (S15), unless it decayed or was put back. */
export function judgeModes(known: Known, id: NodeId, changes: readonly DurableChange[]): void {
  const { findings, tally, putBack, decay } = known;
  for (const change of changes) {
    if (change.kind !== "mode") continue;
    if (change.mode === "readOnly") {
      if (decay.has(id)) tally.add("bit rot: withdrew");
      else findings.found("outcomes", `node ${id} goes read-only`);
    }
    if (change.mode !== "observer") continue;
    if (putBack.has(id)) tally.add("disk put back: noticed");
    else findings.found("memory", `node ${id} disowns what it remembers: ${change.reason}`);
  }
}

/** What a disk does to a node. */
const OF_DISKS = ["disk_full", "disk_failed", "store_damaged"];

/** Whether a node ended for what was done to it. `healthy`: who has what may be missing there. */
export function isExplained(
  { programs, decay }: { readonly programs: Programs; readonly decay: Decay },
  node: WorldNode,
  { cause, healthy }: { readonly cause: Error; readonly healthy: readonly WorldNode[] },
): boolean {
  const code = "code" in cause ? String(cause.code) : undefined;
  if (code === "too_old") programs.onTooOld(node);
  const hasDecayed = decay.explains(node, cause);
  if (hasDecayed) decay.repair(node, healthy);
  return hasDecayed || code === "too_old" || (code !== undefined && OF_DISKS.includes(code));
}
