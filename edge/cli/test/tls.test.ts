// The whole way over TLS (A40, A53, A54): a node that serves its API under a certificate of the network's own, and the SDK and the
// commands, which find by themselves whom to trust.

import { renameSync } from "node:fs";
import { join } from "node:path";
import { type RunningNode, runNode } from "@juno/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "../src/network/connection.ts";
import { findNetwork } from "../src/network/network-folder.ts";
import { juno } from "./processes/juno-process.ts";
import { temporaryNetwork } from "./temporary-network.ts";

let network: Awaited<ReturnType<typeof temporaryNetwork>>;
let node: RunningNode;
let ca: string;

beforeAll(async () => {
  network = await temporaryNetwork({ nodes: 1, apiTls: {} });
  ca = join(network.folder, "ca.pem");
  const failed = (cause: Error) => {
    throw cause;
  };
  const [configPath] = network.files.nodeConfigs;
  node = await runNode({ configPath: configPath!, version: "0", note: () => undefined, failed });
});

afterAll(async () => {
  await node.close();
  network.remove();
});

it("serves reads and streams to clients that trust its certificate, and nobody in the clear", async () => {
  const place = findNetwork({ network: network.folder });
  expect(place.nodes).toEqual([{ id: 1, url: `https://127.0.0.1:${node.apiPort}` }]);
  const client = connect(place);
  expect(await client.status()).toMatchObject({ node: 1 });
  const events = client.stream({ from: 1, failuresMax: 1 });
  expect((await events.next()).value).toMatchObject({ kind: "entry", index: 1 });
  await events.return();
  client.close();
  const clear = connect(findNetwork({ network: network.folder, url: [`http://127.0.0.1:${node.apiPort}`] }));
  await expect(clear.status()).rejects.toMatchObject({ code: "unreachable" });
  clear.close();
});

it("is missed by whoever makes a node without the authority's key, and told", async () => {
  const create = (id: number) => [
    ...["node", "create", "--folder", join(network.folder, `new-${id}`), "--id", String(id)],
    ...["--genesis", network.files.genesis, "--listen", `127.0.0.1:${8100 + id}`],
    ...["--api", `127.0.0.1:${7100 + id}`],
  ];
  expect((await juno(create(5))).stderr).not.toContain("CLEAR");
  renameSync(join(network.folder, "ca.key.pem"), join(network.folder, "kept.key.pem"));
  expect(await juno(create(6))).toMatchObject({ code: 0, stderr: expect.stringContaining("IN THE CLEAR") });
});

it("is reached by commands, which say what is wrong if they trust somebody else", async () => {
  const status = await juno(["status", "--network", network.folder]);
  expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ +1 +leader/m) });
  const elsewhere = join(network.folder, "elsewhere.pem");
  renameSync(ca, elsewhere);
  const named = await juno(["status", "--network", network.folder, "--ca", elsewhere]);
  expect(named).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ +1 +leader/m) });
  const without = await juno(["status", "--network", network.folder]);
  expect(without.code).toBe(3);
  expect(without.stdout + without.stderr).toMatch(/does not answer: .*certificate/);
  const missing = await juno(["status", "--network", network.folder, "--ca", ca]);
  expect(missing).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--ca is a file of PEM certificates"),
  });
});

it("is made by init, from certificates that are given as well, if they are some", async () => {
  const args = ["init", join(network.folder, "other"), "--api-certificates", network.folder];
  const refused = await juno(args);
  expect(refused).toMatchObject({
    code: 10,
    stderr: expect.stringContaining("ca.pem is no file of certificates (PEM)"),
  });
});
