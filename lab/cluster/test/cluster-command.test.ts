// `npm run cluster` as a command: its exit codes, and that nothing of it stays when somebody ends it.

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { NotInTime, until } from "../src/condition.ts";
import { builtInManifests } from "../src/trial/built-in.ts";
import { exitCodeOf, Unsafe, Unusable } from "../src/trial/ending.ts";

const PROGRAM = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "juno-cluster-command-"));
/** Where the command keeps what is temporary. */
const temporary = join(folder, "tmp");
mkdirSync(temporary);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(args: readonly string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { child, ended, text: () => text };
}

/** Processes that work in the command's folder. */
const processes = (): string[] =>
  execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(temporary));

describe("npm run cluster", () => {
  it("names every built-in manifest, with what it shows", async () => {
    const listed = run(["--list"]);
    expect(await listed.ended).toBe(0);
    const manifests = builtInManifests();
    expect(manifests.length).toBeGreaterThan(0);
    for (const { name, about } of manifests) {
      expect(about).not.toBe("");
      expect(listed.text()).toMatch(new RegExp(`^${name} +`, "m"));
      expect(listed.text()).toContain(about);
    }
  });

  it.each([
    [["--manifest", "no-such"], "there is no manifest no-such"],
    [["--seed", "one"], "--seed takes a whole number"],
    [["--quickly"], "--quickly"],
  ])("answers a question that makes no sense with 2: %j", async (args, words) => {
    const asked = run(args);
    expect(await asked.ended).toBe(2);
    expect(asked.text()).toContain(words);
    expect(asked.text()).toContain("usage:");
  });

  it("leaves no process and no folder when it is ended in the middle", async () => {
    const manifest = join(folder, "long.txt");
    writeFileSync(manifest, "Long.\n\n100ms pause follower\n200ms kill follower\n600s end\n");
    const { child, ended, text } = run(["--manifest", manifest]);
    await until({
      what: "the faults have struck",
      probe: () => (text().includes("kill follower") ? true : undefined),
      describe: async () => text(),
    });
    expect(processes().length).toBeGreaterThanOrEqual(3);
    expect(readdirSync(temporary)).toHaveLength(1);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(readdirSync(temporary)).toEqual([]);
    await until({ what: "all is gone", probe: () => (processes().length === 0 ? true : undefined) });
  });

  it("tells apart what went wrong by its exit code", () => {
    expect(exitCodeOf(new Error("node 2 ended by itself"))).toBe(127);
    expect(exitCodeOf(new NotInTime("it did not come about"))).toBe(128);
    expect(exitCodeOf(new Unsafe(["it may not be"]))).toBe(129);
    expect(exitCodeOf(new Unusable("no strace"))).toBe(2);
  });
});
