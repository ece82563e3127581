// A voter that lost its memory, or was given back an older one, could vote twice. Its node says so and
// does not take part; the network goes on without it (protocol 5.7).

import { copyFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { EXIT_CODES } from "@juno/node";
import { beforeAll, describe, expect, it } from "vitest";
import type { Cluster } from "../src/cluster.ts";
import { Journal } from "../src/journal.ts";
import { Load } from "../src/load.ts";
import { expectInDatabases } from "./comparison.ts";
import { openCluster } from "./opened.ts";

const NODES = 7;

let cluster: Cluster;
let journal: Journal;
let load: Load;
/** Nodes that may not come back under their keys. */
const lost: number[] = [];

beforeAll(async () => {
  cluster = await openCluster({ nodes: NODES });
  journal = new Journal(join(cluster.folder, "journal"));
  cluster.startAll();
  await cluster.leader();
  load = await Load.start({
    ...{ cluster, journal },
    ...{ transferLanes: 2, batchLanes: 1, actionsPerBatch: 10 },
  });
});

const files = (id: number): string[] =>
  ["log.db", "log.db-wal", "log.db-shm"].map((name) => join(cluster.nodeFolder(id), name));

async function someFollower(): Promise<number> {
  const leader = await cluster.leader();
  return cluster.ids.find((id) => id !== leader.id && !lost.includes(id))!;
}

/** Starts a node that must refuse; what it said in this run. */
async function expectRefusal(id: number, code: "store_missing" | "store_rolled_back"): Promise<string> {
  lost.push(id);
  cluster.start(id);
  const exit = await cluster.ended(id);
  expect(exit.code).toBe(EXIT_CODES[code]);
  const lines = cluster.process(id).lines();
  expect(lines.at(-1)).toMatchObject({ level: "fatal", code });
  expect(lines.map((line) => line.code)).not.toContain("started");
  expect(lines.map((line) => line.code)).not.toContain("entered_term");
  return lines.at(-1)?.message ?? "";
}

describe("seven nodes under load", () => {
  it("go on without the one whose log.db was deleted, which refuses to vote and says so", async () => {
    await load.progress(30);
    const id = await someFollower();
    await cluster.kill(id);
    for (const file of files(id)) rmSync(file, { force: true });
    const message = await expectRefusal(id, "store_missing");
    expect(message).toContain(join(cluster.nodeFolder(id), "log.db"));
    expect(files(id).filter((file) => existsSync(file))).toEqual([]);
    await load.progress(30);
    const leader = await cluster.leader();
    const status = await cluster.status(leader.id);
    expect(status?.peers.find(({ node }) => node === id)).toMatchObject({ connected: false });
  });

  it("go on without the one that was given an older copy of its log.db", async () => {
    const id = await someFollower();
    const [log = "", ...others] = files(id);
    await cluster.terminate(id);
    copyFileSync(log, `${log}.backup`);
    cluster.start(id);
    await cluster.caughtUp(id);
    await load.progress(30);
    await cluster.terminate(id);
    for (const file of others) rmSync(file, { force: true });
    copyFileSync(`${log}.backup`, log);
    await expectRefusal(id, "store_rolled_back");
    await load.progress(30);
  });

  it("then hold, all five, what was acknowledged", async () => {
    await load.stop();
    const others = cluster.ids.filter((id) => !lost.includes(id));
    await cluster.agreed(...others);
    await cluster.terminate(...others);
    expectInDatabases(cluster, others, journal.read());
  });
});
