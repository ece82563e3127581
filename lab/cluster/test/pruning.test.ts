// A real node that is killed again and again while it lets go of old entries (V9), a few rows at a time, and goes on
// where it was. Nothing that was acknowledged is lost, and what is left proves itself.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { verifyFolder } from "@juno/node";
import { beforeAll, describe, expect, it } from "vitest";
import type { Cluster } from "../src/cluster.ts";
import { until } from "../src/condition.ts";
import { Journal } from "../src/journal.ts";
import { Load } from "../src/load.ts";
import { expectInDatabases } from "./comparison.ts";
import { openCluster } from "./opened.ts";

const LIMITS = { checkpointEntries: 8, snapshotCheckpoints: 2 };
const KEPT = 16;
/** Without a rest: the node has much to prune. */
const LANES = { transferLanes: 4, batchLanes: 1, actionsPerBatch: 1, pauseMs: 0 };
const PRUNING = 1;
const OTHERS = [2, 3, 4];
const ENTRIES = 200;
const KILLS = 3;
/** One step a heartbeat: as many as there are entries, so that it is killed long before it is done. */
const STEP_ENTRIES = 1;
/** Steps of pruning in each of the node's lives. */
const STEPS_A_LIFE = 2;
/** Another process recovers the file, or folds its write-ahead log. */
const LOCKED_MS = 5_000;

type Reach = { readonly floor: number; readonly entries: number; readonly outcomes: number };

describe("a node that is killed while it prunes", () => {
  let cluster: Cluster;
  let journal: Journal;
  let load: Load;

  const path = (name: string) => join(cluster.nodeFolder(PRUNING), name);

  function read<T>(name: string, ask: (db: DatabaseSync) => T): T {
    const db = new DatabaseSync(path(name), { readOnly: true, timeout: LOCKED_MS });
    try {
      return ask(db);
    } finally {
      db.close();
    }
  }

  const number = (name: string, sql: string): number =>
    read(name, (db) => Number(Object.values(db.prepare(sql).get() ?? {})[0] ?? 0));

  /** The floor, and the lowest rows that are left. */
  const reach = (): Reach => ({
    floor: number("log.db", "SELECT coalesce(max(idx), 0) FROM floor"),
    entries: number("log.db", "SELECT min(idx) FROM entries"),
    outcomes: number("state.db", "SELECT min(idx) FROM outcomes"),
  });

  /** Indexes of certified snapshots that are here. */
  const certified = (): number[] =>
    readdirSync(path("snapshots"))
      .filter((name) => existsSync(join(path("snapshots"), name, "certificate")))
      .map(Number);

  function configure(prune: object): void {
    const config = JSON.parse(readFileSync(path("config.json"), "utf8"));
    writeFileSync(path("config.json"), JSON.stringify({ ...config, prune }));
  }

  beforeAll(async () => {
    cluster = await openCluster({ nodes: 4, clients: ["ann", "ben"], limits: LIMITS });
    journal = new Journal(join(cluster.folder, "journal"));
    cluster.startAll();
    await cluster.leader();
    load = await Load.start({ cluster, journal, ...LANES });
    await load.progress(ENTRIES);
  });

  it("goes on where it was, and never comes back with more", async () => {
    // Whoever falls far behind while it is down begins anew from a snapshot, and has nothing left to prune.
    await load.stop();
    await cluster.terminate(PRUNING);
    configure({ keepEntries: KEPT, stepEntries: STEP_ENTRIES });
    let from = reach();
    expect(from).toEqual({ floor: 0, entries: 1, outcomes: 1 });
    let amid = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      cluster.start(PRUNING);
      await until({
        what: "some more rows are gone",
        pauseMsMax: 25,
        probe: () => {
          const { outcomes, floor } = reach();
          return (
            outcomes >= from.outcomes + STEPS_A_LIFE * STEP_ENTRIES ||
            (floor > 0 && outcomes > floor) ||
            undefined
          );
        },
        describe: () => cluster.describe(),
      });
      await cluster.kill(PRUNING);
      const now = reach();
      expect(now.floor).toBeGreaterThanOrEqual(from.floor);
      expect(now.entries).toBeGreaterThanOrEqual(from.entries);
      expect(now.entries).toBeLessThanOrEqual(now.floor + 1);
      expect(now.outcomes).toBeLessThanOrEqual(now.floor + 1);
      if (now.entries <= now.floor && now.outcomes <= now.floor) amid += 1;
      from = now;
    }
    // A machine that has no time for this test for ten seconds lets the node come to its end before it is killed again.
    expect(amid).toBeGreaterThan(0);
  });

  it("leaves a folder at each time that is good", async () => {
    const options = { workers: 1 };
    const folder = cluster.nodeFolder(PRUNING);
    const report = await verifyFolder({ folder, genesisBytes: cluster.genesis, options });
    expect(report.findings).toEqual([]);
    expect(report.prunedThrough).toBe(reach().floor);
    expect(report.applied).toBeGreaterThan(report.prunedThrough);
  });

  it("comes to the end of it, and has lost nothing that was acknowledged", async () => {
    const { floor } = reach();
    configure({ keepEntries: KEPT, stepEntries: 100 });
    cluster.start(PRUNING);
    const { index: applied } = await cluster.agreed();
    await cluster.until("the node has let go of what it need not keep", () => {
      const now = reach();
      const isDone = now.entries === now.floor + 1 && now.outcomes === now.floor + 1;
      const isDue = certified().some((index) => index > now.floor && applied - index >= KEPT);
      return isDone && !isDue ? true : undefined;
    });
    await cluster.terminate(...cluster.ids);
    const now = reach();
    expect(now.floor).toBeGreaterThanOrEqual(floor);
    expect([now.entries, now.outcomes]).toEqual([now.floor + 1, now.floor + 1]);
    const acknowledged = journal.read();
    const [other] = expectInDatabases(cluster, OTHERS, acknowledged);
    const above = other!.entries.slice(now.floor).map(({ hash }) => hash);
    expect(
      read("log.db", (db) => db.prepare("SELECT lower(hex(hash)) AS hash FROM entries ORDER BY idx").all()),
    ).toEqual(above.map((hash) => ({ hash })));
    const rows = (id: number) => {
      const db = new DatabaseSync(join(cluster.nodeFolder(id), "state.db"), { readOnly: true });
      const found = db.prepare("SELECT module, tbl, hex(key) AS key, hex(value) AS value FROM rows").all();
      db.close();
      return found;
    };
    expect(rows(PRUNING)).toEqual(rows(OTHERS[0]!));
    const folder = cluster.nodeFolder(PRUNING);
    const report = await verifyFolder({ folder, genesisBytes: cluster.genesis, options: { workers: 1 } });
    expect(report.findings).toEqual([]);
    expect(report.prunedThrough).toBe(now.floor);
  });
});
