// What it means that a node withdraws: of what was done to it nobody else knows.

import type { NodeId } from "@juno/base";
import type { DurableChange } from "@juno/consensus";
import type { Findings } from "../checkers/findings.ts";
import type { Decay } from "./decay.ts";
import type { PutBack } from "./put-back.ts";
import type { Tally } from "./tally.ts";

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
