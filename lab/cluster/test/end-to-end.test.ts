// Four nodes under load while their leaders are killed one after another and a follower is paused.
// Whatever was acknowledged meanwhile must be found afterwards, once, on every node. How much that is at
// least, JUNO_CLUSTER_ACTIONS says.

import { join } from "node:path";
import { expect, it } from "vitest";
import type { Cluster } from "../src/cluster.ts";
import { Journal } from "../src/journal.ts";
import { Load } from "../src/load.ts";
import { expectInDatabases, expectInEntries } from "./comparison.ts";
import { openCluster } from "./opened.ts";

const KILLS = 5;
const ACTIONS_MIN = Number(process.env.JUNO_CLUSTER_ACTIONS ?? 800);
/** Actions acknowledged between one fault and the next. */
const ACTIONS_BETWEEN = Math.ceil(ACTIONS_MIN / 14);
/** A few lanes leave the nodes time to start; many are for the whole of it. */
const LANES =
  ACTIONS_MIN < 20_000
    ? { transferLanes: 4, batchLanes: 1, actionsPerBatch: 50 }
    : { transferLanes: 16, batchLanes: 2, actionsPerBatch: 100, pauseMs: 0 };

async function pausedFollower(cluster: Cluster, leader: number): Promise<number> {
  const follower = cluster.ids.find((id) => id !== leader)!;
  await cluster.process(follower).pause();
  return follower;
}

it("keeps every acknowledged command, once, through five deaths of the leader and a paused follower", async () => {
  const cluster = await openCluster({ nodes: 4, clients: ["ann", "ben", "cem", "dot"] });
  const journal = new Journal(join(cluster.folder, "journal"));
  cluster.startAll();
  await cluster.leader();
  const load = await Load.start({ cluster, journal, ...LANES });

  for (let killed = 0; killed < KILLS; killed += 1) {
    await load.progress(ACTIONS_BETWEEN);
    const { id, term } = await cluster.leader();
    // Once the leader dies while a follower sleeps: too few are left until it wakes.
    const sleeper = killed === 4 ? await pausedFollower(cluster, id) : undefined;
    await cluster.kill(id);
    if (sleeper !== undefined) await cluster.process(sleeper).resume();
    // Every other time it is back before the others have missed it.
    if (killed % 2 === 0) {
      await cluster.leader({ above: term });
      await load.progress(ACTIONS_BETWEEN / 10);
    }
    cluster.start(id);
    await cluster.caughtUp(...cluster.ids);

    if (killed !== 2) continue;
    const follower = await pausedFollower(cluster, (await cluster.leader()).id);
    await load.progress(ACTIONS_BETWEEN);
    expect(await cluster.status(follower)).toBeUndefined();
    await cluster.process(follower).resume();
    await cluster.caughtUp(follower);
  }
  await load.progress(Math.max(ACTIONS_BETWEEN, ACTIONS_MIN - journal.actions));
  await load.stop();

  const acknowledged = journal.read();
  expect(journal.actions).toBeGreaterThanOrEqual(ACTIONS_MIN);
  expect(acknowledged.filter(({ actions }) => actions === 1).length).toBeGreaterThan(ACTIONS_MIN / 40);
  const applied = await cluster.agreed();
  await expectInEntries(cluster, 1, acknowledged);
  const exits = await cluster.terminate(...cluster.ids);
  expect(exits.map(({ code }) => code)).toEqual(cluster.ids.map(() => 0));
  const nodes = expectInDatabases(cluster, cluster.ids, acknowledged);
  expect(nodes.map((node) => node.rootAt(applied.index))).toEqual(cluster.ids.map(() => applied.root));
});
