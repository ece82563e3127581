// A node that lacks some entries gets them (5.6) also while newer certificates keep arriving faster than
// its patience with the leader's own message runs out.

import { expect, it } from "vitest";
import { CALM, Cluster } from "../src/cluster.ts";

it("asks for what it lacks though a newer certificate arrives all the time", () => {
  const cluster = new Cluster({ seed: 1, nodes: 4 });
  cluster.faults = { ...CALM, delayMsMin: 1, delayMsMax: 1, diskMsMin: 1, diskMsMax: 1 };
  cluster.startAll();
  cluster.run(100);
  cluster.passes = (_from, to) => to !== 1;
  for (let i = 0; i < 5; i++) cluster.submit(3);
  cluster.run(100);
  cluster.passes = () => true;
  for (let i = 0; i < 50; i++) {
    cluster.submit(3);
    cluster.run(20);
  }
  expect(cluster.committedOf(3)).toBeGreaterThan(50);
  expect(cluster.committedOf(3) - cluster.committedOf(1)).toBeLessThan(10);
});
