// state.db when it is missing, altered or another's, and an executor that is killed: whatever follows
// from the log comes back, and what does not fit the log is refused.

import { copyFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hex, LogIndex, NodeId, Prng } from "@juno/base";
import type { DurableChange } from "@juno/consensus";
import { apply } from "@juno/ledger";
import {
  appending,
  bodyOf,
  certificateOf,
  chainOf,
  committing,
  context,
  creating,
  genesis,
  genesisFloor,
  opening,
  people,
  sha256,
  transfers,
} from "@juno/runtime/suites";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logFile, stateFile } from "../../src/store/folder.ts";
import { createLog } from "../../src/store/log/create-log.ts";
import { openStores, type Stores } from "../../src/store/open-stores.ts";
import { LogReads } from "../../src/store/reader/log-reads.ts";
import { applyNext } from "../../src/store/state/entry-applier.ts";
import { StateDatabase } from "../../src/store/state/state-database.ts";
import { startChild } from "./child.ts";
import { alter, freshFolder, numberIn, removeFolders } from "./folder.ts";

afterAll(removeFolders);

const nodeId = NodeId(3);
const entries = chainOf([...opening, ...transfers(2_000)]);

async function open(folder: string): Promise<Stores> {
  const stores = openStores({ folder, genesis, nodeId });
  await stores.log.load();
  return stores;
}

let written = "";

/** A folder whose log holds all entries, and no state. */
function loggedFolder(): string {
  const folder = freshFolder();
  copyFileSync(logFile(written), logFile(folder));
  return folder;
}

async function writtenFolder(): Promise<string> {
  const folder = freshFolder();
  createLog(folder, { network: genesis.network, nodeId });
  const { log, close } = await open(folder);
  const last = entries.at(-1)!;
  const certified: DurableChange = {
    kind: "certified",
    certificate: certificateOf(last),
    base: genesisFloor,
  };
  await log.write([appending(entries), certified, committing(last)]);
  await close();
  return folder;
}

/** Applies up to an index; returns the root there, in hex, or rejects with the failure. */
async function applyTo(folder: string, index: number): Promise<string> {
  const stores = await open(folder);
  try {
    const { applied } = await stores.executor.open();
    if (applied.index === index) return hex(applied.root);
    return await new Promise((resolve, reject) => {
      stores.executor.onFailure(reject);
      stores.executor.onApplied((batch) => {
        if (batch.applied.index === index) resolve(hex(batch.applied.root));
      });
      stores.executor.apply(LogIndex(index));
    });
  } finally {
    await stores.close();
  }
}

let logged = "";
let finalRoot = "";

beforeAll(async () => {
  written = await writtenFolder();
  logged = loggedFolder();
  finalRoot = await applyTo(logged, entries.length);
});

describe("a state that is closed", () => {
  it("is one file beside the log, and snapshots", () => {
    expect(readdirSync(logged).sort()).toEqual(["lock", "log.db", "snapshots", "state.db"]);
  });

  it("has one outcome and its share of tree nodes per entry, and no rows but the last", () => {
    const count = (table: string) => numberIn(stateFile(logged), `SELECT count(*) FROM ${table}`);
    expect(count("outcomes")).toBe(entries.length);
    expect(count("commands")).toBe(entries.length - 1);
    expect(count("rows")).toBe(3);
    expect(count("nodes")).toBeLessThan(entries.length);
  });

  it("remembers no spent id beyond its expiry", () => {
    const folder = freshFolder();
    const state = StateDatabase.open(stateFile(folder), genesis.network);
    const body = (mark: string, expiresMs: number) =>
      bodyOf([creating(mark, people.wjm)], { mark, expiresMs });
    const drafts = [
      { body: body("a", 2_000), timeMs: 1_000 },
      { body: body("b", 9_000), timeMs: 1_000 },
      { body: body("c", 9_000), timeMs: 2_001 },
    ];
    for (const entry of chainOf(drafts)) {
      state.transaction(() => state.store(entry, apply(context, state.view, entry)));
    }
    state.close();
    expect(numberIn(stateFile(folder), "SELECT count(*) FROM spent")).toBe(2);
    expect(numberIn(stateFile(folder), "SELECT count(*) FROM commands")).toBe(3);
  });
});

describe("an executor that is killed", () => {
  it("comes to the same outcomes in the end", async () => {
    const folder = loggedFolder();
    const prng = new Prng(11);
    let reached = 0;
    for (let round = 0; round < 2; round++) {
      const child = startChild({
        script: new URL("./executor-child.ts", import.meta.url),
        args: [folder, String(entries.length)],
      });
      await child.line(2 + prng.below(3));
      child.kill();
      await child.ended;
      const opened = Number(/^open (\d+)$/.exec(child.lines[0]!)![1]);
      expect(opened).toBeGreaterThanOrEqual(reached);
      reached = opened;
    }
    expect(await applyTo(folder, entries.length)).toBe(finalRoot);
    const all = "SELECT count(*) FROM outcomes JOIN history USING (idx)";
    expect(numberIn(stateFile(folder), all)).toBe(numberIn(stateFile(logged), all));
  });
});

