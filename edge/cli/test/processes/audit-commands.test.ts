// `juno export` and `juno verify` on the files of a network that has just been made: what they print,
// write and refuse. What an audit finds, the tests of the audit show.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeId } from "@juno/base";
import { initNetwork, loadGenesis, openStores } from "@juno/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ReplayOptions, runReplay } from "../../src/command/replay-command.ts";
import { EXIT } from "../../src/complaint.ts";
import { capturedOutput } from "../captured-output.ts";
import { juno } from "./juno-process.ts";

let folder: string;

const run = (...args: readonly string[]) => juno([...args, "--genesis", "net/genesis.json"], { cwd: folder });

/** A node that was started and stopped, and has heard of no other. */
async function livedNode(name: string): Promise<void> {
  const ports = [1, 2, 3, 4].map((id) => ({ peer: id, api: 10 + id }));
  const files = await initNetwork({
    ...{ folder: join(folder, name), host: "127.0.0.1", ports, clients: ["client"], startTime: Date.now() },
  });
  const genesis = loadGenesis(files.genesis);
  const stores = openStores({ folder: join(folder, name, "node-1"), genesis, nodeId: NodeId(1) });
  await stores.log.load();
  await stores.executor.open();
  await stores.close();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "juno-cli-"));
  await livedNode("net");
  await livedNode("other");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("juno export", () => {
  it("makes an archive, tells what it holds, and does so again", async () => {
    const { code, stdout, stderr } = await run("export", "net/node-1", "archive");
    expect({ code, stderr }).toEqual({ code: EXIT.done, stderr: "" });
    expect(stdout).toContain("archive: no entries");
    const again = await run("export", "net/node-1", "archive", "--json");
    expect(again.code).toBe(EXIT.done);
    const report = JSON.parse(again.stdout) as object;
    expect(report).toMatchObject({ target: "archive", isComplete: true, earlier: 0, manifest: { last: 0 } });
  });

  it("refuses what is no node's folder, another network's, or too much, and says what to do", async () => {
    const missing = await run("export", "net", "nowhere");
    expect(missing.code).toBeGreaterThanOrEqual(10);
    expect(missing.stderr).toContain("log.db is missing");
    const foreign = await run("export", "other/node-1", "elsewhere");
    expect(foreign.code).toBeGreaterThanOrEqual(10);
    expect(foreign.stderr).toContain("another network");
    const beyond = await run("export", "net/node-1", "beyond", "--to", "5");
    expect(beyond.code).toBe(EXIT.usage);
    expect(beyond.stderr).toContain("--to 5 is beyond the last applied entry");
    const unread = await juno(["export", "net/node-1", "unread", "--genesis", "none"], { cwd: folder });
    expect(unread.code).toBe(EXIT.usage);
    for (const name of ["nowhere", "elsewhere", "beyond", "unread"]) {
      expect(existsSync(join(folder, name))).toBe(false);
    }
  });
});

describe("juno replay", () => {
  const replayed = (source: string | undefined, options: Partial<ReplayOptions> = {}) => {
    const genesis = join(folder, "net", "genesis.json");
    return runReplay(source && join(folder, source), { to: 1, genesis, ...options }, capturedOutput());
  };

  it("says what it cannot do: beyond the end, another network's, what is no node's", async () => {
    const { code, stderr } = await run("replay", "net/node-1", "--to", "5");
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain("the log is committed up to entry 0");
    await expect(replayed("other/node-1")).rejects.toThrow("another network");
    await expect(replayed("net")).rejects.toMatchObject({ code: "store_missing" });
  });

  it("is asked for one log, by whom it can trust, and for a table by both its names", async () => {
    const refused = { exitCode: EXIT.usage };
    await expect(replayed(undefined)).rejects.toMatchObject(refused);
    await expect(replayed("net/node-1", { network: "net" })).rejects.toMatchObject(refused);
    await expect(runReplay("net/node-1", { to: 1 }, capturedOutput())).rejects.toMatchObject(refused);
    for (const table of ["accounts", "demo.accounts/", "a/b/c"]) {
      await expect(replayed("net/node-1", { table })).rejects.toMatchObject(refused);
    }
    await expect(replayed("net/node-1", { key: "wjm" })).rejects.toMatchObject(refused);
  });
});

describe("juno verify", () => {
  it("takes a node's folder and an archive, and keeps standard output for the result", async () => {
    for (const source of ["net/node-1", "archive"]) {
      const { code, stdout, stderr } = await run(
        "verify",
        source,
        "--json",
        "--work",
        `work-of-${source.length}`,
      );
      expect({ code, stderr }).toEqual({ code: EXIT.done, stderr: "" });
      const report = JSON.parse(stdout) as object;
      expect(report).toMatchObject({
        folder: source,
        ok: true,
        firstBadIndex: null,
        resumedFrom: 0,
        anew: null,
      });
    }
  });

  it("writes a report that names what was verified, how, and what is not covered", async () => {
    expect((await run("verify", "archive", "--report", "report.txt")).code).toBe(EXIT.done);
    const text = readFileSync(join(folder, "report.txt"), "utf8");
    for (const words of [
      "Verdict: GOOD",
      "1. What was verified",
      "2. How",
      "3. What is not covered",
      "5. Findings",
    ]) {
      expect(text).toContain(words);
    }
    expect((await run("verify", "net/node-1", "--json", "--report", "report.json")).code).toBe(EXIT.done);
    const json = JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as Record<string, unknown>;
    expect(json).toMatchObject({
      ok: true,
      source: "node",
      version: expect.any(String),
      time: expect.any(String),
    });
    expect((await run("verify", "archive", "--report", "no/where.txt")).code).toBe(EXIT.refused);
  });

  it("ends with 1 and names what is wrong, in the report too", async () => {
    writeFileSync(join(folder, "archive", "genesis.json"), "{}");
    const { code, stdout } = await run("verify", "archive", "--report", "bad.txt");
    expect(code).toBe(EXIT.refused);
    expect(stdout).toContain("BAD");
    const text = readFileSync(join(folder, "bad.txt"), "utf8");
    expect(text).toContain("Verdict: BAD");
    expect(text).toContain("  - genesis.json: ");
  });
});
