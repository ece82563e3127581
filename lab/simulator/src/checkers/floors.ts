// What a node lets go of (V9, P30), judged after every step of pruning: its log begins where all have committed,
// right above a certified snapshot that it keeps, never lower than it did, and lacks nothing above.

import { equalBytes, type Hash, type LogIndex, type NodeId } from "@juno/base";
import type { MemoryLog, StoredSnapshot } from "@juno/runtime";
import type { Findings } from "./findings.ts";

/** A node's disk, as far as pruning changes it. */
export type Pruned = {
  readonly id: NodeId;
  readonly log: Pick<MemoryLog, "floor" | "voter" | "firstIndex" | "entries">;
  /** Outcomes up to here are gone. */
  readonly outcomesFloor: LogIndex;
  readonly snapshots: readonly StoredSnapshot[];
};

export class Floors {
  readonly #committed: readonly Hash[];
  readonly #isSnapshot: (index: number) => boolean;
  readonly #findings: Findings;
  readonly #floors = new Map<NodeId, number>();

  /** `committed`: the hash at each committed index; `isSnapshot`: whether there is a snapshot after an entry. */
  constructor(parts: {
    readonly committed: readonly Hash[];
    readonly isSnapshot: (index: number) => boolean;
    readonly findings: Findings;
  }) {
    this.#committed = parts.committed;
    this.#isSnapshot = parts.isSnapshot;
    this.#findings = parts.findings;
  }

  judge({ id, log, outcomesFloor, snapshots }: Pruned): void {
    const found = (what: string) => this.#findings.found("floors", `node ${id} ${what}`);
    const { floor, voter, firstIndex, entries } = log;
    const index = floor?.index ?? 0;
    const before = this.#floors.get(id) ?? 0;
    if (index < before) found(`has its log begin at ${index}, where it began at ${before} before`);
    this.#floors.set(id, index);
    if (index > voter.committed.index) found(`prunes up to ${index}, more than it has recorded as committed`);
    if ((entries.at(-1)?.index ?? index) < voter.committed.index)
      found(`has lost entry ${voter.committed.index}, which it has committed`);
    if (firstIndex > index + 1) found(`has lost entry ${index + 1}, which is not pruned`);
    if (entries.some((entry, at) => entry.index !== firstIndex + at)) found("has a gap in its log");
    // A state that was lost is begun at a snapshot above the floor, if entries in between are redacted.
    if (outcomesFloor > index && !this.#isSnapshot(outcomesFloor))
      found(`has lost the outcome of ${outcomesFloor}, above the floor at ${index}`);
    if (floor === undefined) return;
    const known = this.#committed[index];
    if (known !== undefined && !equalBytes(known, floor.hash))
      found(`begins above an entry ${index} that nobody committed`);
    const kept = snapshots.find((snapshot) => snapshot.index === index);
    if (kept?.certificate === undefined)
      found(`prunes up to ${index}, of which it keeps no certified snapshot (V9)`);
  }
}
