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

// Else each message of the leader would tell what stands before it, and find that lacking.
it.each([40, 100])("keeps up again after one lost message, with a command every %i ms", (everyMs) => {
  const cluster = new Cluster({ seed: 1, nodes: 4 });
  cluster.faults = { ...CALM, delayMsMin: 1, delayMsMax: 1, diskMsMin: 1, diskMsMax: 1 };
  cluster.startAll();
  cluster.run(500, () => cluster.leader !== undefined);
  cluster.run(200);
  const leader = Number(cluster.leader!.id);
  const others = cluster.nodes.map(({ id }) => Number(id)).filter((id) => id !== leader);
  const losing = others.slice(0, 2);
  cluster.passes = (from, to) => from !== leader || !losing.includes(to);
  cluster.plan(5, () => {
    cluster.passes = () => true;
  });
  for (let i = 0; i < 20; i++) {
    cluster.submit(leader);
    cluster.run(everyMs);
  }
  const before = cluster.counts.get("fetch") ?? 0;
  for (let i = 0; i < 10; i++) {
    const command = cluster.submit(leader);
    cluster.run(everyMs);
    expect(cluster.node(leader).admission.applied.has(command)).toBe(true);
  }
  expect(cluster.counts.get("fetch") ?? 0).toBe(before);
});
