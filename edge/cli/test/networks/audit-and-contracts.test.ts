// A network that runs is audited: exported, and verified as its log grows. Then contracts on it: deployed by `hopper deploy`, used by
// `hopper call`, seen by everybody. The nodes are started once for the whole file.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ReplayOptions, runReplay } from "../../src/command/replay-command.ts";
import { runVerify } from "../../src/command/verify-command.ts";
import { EXIT } from "../../src/complaint.ts";
import { LocalCluster } from "../../src/network/local-cluster.ts";
import { nodePlaces } from "../../src/network/network-folder.ts";
import { capturedOutput } from "../captured-output.ts";
import { LOSING_PURSE, PURSE } from "../hopper/purse-programs.ts";
import { juno, PROGRAM } from "../processes/juno-process.ts";
import { temporaryNetwork } from "../temporary-network.ts";
import { untilOneLeads } from "./one-leader.ts";

let network: Awaited<ReturnType<typeof temporaryNetwork>>;
let cluster: LocalCluster;
const stop = new AbortController();

const run = (args: readonly string[]) => juno([...args, "--network", network.folder]);

beforeAll(async () => {
  network = await temporaryNetwork({ limits: { checkpointEntries: 4 } });
  cluster = new LocalCluster(nodePlaces(network.folder));
  cluster.startAll();
  await untilOneLeads(network, cluster, { signal: stop.signal });
  const opened = ["wjm", "stu"].flatMap((name) => ["--eval", `CreateAccount ${name}`]);
  expect((await run(["client", ...opened, "--eval", "AdjustAccount wjm 100%1"])).code).toBe(0);
});

afterAll(async () => {
  stop.abort();
  await cluster.stop();
  network.remove();
});

describe("juno export", () => {
  it("makes an archive of a running cluster, which grows and is good by the genesis alone", async () => {
    const archive = join(network.folder, "archive");
    const first = await run(["export", archive, "--json"]);
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: "" });
    const { manifest } = JSON.parse(first.stdout) as { manifest: { last: number } };
    expect(manifest.last).toBeGreaterThan(3);
    expect((await run(["client", "--eval", "AdjustAccount stu 1%1"])).code).toBe(0);
    const again = await run(["export", archive, "--json"]);
    const grown = JSON.parse(again.stdout) as { earlier: number; manifest: { last: number } };
    expect(grown.earlier).toBe(manifest.last);
    expect(grown.manifest.last).toBeGreaterThan(manifest.last);
    const part = join(network.folder, "part");
    expect((await run(["export", part, "--from", "3"])).code).toBe(0);
    for (const [place, applied] of [
      [archive, grown.manifest.last],
      [part, 0],
    ] as const) {
      const genesis = join(network.folder, "genesis.json");
      const verified = await juno(["verify", place, "--genesis", genesis, "--json"]);
      const report = JSON.parse(verified.stdout) as { proved: number; last: number };
      expect(report).toMatchObject({ ok: true, findings: [], applied });
      expect(report.proved).toBe(report.last);
    }
  });
});

