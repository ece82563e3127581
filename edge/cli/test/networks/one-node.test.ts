// One node under its operator's hand while the others go on: halted at once without asking anybody, through a SIGKILL, and resumed; obeying
// nobody else.

import { join } from "node:path";
import type { StatusJson } from "@juno/api";
import type { JunoClient } from "@juno/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { oneLeader } from "../../src/demo/conditions.ts";
import { waitUntil } from "../../src/demo/waiting.ts";
import { connect } from "../../src/network/connection.ts";
import { KeyRing } from "../../src/network/key-ring.ts";
import { LocalCluster } from "../../src/network/local-cluster.ts";
import { findNetwork, nodePlaces } from "../../src/network/network-folder.ts";
import { nodeReports } from "../../src/network/node-reports.ts";
import { juno } from "../processes/juno-process.ts";
import { temporaryNetwork } from "../temporary-network.ts";

let network: Awaited<ReturnType<typeof temporaryNetwork>>;
let cluster: LocalCluster;
let client: JunoClient;
const stop = new AbortController();
const patience = { timeoutMs: 120_000, signal: stop.signal };

const path = (...parts: readonly string[]) => join(network.folder, ...parts);
const urlOf = (id: number) => nodePlaces(network.folder).find((place) => place.id === id)!.url;
const node = (id: number, ...args: readonly string[]) =>
  juno(["node", args[0]!, "--folder", path(`node-${id}`), ...args.slice(1)]);
const reports = () => nodeReports(client, findNetwork({ network: network.folder }).nodes);
const leader = () =>
  waitUntil("one node leads", async () => oneLeader(await reports(), { running: 4, after: 0 }), patience);
const settled = (id: number, what: (status: StatusJson) => boolean) =>
  waitUntil(
    `node ${id} is what it should be`,
    async () => {
      const status = await client.status(urlOf(id)).catch(String);
      return typeof status === "object" && what(status)
        ? { met: status }
        : { lacking: JSON.stringify(status) };
    },
    patience,
  );

let accounts = 0;
const create = () => {
  const { key } = new KeyRing(network.folder).client(undefined);
  const name = `account${++accounts}`;
  const args = { name, owner: { key: Buffer.from(key).toString("hex") } };
  return client.submit({ module: "demo.accounts", action: "create", args });
};

beforeAll(async () => {
  network = await temporaryNetwork();
  cluster = new LocalCluster(nodePlaces(network.folder));
  cluster.startAll();
  const place = findNetwork({ network: network.folder });
  client = connect(place, { readTimeoutMs: 3_000, signers: [new KeyRing(network.folder).client(undefined)] });
  await leader();
});

afterAll(async () => {
  stop.abort();
  client.close();
  await cluster.stop();
  network.remove();
});

describe("one node", () => {
  it("is halted by its operator alone, stays so through a SIGKILL, and takes part again when it is resumed (A32, A33)", async () => {
    const id = (await leader()).node;
    const other = (id % 4) + 1;
    const foreign = await node(id, "halt", "--reason", "x", "--key", path(`node-${other}`, "operator.json"));
    expect(foreign).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("none of the node's operators"),
    });
    const halted = await node(id, "halt", "--reason", "it was broken into");
    expect(halted).toMatchObject({ code: 0, stdout: expect.stringContaining(`Node ${id} is halted`) });
    expect((await create()).status).toBe("ok");
    const alone = connect({ ...findNetwork({ network: network.folder }), nodes: [{ url: urlOf(id) }] });
    const list = { module: "demo.accounts", query: "list" };
    expect(await alone.query(list)).toMatchObject({ current: false });
    await expect(alone.query(list, { consistency: "linearizable" })).rejects.toMatchObject({
      code: "node_halted",
      retryable: true,
      message: expect.stringContaining("it was broken into"),
    });
    alone.close();
    await cluster.kill(id);
    cluster.start(id);
    const status = await settled(id, ({ state }) => state === "halted");
    expect(status).toMatchObject({ ready: false, halted: { reason: "it was broken into" } });
    const shown = await juno(["status", "--network", network.folder]);
    expect(shown.stdout).toMatch(
      new RegExp(`^node ${id} was halted by its operator .*: it was broken into$`, "m"),
    );
    expect(shown.code).toBe(0);
    const { applied } = status;
    expect((await create()).status).toBe("ok");
    expect((await client.status(urlOf(id))).applied).toEqual(applied);
    const resumed = await node(id, "resume", "--json");
    expect(JSON.parse(resumed.stdout)).toMatchObject({ node: id, order: "resume" });
    const { committed } = await client.status(urlOf(other));
    await settled(
      id,
      ({ state, ready, applied }) => state === "voter" && ready && applied.index >= committed,
    );
  });
});
