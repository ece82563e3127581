// One node apart from the others, which go on. Under its operator's hand: halted at once without asking anybody, through a SIGKILL, and
// resumed; obeying nobody else. Without its signer: where another process holds its key (E62) it votes like any other, says nothing without
// that process, and goes on once it is back. Node 1 is the one with a signer.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StatusJson } from "@juno/api";
import type { JunoClient } from "@juno/client";
import { loadClientKeys, openSigner, type SignerServer, signerFrom } from "@juno/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitUntil } from "../../src/demo/waiting.ts";
import { connect } from "../../src/network/connection.ts";
import { KeyRing } from "../../src/network/key-ring.ts";
import { LocalCluster } from "../../src/network/local-cluster.ts";
import { findNetwork, nodePlaces } from "../../src/network/network-folder.ts";
import { juno } from "../processes/juno-process.ts";
import { temporaryNetwork } from "../temporary-network.ts";
import { untilOneLeads } from "./one-leader.ts";

let network: Awaited<ReturnType<typeof temporaryNetwork>>;
let cluster: LocalCluster;
let client: JunoClient;
let signer: SignerServer;
const stop = new AbortController();
const patience = { timeoutMs: 120_000, signal: stop.signal };

const path = (...parts: readonly string[]) => join(network.folder, ...parts);
const urlOf = (id: number) => nodePlaces(network.folder).find((place) => place.id === id)!.url;
const node = (id: number, ...args: readonly string[]) =>
  juno(["node", args[0]!, "--folder", path(`node-${id}`), ...args.slice(1)]);
const leader = () => untilOneLeads(network, cluster, { signal: stop.signal });
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

const startSigner = (): Promise<SignerServer> => {
  const { key, secret } = loadClientKeys(path("signer-1.json"));
  const keys = [{ key, sign: signerFrom(secret) }];
  return openSigner({ socket: path("signer"), keys, refused: () => undefined });
};

const said = (code: string): boolean =>
  readFileSync(path("node-1", "node.log"), "utf8").includes(`"code":"${code}"`);

async function untilNode1Says(code: string): Promise<void> {
  const look = async () => (said(code) ? { met: true } : { lacking: "it has not said so" });
  await waitUntil(`node 1 says ${code}`, look, patience);
}

beforeAll(async () => {
  network = await temporaryNetwork();
  const split = await juno(["keys", "split", path("node-1", "node.json"), "--out", path("signer-1.json")]);
  expect(split).toMatchObject({ code: 0 });
  const config = JSON.parse(readFileSync(path("node-1", "config.json"), "utf8")) as object;
  writeFileSync(
    path("node-1", "config.json"),
    JSON.stringify({ ...config, signer: { socket: "../signer" } }),
  );
  signer = await startSigner();
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
  await signer.close();
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

describe("a node with a signer", () => {
  it("has no signing key itself, and answers", async () => {
    expect(readFileSync(path("node-1", "node.json"), "utf8")).not.toContain("signSecret");
    await leader();
    expect((await create()).status).toBe("ok");
  });

  it("says nothing while its signer is away, and goes on when it is back", async () => {
    await signer.close();
    await untilNode1Says("signer_lost");
    expect(cluster.isRunning(1)).toBe(true);
    expect((await create()).status).toBe("ok");
    signer = await startSigner();
    await untilNode1Says("signer_back");
    await leader();
    await cluster.kill(3);
    // Three of four are needed, so node 1's word counts.
    expect((await create()).status).toBe("ok");
    const log = readFileSync(path("node-1", "node.log"), "utf8");
    expect(log).not.toContain('"level":"fatal"');
  });
});
