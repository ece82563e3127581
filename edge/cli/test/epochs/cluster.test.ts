// `juno verify`, `export`, `replay` and `epochs` of a network that has changed: the links come from its nodes, and prove
// themselves (P40).

import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { juno } from "../processes/juno-process.ts";
import { type ChangingNetwork, changingNetwork } from "./changing-network.ts";

let network: ChangingNetwork;
let live: readonly string[];

const action = (name: string) => ({
  ...{ module: "demo.accounts", action: "create" },
  args: { name, owner: { key: "00".repeat(32) } },
});

beforeAll(async () => {
  network = await changingNetwork();
  await network.submit([action("one")]);
  network.add();
  await network.submit([action("two")]);
  network.rotate();
  await network.submit([action("three")]);
  // Node 1 is gone, and nobody runs the fifth.
  const urls = [1, 2, 3].map((at) => network.files.urls[at]!);
  live = ["--genesis", network.files.genesis, ...urls.flatMap((url) => ["--url", url])];
}, 60_000);

afterAll(() => network.close());

it("is verified as a cluster, from entry 1 through all epochs", async () => {
  const { code, stdout, stderr } = await juno(["verify", ...live, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { index: last } = network.backend.chain;
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, last, confirmed: last, problem: null });
});

it("is exported with its links, and the archive is good and replayed", async () => {
  const archive = join(network.folder, "archive");
  const exported = await juno(["export", archive, ...live]);
  expect(exported).toMatchObject({ code: 0 });
  const { genesis } = network.files;
  const audited = await juno(["verify", archive, "--genesis", genesis, "--json"]);
  expect(audited.code).toBe(0);
  const report = JSON.parse(audited.stdout);
  expect(report).toMatchObject({ ok: true, findings: [], last: network.backend.chain.index });
  expect(
    report.epochs.map(({ epoch, reason }: { epoch: number; reason?: string }) => [epoch, reason]),
  ).toEqual([
    [0, undefined],
    [1, "a fifth voter"],
    [2, "node 1 retires"],
  ]);
  const text = await juno(["verify", archive, "--genesis", genesis]);
  expect(text.stdout).toContain("(epoch 2) nodes 2, 3, 4, 5 vote, because: node 1 retires.");
  const to = String(network.backend.chain.electorate.start.index + 1);
  for (const source of [
    ["replay", archive, "--genesis", genesis],
    ["replay", ...live],
  ]) {
    const replayed = await juno([...source, "--to", to]);
    expect(replayed).toMatchObject({ code: 0 });
    expect(replayed.stdout).toContain("the election of term 1: node 3 leads");
  }
});

it("tells its epochs, for people and for programs", async () => {
  const text = await juno(["epochs", ...live]);
  expect(text).toMatchObject({ code: 0, stderr: "" });
  expect(text.stdout.split("\n")[0]).toBe("epoch 0 begins with the genesis");
  expect(text.stdout).toContain("  because: node 1 retires");
  const json = JSON.parse((await juno(["epochs", ...live, "--json"])).stdout);
  expect(json.epochs.map(({ epoch }: { epoch: number }) => epoch)).toEqual([0, 1, 2]);
  expect(json.epochs[1]).not.toHaveProperty("link");
});
