// Nodes that end in every way and come back: all at once by force, one without what can be derived, one
// that is asked politely. Nothing that was acknowledged is lost, nobody who waits is left without an answer.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { API_PREFIX, type CommandStateJson } from "@juno/api";
import { hex } from "@juno/base";
import { beforeAll, describe, expect, it } from "vitest";
import { callAccounts } from "../src/accounts.ts";
import type { Cluster } from "../src/cluster.ts";
import { Metrics } from "../src/hostile/metrics.ts";
import { Journal } from "../src/journal.ts";
import { Load } from "../src/load.ts";
import { expectInDatabases } from "./comparison.ts";
import { openCluster } from "./opened.ts";

const LANES = { transferLanes: 3, batchLanes: 1, actionsPerBatch: 20 };
const LONG_WAIT = "wait=committed&timeout=60000";

let cluster: Cluster;
let journal: Journal;
let load: Load;

beforeAll(async () => {
  cluster = await openCluster({ nodes: 4, clients: ["ann", "ben"] });
  journal = new Journal(join(cluster.folder, "journal"));
  cluster.startAll();
  await cluster.leader();
  load = await Load.start({ cluster, journal, ...LANES });
});

describe("four nodes", () => {
  it("lose nothing when all are killed at once under load, twice", async () => {
    for (let round = 0; round < 2; round += 1) {
      await load.progress(100);
      await cluster.kill(...cluster.ids);
      cluster.startAll();
      await load.progress(100);
    }
  });

  it("let one go that is asked to, under load, and take it back", async () => {
    const { id, term } = await cluster.leader();
    expect(await cluster.terminate(id)).toEqual([{ code: 0, signal: null }]);
    await cluster.leader({ above: term });
    await load.progress(100);
    cluster.start(id);
    await cluster.caughtUp(...cluster.ids);
    await load.stop();
  });

  it("rebuild a state.db that was deleted, to the same outcome root", async () => {
    const before = await cluster.agreed();
    const { id: leader } = await cluster.leader();
    const id = cluster.ids.find((other) => other !== leader)!;
    await cluster.kill(id);
    for (const name of ["state.db", "state.db-wal", "state.db-shm"])
      rmSync(join(cluster.nodeFolder(id), name), { force: true });
    cluster.start(id);
    expect(await cluster.agreed()).toEqual(before);
    await cluster.caughtUp(...cluster.ids);
  });
});

/** Reads a stream to its end; rejects if the connection breaks. */
async function readToEnd(reply: Response): Promise<void> {
  for await (const chunk of reply.body!) expect(chunk.length).toBeGreaterThan(0);
}

describe("a node without a quorum that is asked to end", () => {
  it("answers those who wait, ends with code 0, and the command counts once, as does each acknowledged one before", async () => {
    const { id: leader } = await cluster.leader();
    const [asked = 0, other = 0, third = 0] = cluster.ids.filter((id) => id !== leader);
    await cluster.kill(leader, third);
    const client = cluster.client();
    const [signer] = cluster.clientSigners;
    const open = { name: "late", owner: { key: hex(signer!.key) } };
    const command = await client.prepare(callAccounts("create", open), { signers: [signer!] });
    const api = `${cluster.url(asked)}${API_PREFIX}`;
    const submit = (url: string) =>
      fetch(`${url}/commands?${LONG_WAIT}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: command.json,
      });
    const submitted = submit(api);
    await cluster.until("the command waits for a quorum", async () =>
      (await cluster.status(asked))?.pending.commands === 1 ? true : undefined,
    );
    const stream = await fetch(`${api}/stream?from=1`);
    const streamed = readToEnd(stream);
    const watched = fetch(`${api}/commands/${command.id}?${LONG_WAIT}`);
    await cluster.until("the node has all requests, and the one that asks it", async () => {
      const metrics = await Metrics.of(cluster.url(asked));
      return metrics.sum("http_requests_open") >= 4 ? true : undefined;
    });

    expect(await cluster.terminate(asked)).toEqual([{ code: 0, signal: null }]);
    const answers = await Promise.all([submitted, watched]);
    expect(answers.map(({ status }) => status)).toEqual([202, 200]);
    for (const answer of answers) expect(await answer.json()).toEqual({ id: command.id, state: "pending" });
    await streamed;

    for (const id of [leader, third, asked]) cluster.start(id);
    await cluster.caughtUp(...cluster.ids);
    const again = await submit(`${cluster.url(other)}${API_PREFIX}`);
    const state = (await again.json()) as CommandStateJson;
    expect(state).toMatchObject({ id: command.id, state: "applied", status: "ok" });
    const { index = 0 } = state as { index?: number };
    await cluster.agreed();
    await cluster.terminate(...cluster.ids);
    const changes = { late: 0 };
    expectInDatabases(cluster, cluster.ids, [
      ...journal.read(),
      { id: command.id, index, actions: 1, changes },
    ]);
  });
});
