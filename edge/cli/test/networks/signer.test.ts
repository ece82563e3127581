// A node whose signing key another process holds (E62) votes like any other; without its signer it says nothing, and nobody needs it; once the signer is
// back it goes on.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadClientKeys, openSigner, type SignerServer, signerFrom } from "@juno/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { oneLeader } from "../../src/demo/conditions.ts";
import { waitUntil } from "../../src/demo/waiting.ts";
import { connect } from "../../src/network/connection.ts";
import { LocalCluster } from "../../src/network/local-cluster.ts";
import { findNetwork, nodePlaces } from "../../src/network/network-folder.ts";
import { nodeReports } from "../../src/network/node-reports.ts";
import { juno } from "../processes/juno-process.ts";
import { temporaryNetwork } from "../temporary-network.ts";

let network: Awaited<ReturnType<typeof temporaryNetwork>>;
let cluster: LocalCluster;
let signer: SignerServer;
const stop = new AbortController();
const patience = { timeoutMs: 60_000, signal: stop.signal };

const path = (...parts: readonly string[]) => join(network.folder, ...parts);
const openAccount = (name: string) =>
  juno(["client", "--network", network.folder, "--eval", `CreateAccount ${name}`]);

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

async function untilAllFollowOne(): Promise<void> {
  const place = findNetwork({ network: network.folder });
  const client = connect(place, { readTimeoutMs: 2_000 });
  const look = async () => oneLeader(await nodeReports(client, place.nodes), { running: 4, after: 0 });
  await waitUntil("one node leads", look, patience).finally(() => client.close());
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
});

afterAll(async () => {
  stop.abort();
  await cluster.stop();
  await signer.close();
  network.remove();
});

describe("a node with a signer", () => {
  it("has no signing key itself, and answers", async () => {
    expect(readFileSync(path("node-1", "node.json"), "utf8")).not.toContain("signSecret");
    await untilAllFollowOne();
    expect((await openAccount("wjm")).code).toBe(0);
  });

  it("says nothing while its signer is away, and goes on when it is back", async () => {
    await signer.close();
    await untilNode1Says("signer_lost");
    expect(cluster.isRunning(1)).toBe(true);
    expect((await openAccount("stu")).code).toBe(0);
    signer = await startSigner();
    await untilNode1Says("signer_back");
    await untilAllFollowOne();
    await cluster.kill(3);
    // Three of four are needed, so node 1's word counts.
    expect((await openAccount("ann")).code).toBe(0);
    const log = readFileSync(path("node-1", "node.log"), "utf8");
    expect(log).not.toContain('"level":"fatal"');
  });
});