describe("juno replay", () => {
  const asked = { to: 4, trace: true, table: "demo.accounts/accounts", key: "wjm" };

  async function replayed(options: Partial<ReplayOptions>, source?: string) {
    const output = capturedOutput();
    const place = source === undefined ? { network: network.folder } : {};
    await runReplay(source, { ...place, ...asked, ...options }, output);
    return output;
  }

  it("shows the state after an entry and what ran at it, the same of a cluster and of a node's folder", async () => {
    const args = ["--to", "4", "--trace", "--table", asked.table, "--key", asked.key, "--json"];
    const { code, stdout, stderr } = await run(["replay", ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [report, ...lines] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(report).toMatchObject({ kind: "report", ok: true, source: "cluster", proved: 4, compared: 4 });
    expect(report).toMatchObject({ entry: { index: 4, kind: "command" }, receipt: { status: "ok" } });
    expect(lines.at(-1)).toMatchObject({ kind: "row", key: "wjm", row: { funds: "100.00 USD" } });
    expect(lines.slice(0, -1).map(({ step }) => step)).toContain("mint");
    const genesis = join(network.folder, "genesis.json");
    const node = await replayed({ genesis, json: true }, join(network.folder, "node-1"));
    const [own, ...same] = JSON.parse(JSON.stringify(node.json)) as object[];
    expect(same).toEqual(lines);
    const { stateRoot, outcomeRoot, tables } = report!;
    expect(own).toMatchObject({ source: "node", stateRoot, outcomeRoot, tables });
  });

  it("tells it in words, with the lines of the source", async () => {
    const text = (await replayed({})).printed.join("\n");
    expect(text).toContain("commit is proved");
    expect(text).toMatch(/demo\.accounts:\d+ \| update accounts\[name\]/);
    expect(text).toMatch(/[\d,]+ {2}.*mint "100\.00 USD"/);
    expect(text).toMatch(/"wjm" {2}\{"funds":"100\.00 USD"/);
    const election = (await replayed({ to: 1 })).printed.join("\n");
    expect(election).toMatch(/the election of term \d+: node \d leads, by the votes of nodes/);
    expect(election).toContain('"wjm"  there is no such row');
    await expect(replayed({ table: "demo.accounts/nothing" })).rejects.toThrow("there is no table");
  });
});

describe("juno verify", () => {
  it("verifies the log of a running cluster up to its end", async () => {
    const { code, stdout, stderr } = await run(["verify", "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const report = JSON.parse(stdout) as { entries: number; confirmed: number };
    expect(report).toMatchObject({ ok: true, problem: null });
    expect(report.entries).toBeGreaterThan(3);
    expect(report.confirmed).toBeLessThanOrEqual(report.entries);
  });

  it("follows the log as it grows, until it is stopped", async () => {
    const args = ["verify", "--follow", "--json", "--network", network.folder];
    const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    const printed = text(child.stdout);
    const before = JSON.parse((await run(["verify", "--json"])).stdout) as { entries: number };
    expect((await run(["client", "--eval", "AdjustAccount stu 1%1"])).code).toBe(0);
    const grown = JSON.parse((await run(["verify", "--json"])).stdout) as { entries: number };
    child.kill("SIGINT");
    expect((await once(child, "exit"))[0]).toBe(0);
    const report = JSON.parse(await printed) as { entries: number };
    expect(report).toMatchObject({ ok: true });
    expect(grown.entries).toBeGreaterThan(before.entries);
    expect(report.entries).toBeGreaterThanOrEqual(before.entries);
  });

  it("goes on where an earlier run with the same work folder ended", async () => {
    const options = { network: network.folder, work: join(network.folder, "work"), version: "1", json: true };
    const first = capturedOutput();
    await runVerify(undefined, options, first);
    const second = capturedOutput();
    await runVerify(undefined, options, second);
    const [before, after] = [first.json[0]!, second.json[0]!] as Record<string, number>[];
    expect(before).toMatchObject({ ok: true, resumedFrom: 0, anew: null });
    expect(after).toMatchObject({ ok: true, resumedFrom: before!.entries! - (before!.entries! % 4) });
    expect(after!.entries).toBeGreaterThanOrEqual(before!.entries!);
    expect(after!.signatures).toBeGreaterThanOrEqual(before!.signatures!);
  });

  it("is asked for one thing", async () => {
    for (const args of [["archive"], ["--report", "file"]]) {
      expect((await run(["verify", ...args])).code).toBe(2);
    }
  });
});

describe("hopper", () => {
  const HOPPER = fileURLToPath(new URL("../../src/hopper.ts", import.meta.url));
  let source: string;

  const hopper = (...args: readonly string[]) =>
    juno([...args, "--network", network.folder], { program: HOPPER });

  beforeAll(() => {
    source = join(network.folder, "purse.hop");
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
});
