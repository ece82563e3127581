// What becomes of nodes whose state decays (C23): they withdraw, or end and are rebuilt as they ask for, or nothing has
// read what decayed; and what the checker says of one that goes on.

import { describe, expect, it } from "vitest";
import { Findings } from "../src/checkers/findings.ts";
import { calmStorm, DECAYING } from "../src/storm/calm-storm.ts";
import type { Deed } from "../src/storm/deed.ts";
import type { Plan } from "../src/storm/plan.ts";
import { playStorm } from "../src/storm/storm.ts";
import { Decay } from "../src/world/decay.ts";
import type { WorldNode } from "../src/world/world-node.ts";

/** Among so many storms each end is met. */
const SEEDS = 8;

async function countsOf(plan: Plan): Promise<Map<string, number>> {
  const { counts } = await playStorm(plan);
  return new Map(Object.entries(counts).filter(([name]) => name.startsWith("bit rot")));
}

describe("a node whose state decays", () => {
  it("withdraws, is re-admitted, or is rebuilt, or nothing has read the row yet (V17)", async () => {
    const wanted = [
      ...["bit rot: at the end normal", "bit rot: re-admitted"],
      ...["bit rot: state rebuilt", "bit rot: withdrew"],
    ];
    const seen = new Set<string>();
    const isMissing = () => wanted.some((name) => !seen.has(name));
    for (let seed = 1; seed <= SEEDS && isMissing(); seed++) {
      for (const name of (await countsOf(calmStorm(seed, "row"))).keys()) seen.add(name);
    }
    expect([...seen].filter((name) => wanted.includes(name)).sort()).toEqual(wanted);
  });

  it("begins from no damaged snapshot, and is rebuilt from a sound one", async () => {
    const loss: Deed[] = (["crash", "forget state", "start"] as const).map((kind) => ({
      kind,
      node: DECAYING,
    }));
    const counts = await countsOf(calmStorm(1, "snapshot", loss));
    expect(counts.get("bit rot: snapshot")).toBe(1);
    expect(counts.get("bit rot: at the end normal")).toBe(1);
  });

  it("hands no damaged receipt to a client", async () => {
    const counts = await countsOf(calmStorm(2, "receipt"));
    expect([counts.get("bit rot: receipt"), counts.get("bit rot: at the end normal")]).toEqual([1, 1]);
  });
});

describe("the checker of decay", () => {
  const bytes = (fill: number) => new Uint8Array(32).fill(fill);
  const chronicle = { roots: [undefined, bytes(1)], snapshots: new Map([[1, bytes(2)]]) } as never;

  function verdict(parts: { root: number; snapshot: number; mode?: string }): string | undefined {
    const findings = new Findings();
    const decay = new Decay({ findings, tally: { add: () => undefined } as never });
    const node: WorldNode = {
      id: DECAYING,
      state: { mode: parts.mode ?? "normal" },
      ledger: {
        applied: { index: 1, root: bytes(parts.root) },
        snapshots: { all: [{ index: 1, hash: bytes(parts.snapshot) }] },
        outcomes: [{ receipt: bytes(3) }],
      },
    } as never;
    decay.strike(node, "receipt", { below: () => 0 } as never);
    decay.judge([node], chronicle);
    return findings.violation?.message;
  }

  it("tells of outcomes and snapshots that are not those of the replay, unless the node has withdrawn", () => {
    expect(verdict({ root: 1, snapshot: 2 })).toBeUndefined();
    expect(verdict({ root: 9, snapshot: 2 })).toContain("vouches for a state that decayed");
    expect(verdict({ root: 1, snapshot: 9 })).toContain("vouches for a state that decayed");
    expect(verdict({ root: 9, snapshot: 9, mode: "readOnly" })).toBeUndefined();
  });
});
