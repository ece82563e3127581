// Nodes end with whoever started them, however that ends: also where it is killed and can do nothing.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, it } from "vitest";
import { waitUntil } from "../../src/demo/waiting.ts";
import { DEMO, PROGRAM } from "../processes/juno-process.ts";
import { temporaryNetwork } from "../temporary-network.ts";

let network: Awaited<ReturnType<typeof temporaryNetwork>>;

beforeEach(async () => {
  network = await temporaryNetwork();
});

afterEach(() => network.remove());

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const untilGone = (pids: readonly number[]): Promise<true> =>
  waitUntil(
    "the nodes have ended",
    async () => {
      const left = pids.filter(isAlive);
      return left.length === 0 ? { met: true as const } : { lacking: `${left.join(", ")} still run` };
    },
    { timeoutMs: 60_000, signal: new AbortController().signal },
  );

/** The lines of a program until one matches; they are read no further. */
async function until(lines: AsyncIterable<string>, pattern: RegExp): Promise<RegExpExecArray> {
  for await (const line of lines) {
    const match = pattern.exec(line);
    if (match !== null) return match;
  }
  throw new Error("the program has ended");
}

it.each(["SIGTERM", "SIGINT", "SIGKILL"] as const)("the demo's nodes, at %s", async (signal) => {
  const demo = spawn(process.execPath, [DEMO], { stdio: ["ignore", "pipe", "ignore"] });
  const pattern = /processes ([\d, ]+) in (.*)$/;
  const [, list = "", folder = ""] = await until(createInterface({ input: demo.stdout }), pattern);
  const pids = list.split(", ").map(Number);
  expect(pids).toHaveLength(4);
  demo.kill(signal);
  const [code] = (await once(demo, "exit")) as [number | null];
  expect(code).toBe(signal === "SIGKILL" ? null : 130);
  await untilGone(pids);
  // Who is killed cannot take its folder away.
  expect(existsSync(folder)).toBe(signal === "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

it("the nodes of juno dev, which tells of them in lines where nobody looks on", async () => {
  const dev = spawn(process.execPath, [PROGRAM, "dev", "--folder", network.folder], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await until(createInterface({ input: dev.stdout }), /1:\w+ term [1-9].*\| \d+ tx\/s$/);
  dev.kill("SIGTERM");
  const [code] = (await once(dev, "exit")) as [number | null];
  expect(code).toBe(0);
});