describe("a missing state", () => {
  it("is rebuilt from the log, and shows how far it is", async () => {
    const folder = loggedFolder();
    const before = await applyTo(folder, 1_800);
    rmSync(stateFile(folder));
    const seen: number[] = [];
    const stores = openStores({
      folder,
      genesis,
      nodeId,
      onProgress: ({ applied, target }) => {
        expect(target).toBe(1_800);
        seen.push(applied);
      },
    });
    await stores.log.load();
    const opened = await stores.executor.open();
    expect(opened.applied.index).toBe(0);
    const done = new Promise<string>((resolve) => {
      stores.executor.onApplied(({ applied }) => {
        if (applied.index === 1_800) resolve(hex(applied.root));
      });
    });
    stores.executor.apply(LogIndex(1_800));
    expect(await done).toBe(before);
    await stores.close();
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.at(-1)).toBe(1_800);
  });
});

describe("a state that is not what the executor left", () => {
  /** A state of seven entries, made without a thread. */
  function smallState(): string {
    const folder = freshFolder();
    const state = StateDatabase.open(stateFile(folder), genesis.network);
    state.transaction(() => {
      for (const entry of entries.slice(0, 7)) state.store(entry, apply(context, state.view, entry));
    });
    state.close();
    return folder;
  }

  const openState = (folder: string, network = genesis.network): void =>
    StateDatabase.open(stateFile(folder), network).close();

  it.each([
    ["a raised applied index", "UPDATE meta SET idx = idx + 1"],
    ["another log time", "UPDATE meta SET time = time + 1"],
    ["an altered frontier", "UPDATE meta SET peaks = zeroblob(length(peaks))"],
    ["no applied index", "DELETE FROM meta"],
    ["no table of rows", "DROP TABLE rows"],
    ["an altered peak of the outcome tree", "UPDATE nodes SET hash = zeroblob(32) WHERE level = 2"],
    ["a missing peak of the outcome tree", "DELETE FROM nodes WHERE level = 2"],
    ["an altered last outcome", "UPDATE outcomes SET receipt_hash = zeroblob(32) WHERE idx = 7"],
  ])("is refused with the advice to delete it: %s", (_, sql) => {
    const folder = smallState();
    alter(stateFile(folder), sql);
    expect(() => openState(folder)).toThrow(
      expect.objectContaining({ code: "store_damaged", message: expect.stringContaining("delete") }),
    );
  });

  it("is refused with the advice to delete it: no database at all", () => {
    const folder = freshFolder();
    writeFileSync(stateFile(folder), "this was a database once, and a long time ago, too");
    expect(() => openState(folder)).toThrow(expect.objectContaining({ code: "store_damaged" }));
  });

  it("is refused: another network's", () => {
    const folder = smallState();
    expect(() => openState(folder, sha256(genesis.bytes))).toThrow(
      expect.objectContaining({ code: "store_foreign" }),
    );
  });

  it("is refused by way of the threads as well", async () => {
    const folder = loggedFolder();
    await applyTo(folder, 100);
    alter(stateFile(folder), "UPDATE meta SET idx = 99");
    await expect(applyTo(folder, 200)).rejects.toMatchObject({ code: "store_damaged" });
  });
});

describe("a log that was altered below what is applied", () => {
  it.each([
    [
      "a body",
      "UPDATE entries SET body = CAST(substr(body, 1, 99) || x'00' || substr(body, 101) AS BLOB) WHERE idx = 50",
    ],
    ["a time", "UPDATE entries SET time = time + 1 WHERE idx = 50"],
    ["a digest", "UPDATE entries SET digest = zeroblob(32) WHERE idx = 50"],
  ])("stops the executor before it is applied: %s", async (_, sql) => {
    const folder = loggedFolder();
    alter(logFile(folder), sql);
    await expect(applyTo(folder, 100)).rejects.toMatchObject({ code: "store_damaged" });
  });
});

describe("requests", () => {
  it("are looked for between any two entries of a batch", () => {
    const folder = loggedFolder();
    const state = StateDatabase.open(stateFile(folder), genesis.network);
    const log = new LogReads(logFile(folder));
    const files = { logFile: logFile(folder), ownAbove: 0 };
    let pauses = 0;
    const pause = () => {
      pauses++;
    };
    const batch = applyNext({ ...files, context, log, state, pause }, LogIndex(100));
    state.close();
    log.close();
    expect(batch.outcomes.length).toBeGreaterThan(0);
    expect(pauses).toBeGreaterThanOrEqual(batch.outcomes.length - 1);
  });
});

describe("paths", () => {
  it("are answered while a long way is still being applied", async () => {
    const folder = loggedFolder();
    const stores = await open(folder);
    await stores.executor.open();
    const order: string[] = [];
    const done = new Promise<void>((resolve) => {
      stores.executor.onApplied(({ applied }) => {
        order.push(`applied ${applied.index}`);
        if (applied.index === entries.length) resolve();
        if (order.length > 1) return;
        const place = { index: LogIndex(1), size: applied.index };
        void stores.executor.paths([place]).then(() => order.push("paths"));
      });
    });
    stores.executor.apply(LogIndex(entries.length));
    await done;
    await stores.close();
    expect(order).toContain("paths");
    expect(order.indexOf("paths")).toBeLessThan(order.length - 1);
  });
});
