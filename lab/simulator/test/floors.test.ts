// The checker of floors: each sentence it can say, said once, and silence where pruning is as it must be (V9).

import { Epoch, Hash, LogIndex, NodeId, Term } from "@juno/base";
import type { Entry } from "@juno/proof";
import type { StoredSnapshot } from "@juno/runtime";
import { beforeEach, describe, expect, it } from "vitest";
import { Findings } from "../src/checkers/findings.ts";
import { Floors, type Pruned } from "../src/checkers/floors.ts";

const hashAt = (index: number) => Hash(new Uint8Array(32).fill(index));
const entryAt = (index: number) => ({ index: LogIndex(index), hash: hashAt(index) }) as Entry;
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => entryAt(from + at));
const floorAt = (index: number, hash = hashAt(index)) => ({
  ...{ epoch: Epoch(0), index: LogIndex(index), hash, term: Term(1), time: index },
});

type Parts = {
  floor?: ReturnType<typeof floorAt>;
  entries?: Entry[];
  committed?: number;
  outcomes?: number;
  certified?: boolean;
  kept?: number;
};

/** Of 40 entries those up to 32 are pruned, but for the last two rows. */
function pruned(parts: Parts = {}): Pruned {
  const { floor = floorAt(32), entries = range(31, 40), committed = 40, outcomes = 30 } = parts;
  const { certified = true, kept = floor.index } = parts;
  const certificate = certified ? [] : undefined;
  const voter = { epoch: Epoch(0), committed: { index: LogIndex(committed), hash: hashAt(committed) } };
  return {
    id: NodeId(1),
    log: { floor, entries, firstIndex: entries[0]?.index ?? floor.index + 1, voter: voter as never },
    outcomesFloor: LogIndex(outcomes),
    snapshots: [{ index: kept, certificate } as StoredSnapshot],
  };
}

describe("the checker of floors", () => {
  let findings: Findings;
  let floors: Floors;

  beforeEach(() => {
    findings = new Findings();
    const committed = Array.from({ length: 64 }, (_, index) => hashAt(index));
    floors = new Floors({ committed, isSnapshot: (index) => index % 16 === 0, findings });
  });

  it.each([
    ["that is amid its steps", {}],
    ["that is done", { entries: range(33, 40), outcomes: 32 }],
    ["that holds nothing above", { entries: [], committed: 32, outcomes: 32 }],
    ["whose state began at a snapshot above", { outcomes: 48, committed: 40 }],
  ] as const)("has nothing against a node %s", (_, parts) => {
    floors.judge(pruned(parts as Parts));
    floors.judge(pruned(parts as Parts));
    expect(findings.violation).toBeUndefined();
  });

  it.each([
    ["more than it has recorded as committed", { committed: 31 }],
    ["has lost entry 33, which is not pruned", { entries: range(34, 40) }],
    ["has lost entry 40, which it has committed", { entries: range(31, 38) }],
    ["has a gap in its log", { entries: [...range(31, 34), ...range(36, 40)] }],
    ["has lost the outcome of 33, above the floor at 32", { outcomes: 33 }],
    ["begins above an entry 32 that nobody committed", { floor: floorAt(32, hashAt(9)) }],
    ["of which it keeps no certified snapshot", { certified: false }],
    ["of which it keeps no certified snapshot", { kept: 48 }],
  ] as const)("says so: %s", (what, parts) => {
    floors.judge(pruned(parts as Parts));
    expect(findings.violation?.message).toContain(what);
  });

  it("says so when a floor falls", () => {
    floors.judge(pruned());
    floors.judge(pruned({ floor: floorAt(16), entries: range(10, 40), outcomes: 9 }));
    expect(findings.violation?.message).toContain("begin at 16, where it began at 32 before");
  });
});
