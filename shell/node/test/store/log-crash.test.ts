// What is acknowledged is durable and whole, whenever the process is killed; and what the disk
// refuses is told plainly.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LogIndex, Prng, Term } from "@juno/base";
import type { DurableChange } from "@juno/consensus";
import { Failure } from "@juno/failure";
import type { Entry } from "@juno/proof";
import {
  appending,
  certifying,
  committing,
  entriesAbove,
  genesisPoint,
  network,
  nodeId,
  redactedAt,
} from "@juno/runtime/suites";
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
    for (let round = 0; round < 3; round++) {
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

describe("redaction (C22)", () => {
  const remains = (folder: string, mark: string): boolean =>
    ["log.db", "log.db-wal"].some((name) => {
      const file = join(folder, name);
      return existsSync(file) && readFileSync(file).includes(mark);
    });

  it("leaves no byte of a payload, of any length, once no reader holds the log as it was", async () => {
    const folder = createdFolder();
    const store = openLog(folder);
    await store.load();
    const lengths = [60, 500, 3_000, 5_000, 70_000];
    const entries: Entry[] = [];
    for (const bodyBytes of lengths) {
      entries.push(...entriesAbove(entries.at(-1) ?? genesisPoint, 4, { bodyBytes }));
    }
    const marks = entries.map(({ index }) => `payload of entry ${index} in`);
    // Some come as an appended log does, some were fetched, and folded into the file meanwhile or not.
    await store.write([appending(entries.slice(0, 8))]);
    await store.write([{ kind: "buffer", entries: entries.slice(8) }]);
    const last = entries.at(-1)!;
    await store.write([{ kind: "take-buffer", through: last.index }, certifying(last), committing(last)]);
    expect(marks.every((mark) => remains(folder, mark))).toBe(true);
    const reader = new DatabaseSync(join(folder, "log.db"), { readOnly: true });
    reader.exec("BEGIN");
    reader.prepare("SELECT count(*) FROM entries").get();
    const chosen = entries.filter(({ index }) => index % 2 === 0);
    expect(await store.redact(chosen.map(redactedAt))).toBe(false);
    expect(remains(folder, marks[1]!)).toBe(true);
    reader.exec("COMMIT");
    reader.close();
    expect(await store.redact([])).toBe(true);
    for (const [at, mark] of marks.entries())
      expect([mark, remains(folder, mark)]).toEqual([mark, at % 2 === 0]);
    await store.redact(entries.filter(({ index }) => index % 2 === 1).map(redactedAt));
    expect(marks.some((mark) => remains(folder, mark))).toBe(false);
    await store.close();
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
