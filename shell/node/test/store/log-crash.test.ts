// What is acknowledged is durable and whole, whenever the process is killed; and what the disk
// refuses is told plainly.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LogIndex, Prng, Term } from "@juno/base";
import type { DurableChange } from "@juno/consensus";
import { Failure } from "@juno/failure";
import { appending, entriesAbove, genesisPoint, network, nodeId } from "@juno/runtime/suites";
import { afterAll, describe, expect, it } from "vitest";
import { writeChange } from "../../src/store/log/change-codec.ts";
import { createLog } from "../../src/store/log/create-log.ts";
import { LOG_REQUEST } from "../../src/store/log/log-protocol.ts";
import { SqliteLogStore } from "../../src/store/log/log-store.ts";
import { ReadThread } from "../../src/store/reader/read-thread.ts";
import { StoreThread } from "../../src/store/thread/store-thread.ts";
import { type Child, startChild } from "./child.ts";
import { freshFolder, removeFolders } from "./folder.ts";

afterAll(removeFolders);

function createdFolder(): string {
  const folder = freshFolder();
  createLog(folder, { network, nodeId });
  return folder;
}

function openLog(folder: string, pagesMax?: number): SqliteLogStore {
  const reads = new ReadThread({ folder, genesis: undefined });
  return new SqliteLogStore({
    folder,
    network,
    nodeId,
    reads,
    ...(pagesMax === undefined ? {} : { pagesMax }),
  });
}

/** Loads the log and checks that every write is in it whole; returns how many there are. */
async function writesIn(folder: string): Promise<number> {
  const store = openLog(folder);
  const { currentTerm, suffix } = await store.load();
  await store.close();
  expect(suffix).toHaveLength(3 * currentTerm);
  expect(suffix.every(({ index, term }) => term === Math.ceil(index / 3))).toBe(true);
  return currentTerm;
}

const acknowledged = (child: Child): number => Number(child.lines.at(-1) ?? 0);

describe("a log whose process is killed", () => {
  it("holds every write that was acknowledged, and none in part", async () => {
    const folder = createdFolder();
    const prng = new Prng(5);
    let before = 0;
    for (let round = 0; round < 6; round++) {
      const child = startChild({ script: new URL("./log-child.ts", import.meta.url), args: [folder] });
      await child.line(1 + prng.below(150));
      child.kill();
      expect((await child.ended).signal).toBe("SIGKILL");
      const writes = await writesIn(folder);
      expect(writes).toBeGreaterThanOrEqual(acknowledged(child));
      expect(writes).toBeGreaterThan(before);
      before = writes;
    }
  });
});

describe("a disk that refuses", () => {
  it("ends the store with disk_full and loses nothing", async () => {
    const folder = createdFolder();
    const store = openLog(folder, 64);
    await store.load();
    const writes: Promise<void>[] = [];
    let last = { index: genesisPoint.index, hash: genesisPoint.hash };
    for (let n = 1; n <= 100; n++) {
      const entries = entriesAbove(last, 3, { term: n, bodyBytes: 2_000 });
      last = { index: LogIndex(entries[2]!.index), hash: entries[2]!.hash };
      writes.push(
        store.write([{ kind: "term", currentTerm: Term(n), votedBase: undefined }, appending(entries)]),
      );
      if (n % 5 === 0) await Promise.allSettled(writes);
    }
    const results = await Promise.allSettled(writes);
    const kept = results.findIndex(({ status }) => status === "rejected");
    expect(kept).toBeGreaterThan(5);
    for (const result of results.slice(kept)) {
      expect(result).toMatchObject({ status: "rejected", reason: { code: "disk_full" } });
    }
    await expect(store.write([])).rejects.toMatchObject({ code: "disk_full" });
    await expect(store.load()).rejects.toBeInstanceOf(Failure);
    await store.close();
    expect(await writesIn(folder)).toBe(kept);
  });

  it("ends the store with disk_failed and loses nothing", async () => {
    const folder = createdFolder();
    const child = startChild({
      script: new URL("./log-child.ts", import.meta.url),
      args: [folder, "5000"],
      fileKilobytesMax: 1024,
    });
    expect((await child.ended).code).toBe(1);
    expect(child.lines.at(-1)).toBe("disk_failed");
    const writes = await writesIn(folder);
    expect(writes).toBeGreaterThan(10);
    expect(
      child.lines
        .slice(0, -1)
        .map(Number)
        .every((n) => n <= writes),
    ).toBe(true);
    expect(writes).toBe(child.lines.length - 1);
  });
});

describe("the log writer", () => {
  it("writes nothing more after a write that failed, whoever asks", async () => {
    const folder = createdFolder();
    const thread = new StoreThread({
      entry: new URL("../../src/store/log/log-thread.ts", import.meta.url),
      name: "log writer",
      data: { folder, network, nodeId, pagesMax: 0 },
      failureCode: "disk_failed",
    });
    const entries = entriesAbove(genesisPoint, 2);
    const write = (change: DurableChange) =>
      thread.call(LOG_REQUEST.write, (writer) => writeChange(writer.u64(1), change));
    await expect(write(appending(entries.slice(1)))).rejects.toThrow("right above the last one");
    await expect(write(appending(entries.slice(0, 1)))).rejects.toThrow("right above the last one");
    await thread.close(LOG_REQUEST.close);
    expect(await writesIn(folder)).toBe(0);
  });
});

describe("group commit", () => {
  it("makes one transaction of the writes of a turn, and marks it for a tracer", async () => {
    const folder = createdFolder();
    const trace = join(folder, "trace");
    process.env.JUNO_TRACE_PERSIST = trace;
    const store = openLog(folder);
    delete process.env.JUNO_TRACE_PERSIST;
    await store.load();
    const entries = entriesAbove(genesisPoint, 100);
    await Promise.all(entries.map((entry) => store.write([appending([entry])])));
    await store.write([]);
    await store.close();
    expect(readFileSync(trace, "utf8")).toBe("persist 100\npersist 101\n");
  });
});
