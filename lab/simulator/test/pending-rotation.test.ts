// A node that loses its disk while all keys of the network are being replaced (S15, S16): before the new ones are in force it
// comes back under a key that it has not forgotten anything of, and votes; afterwards it has forgotten, and observes.

import { NodeId } from "@juno/base";
import { expect, it } from "vitest";
import type { Happening } from "../src/storm/deed.ts";
import type { Plan } from "../src/storm/plan.ts";
import { playStorm } from "../src/storm/storm.ts";

const NODE = NodeId(3);
const PROPOSED_MS = 3_500;

function storm(lostMs: number): Plan {
  const payments = Array.from({ length: 20 }, (_, at): Happening => {
    const calls = [{ kind: "transfer", from: "ann", to: "bob", minor: 1n }] as const;
    const order = { by: "ann", calls, manner: "patient", to: [1, 2, 3, 4], count: 1 } as const;
    return { atMs: 500 + at * 250, deed: { kind: "order", order } };
  });
  const deeds: Happening[] = [
    { atMs: 1_000, deed: { kind: "crash the leader", forMs: 500 } },
    { atMs: PROPOSED_MS, deed: { kind: "configure", changes: ["all new keys"] } },
    { atMs: lostMs, deed: { kind: "put back", node: NODE, isWiped: true } },
  ];
  const happenings = [...payments, ...deeds].sort((a, b) => a.atMs - b.atMs);
  const nothing = { liars: [], twins: [], pruning: [] };
  return { seed: 1, nodes: 4, windowEntries: 32, slowness: 1, ...nothing, happenings, healMs: 6_000 };
}

it.each([
  ["while the rotation is pending, and votes again", PROPOSED_MS + 100, 1],
  ["when the rotation is done, and observes", PROPOSED_MS + 2_000, 0],
])("a node is wiped %s", async (_, lostMs, speaking) => {
  const { counts } = await playStorm(storm(lostMs));
  const of = (name: string) => counts[name] ?? 0;
  expect([of("configuration: all new keys"), of("disk put back: wiped")]).toEqual([1, 1]);
  expect([of("disk put back: speaks again"), of("disk put back: unnoticed")]).toEqual([speaking, 0]);
  expect(of("disk put back: noticed")).toBeGreaterThan(0);
});
