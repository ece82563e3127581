// A few seeds of `npm run sim`, with and without liars, and the proof that what they check can fail.

import { describe, expect, it } from "vitest";
import { SafetyViolation } from "../src/checkers/findings.ts";
import { CALM, Cluster } from "../src/cluster.ts";
import { storm } from "../src/storm.ts";

describe("storms", () => {
  it.each([
    { seed: 1, withLiars: false, nodes: 4 },
    { seed: 2, withLiars: false, nodes: 7 },
    { seed: 3, withLiars: true, nodes: 4 },
    { seed: 4, withLiars: true, nodes: 7 },
  ])("seed $seed, liars: $withLiars, nodes: $nodes", (options) => {
    const report = storm(options);
    expect(report.commits).toBeGreaterThan(50);
    expect(report.liars > 0).toBe(options.withLiars);
  });

  it("are the same every time", () => {
    const options = { seed: 5, withLiars: true, nodes: 4 };
    expect(storm(options)).toEqual(storm(options));
  });

  it("are told of a violation when f+1 nodes have two bodies each", () => {
    const cluster = new Cluster({ seed: 1, nodes: 4 });
    cluster.faults = CALM;
    cluster.sideOf = (id) => (id === 4 ? 1 : 0);
    cluster.twin(2);
    cluster.twin(3);
    cluster.passes = (from, to) => !(from === 1 && to === 4) && !(from === 4 && to === 1);
    cluster.startAll();
    expect(() => cluster.run(5000)).toThrow(SafetyViolation);
  });

  it("find nothing when f nodes have two bodies each", () => {
    const cluster = new Cluster({ seed: 1, nodes: 4 });
    cluster.twin(2);
    cluster.startAll();
    for (let round = 0; round < 20; round++) {
      const right = new Set([1, 3, 4].filter(() => cluster.prng.chance(1, 2)));
      cluster.sideOf = (id) => (right.has(id) ? 1 : 0);
      cluster.faults = {
        ...CALM,
        lossPerMille: cluster.prng.pick([0, 100]),
        delayMsMax: cluster.prng.pick([2, 80]),
      };
      for (const id of [1, 3, 4]) cluster.submit(id);
      cluster.run(cluster.prng.below(3000));
    }
    expect(cluster.checker.committed.length).toBeGreaterThan(10);
  });
});
