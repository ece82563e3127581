// Contracts on a real network: deployed by `hopper deploy`, used by `hopper call`, seen by everybody.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EXIT } from "../../src/complaint.ts";
import { oneLeader } from "../../src/demo/conditions.ts";
import { waitUntil } from "../../src/demo/waiting.ts";
import { connect } from "../../src/network/connection.ts";
import { LocalCluster } from "../../src/network/local-cluster.ts";
import { findNetwork, nodePlaces } from "../../src/network/network-folder.ts";
import { nodeReports } from "../../src/network/node-reports.ts";
import { LOSING_PURSE, PURSE } from "../hopper/purse-programs.ts";
import { juno } from "../processes/juno-process.ts";
import { temporaryNetwork } from "../temporary-network.ts";

const HOPPER = fileURLToPath(new URL("../../src/hopper.ts", import.meta.url));

let network: Awaited<ReturnType<typeof temporaryNetwork>>;
let cluster: LocalCluster;
let source: string;
const stop = new AbortController();

const hopper = (...args: readonly string[]) =>
  juno([...args, "--network", network.folder], { program: HOPPER });

beforeAll(async () => {
  network = await temporaryNetwork();
  source = join(network.folder, "purse.hop");
  cluster = new LocalCluster(nodePlaces(network.folder));
  cluster.startAll();
  const place = findNetwork({ network: network.folder });
  const client = connect(place, { readTimeoutMs: 2_000 });
  try {
    await waitUntil(
      "one node leads",
      async () => {
        cluster.assertAlive();
        return oneLeader(await nodeReports(client, place.nodes), { running: 4, after: 0 });
      },
      { timeoutMs: 120_000, signal: stop.signal },
    );
  } finally {
    client.close();
  }
});

afterAll(async () => {
  stop.abort();
  await cluster.stop();
  network.remove();
});

it("sends nothing that has an error", async () => {
  writeFileSync(source, LOSING_PURSE);
  const { code, stdout, stderr } = await hopper("deploy", source);
  expect(code).toBe(EXIT.refused);
  expect(stdout).toContain("error[H0203]");
  expect(stderr).toContain("Nothing was sent");
});

it("says what would happen, and does it when told", async () => {
  writeFileSync(source, PURSE);
  const dry = await hopper("deploy", source, "--dry-run");
  expect(dry).toMatchObject({ code: 0 });
  expect(dry.stdout).toMatch(/^ok · .* not sent$/m);
  expect((await hopper("call", "demo.purse.inside", "ann")).code).not.toBe(0);
  const done = await hopper("deploy", source, "--json");
  expect(done.code).toBe(0);
  expect(JSON.parse(done.stdout)).toMatchObject({ status: "ok" });
});

it("calls actions and queries with arguments as people type them", async () => {
  const call = "demo.purse.open";
  const opened = await hopper("call", call, "ann", "@client", "amount=5.00 USD");
  expect(opened.code).toBe(0);
  expect(opened.stdout).toMatch(/^ok · .* proved by nodes/m);
  expect(opened.stdout).toContain("minted 5.00 USD");
  expect(await hopper("call", "demo.purse.inside", "ann", "--linearizable")).toMatchObject({
    stdout: "5.00 USD\n",
  });
  const emptied = await hopper("call", "demo.purse.empty", '{"name":"ann"}', "--dry-run", "--json");
  expect(JSON.parse(emptied.stdout)).toMatchObject({ receipt: { status: "ok" } });
  expect((await hopper("call", "demo.purse.empty", "eve")).code).toBe(EXIT.refused);
});

it.each([
  [["call", "demo.purse.open", "ann"]],
  [["call", "demo.purse.nothing"]],
  [["call", "nothing"]],
  [["call", "demo.purse.open", "ann", "@nobody", "5.00 USD"]],
])("%j is refused, with what to do instead", async (args) => {
  const { code, stdout, stderr } = await hopper(...args);
  expect({ code, stdout }).toEqual({ code: EXIT.usage, stdout: "" });
  expect(stderr).not.toContain("    at ");
});

it("deploys what builds on a deployed module without having it at hand", async () => {
  const more = join(network.folder, "more.hop");
  const text = readFileSync(source, "utf8");
  rmSync(source);
  writeFileSync(
    more,
    "module demo.more\nimport demo.purse {USD}\n\nquery price() -> Money<USD> = 1.50 USD\n",
  );
  try {
    expect(await hopper("deploy", more)).toMatchObject({ code: 0 });
    expect(await hopper("call", "demo.more.price")).toMatchObject({ code: 0, stdout: "1.50 USD\n" });
  } finally {
    writeFileSync(source, text);
  }
});
