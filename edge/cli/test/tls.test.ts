// The whole way over TLS (A40): a node that serves its API under a certificate, and the SDK and the commands that trust it.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunningNode, runNode } from "@juno/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "../src/network/connection.ts";
import { findNetwork } from "../src/network/network-folder.ts";
import { juno } from "./processes/juno-process.ts";
import { temporaryNetwork } from "./temporary-network.ts";
import { TEST_CERTIFICATE, TEST_KEY } from "./tls-files.ts";

let network: Awaited<ReturnType<typeof temporaryNetwork>>;
let node: RunningNode;
let ca: string;

beforeAll(async () => {
  network = await temporaryNetwork({ nodes: 1 });
  const [configPath] = network.files.nodeConfigs;
  ca = join(network.folder, "ca.pem");
  writeFileSync(ca, TEST_CERTIFICATE);
  writeFileSync(join(network.folder, "key.pem"), TEST_KEY);
  const config = JSON.parse(readFileSync(configPath!, "utf8")) as object;
  const apiTls = { certificate: "../ca.pem", key: "../key.pem" };
  const apiUrls = Object.fromEntries([["1", network.files.urls[0]!.replace("http:", "https:")]]);
  writeFileSync(configPath!, JSON.stringify({ ...config, apiTls, apiUrls }));
  const failed = (cause: Error) => {
    throw cause;
  };
  node = await runNode({ configPath: configPath!, version: "0", note: () => undefined, failed });
});

afterAll(async () => {
  await node.close();
  network.remove();
});

it("serves reads and streams to clients that trust its certificate, and nobody in the clear", async () => {
  const place = findNetwork({ network: network.folder, ca });
  expect(place.nodes).toEqual([{ id: 1, url: `https://127.0.0.1:${node.apiPort}` }]);
  const client = connect(place);
  expect(await client.status()).toMatchObject({ node: 1 });
  const events = client.stream({ from: 1, failuresMax: 1 });
  expect((await events.next()).value).toMatchObject({ kind: "entry", index: 1 });
  await events.return();
  client.close();
  const stranger = connect(findNetwork({ network: network.folder }));
  await expect(stranger.status()).rejects.toMatchObject({ code: "unreachable" });
  stranger.close();
  const clear = connect(
    findNetwork({ network: network.folder, url: [`http://127.0.0.1:${node.apiPort}`], ca }),
  );
  await expect(clear.status()).rejects.toMatchObject({ code: "unreachable" });
  clear.close();
});

it("is reached by commands with --ca, which say what is wrong with it otherwise", async () => {
  const status = await juno(["status", "--network", network.folder, "--ca", ca]);
  expect(status.stdout).toContain("leader");
  const missing = await juno(["status", "--network", network.folder, "--ca", `${ca}.pem`]);
  expect(missing).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--ca is a file of PEM certificates"),
  });
  const without = await juno(["status", "--network", network.folder]);
  expect(without.code).toBe(3);
  expect(without.stdout + without.stderr).toMatch(/self-signed certificate/);
});
