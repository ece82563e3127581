// log.db when it is not what a node left: missing, altered, another's, in use. Each is told plainly
// and nothing is repaired, since a voter that guesses what it signed could sign twice.

import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Hash } from "@juno/base";
import { NodeId, Term, utf8 } from "@juno/base";
import { floorAt } from "@juno/consensus";
import { Failure } from "@juno/failure";
import {
  appending,
  certifying,
  committing,
  entriesAbove,
  genesisPoint,
  network,
  nodeId,
  positionOf,
  sha256,
} from "@juno/runtime/suites";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logFile } from "../../src/store/folder.ts";
import { createLog } from "../../src/store/log/create-log.ts";
import { LogDatabase } from "../../src/store/log/log-database.ts";
import { SqliteLogStore } from "../../src/store/log/log-store.ts";
import { genesisMeta, SAVE_META, saveMeta } from "../../src/store/log/meta.ts";
import { LOG_FORMAT } from "../../src/store/log/schema.ts";
import { ReadThread } from "../../src/store/reader/read-thread.ts";
import { startChild } from "./child.ts";
import { alter, freshFolder, numberIn, removeFolders } from "./folder.ts";

afterAll(removeFolders);

type Identity = { network: Hash; nodeId: NodeId };

const openLog = (folder: string, identity: Identity = { network, nodeId }): SqliteLogStore =>
  new SqliteLogStore({ folder, ...identity, reads: new ReadThread({ folder, genesis: undefined }) });

/** Starts on a folder, without a thread; returns the failure it ends with. */
function failureOf(folder: string, identity: Identity = { network, nodeId }): Failure {
  let database: LogDatabase | undefined;
  try {
    database = LogDatabase.open(logFile(folder), identity);
    database.load();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  } finally {
    database?.abandon();
  }
  throw new Error("the log was opened");
}

/** The same by way of the threads of a node. */
async function startFailure(folder: string): Promise<unknown> {
  const store = openLog(folder);
  const failure = await store.load().catch((error: unknown) => error);
  await store.close();
  return failure;
}

/** A log with ten entries, committed through 4, certified at 6, a vote in term 3. */
const used = freshFolder();

beforeAll(async () => {
  createLog(used, { network, nodeId });
  const store = openLog(used);
  await store.load();
  const entries = entriesAbove(genesisPoint, 10);
  await store.write([appending(entries), certifying(entries[5]!), committing(entries[3]!)]);
  await store.write([{ kind: "term", currentTerm: Term(3), votedBase: positionOf(entries[5]!) }]);
  await store.close();
});

function usedFolder(): string {
  const folder = freshFolder();
  copyFileSync(logFile(used), logFile(folder));
  return folder;
}

describe("a log that is closed", () => {
  it("is one file, the lock beside it", () => {
    expect(readdirSync(used).sort()).toEqual(["lock", "log.db"]);
  });
});

describe("a missing log", () => {
  it("is not made anew: the node is told what that means", async () => {
    const folder = freshFolder();
    const failure = await startFailure(folder);
    expect(failure).toMatchObject({ code: "store_missing" });
    expect(String(failure)).toContain("must not sign under its key again");
    expect(String(failure)).toContain("new key");
    expect(existsSync(logFile(folder))).toBe(false);
  });
});

describe("creating a log", () => {
  it("never touches one that is there", () => {
    const folder = usedFolder();
    const before = readFileSync(logFile(folder));
    expect(() => createLog(folder, { network, nodeId })).toThrow(
      expect.objectContaining({ code: "store_exists" }),
    );
    expect(readFileSync(logFile(folder))).toEqual(before);
  });

  it("begins again where a process ended before it was done", () => {
    const folder = freshFolder();
    writeFileSync(`${logFile(folder)}.new`, "half of a database");
    createLog(folder, { network, nodeId });
    expect(readdirSync(folder)).toEqual(["log.db"]);
  });

  it("says so when the folder cannot be written", () => {
    expect(() => createLog("/proc/nowhere", { network, nodeId })).toThrow(
      expect.objectContaining({ code: "disk_failed" }),
    );
  });
});

describe("another's log", () => {
  it.each([
    { whose: "another network's", identity: { network: sha256(utf8("another network")), nodeId } },
    { whose: "another node's", identity: { network, nodeId: NodeId(4) } },
  ])("is refused: $whose", ({ identity }) => {
    expect(failureOf(usedFolder(), identity).code).toBe("store_foreign");
  });

  it.each([
    ["later", LOG_FORMAT + 1],
    ["earlier", LOG_FORMAT - 1],
  ])("is refused, and says why: one of a %s format", (_, format) => {
    const folder = usedFolder();
    const db = new DatabaseSync(logFile(folder));
    saveMeta(db.prepare(SAVE_META), { ...genesisMeta({ network, nodeId }), format });
    // The first format had another table of evidence.
    if (format === 1)
      db.exec("DROP TABLE evidence; CREATE TABLE evidence (id INTEGER PRIMARY KEY, bytes BLOB)");
    db.close();
    const { code, message } = failureOf(folder);
    expect(code).toBe("store_foreign");
    expect(message).toContain(`has format ${format}, this program reads ${LOG_FORMAT}`);
  });
});

describe("a damaged log", () => {
  const flipped = (column: string): string =>
    `UPDATE entries SET ${column} = CAST(substr(${column}, 1, 20) || x'ff' || substr(${column}, 22) AS BLOB) WHERE idx = ?`;

  it.each([
    ["a raised term", "UPDATE meta SET term = term + 1"],
    ["a term beyond all numbers", "UPDATE meta SET term = 1 << 60"],
    ["an entry's time beyond all numbers", "UPDATE entries SET time = 1 << 60 WHERE idx = 9"],
    ["a forgotten vote", "UPDATE meta SET vote = NULL"],
    ["an altered vote", "UPDATE meta SET vote = (SELECT zeroblob(length(vote)) FROM meta)"],
    ["a lowered commit", "UPDATE meta SET committed = base"],
    [
      "an altered certificate",
      "UPDATE meta SET certified = CAST(substr(certified, 1, 100) || x'5a' || substr(certified, 102) AS BLOB)",
    ],
    ["a mode that nobody set", "UPDATE meta SET mode = 'halted'"],
    ["an unknown mode", "UPDATE meta SET mode = 'lively'"],
    ["another node's memory", "UPDATE meta SET node = 4"],
    ["no memory", "DELETE FROM meta"],
    ["no table of entries", "DROP TABLE entries"],
    ["a missing certified entry", "DELETE FROM entries WHERE idx >= 6"],
    ["a missing committed entry", "DELETE FROM entries WHERE idx = 4"],
    ["a gap above the committed entry", "DELETE FROM entries WHERE idx = 8"],
    ["an altered time", "UPDATE entries SET time = time + 1 WHERE idx = 9"],
    ["an altered kind", "UPDATE entries SET kind = 'config' WHERE idx = 9"],
    ["an unknown kind", "UPDATE entries SET kind = 'rumour' WHERE idx = 9"],
    ["an altered hash of the committed entry", flipped("hash").replace("?", "4")],
    ["an altered hash", flipped("hash").replace("?", "10")],
    ["an altered digest", flipped("digest").replace("?", "10")],
    ["an altered body", flipped("body").replace("?", "10")],
    ["a missing commit proof", "DELETE FROM commit_proofs"],
    ["an unreadable commit proof", "UPDATE commit_proofs SET bytes = x'00'"],
    [
      "evidence of an unknown kind",
      "INSERT INTO evidence VALUES (1, 'gossip', 2, 0, 7, 5, x'00', zeroblob(32))",
    ],
  ])("is found at the start: %s", (_, sql) => {
    const folder = usedFolder();
    alter(logFile(folder), sql);
    expect(failureOf(folder).code).toBe("store_damaged");
  });

  it("is found at the start: no database at all", () => {
    const folder = usedFolder();
    writeFileSync(logFile(folder), "this was a database once, and a long time ago, too");
    expect(failureOf(folder).code).toBe("store_damaged");
  });

  it("is found at the start: an empty file", () => {
    const folder = usedFolder();
    truncateSync(logFile(folder), 0);
    expect(failureOf(folder).code).toBe("store_damaged");
  });

  it("is found at the start: a page of zeros", () => {
    const folder = usedFolder();
    const bytes = readFileSync(logFile(folder));
    const page =
      4096 * (numberIn(logFile(folder), "SELECT rootpage FROM sqlite_schema WHERE name = 'entries'") - 1);
    writeFileSync(logFile(folder), bytes.fill(0, page, page + 4096));
    expect(failureOf(folder).code).toBe("store_damaged");
  });
});

describe("a log in use", () => {
  it("is refused to a second process until the first has ended", async () => {
    const folder = freshFolder();
    createLog(folder, { network, nodeId });
    const child = startChild({ script: new URL("./log-child.ts", import.meta.url), args: [folder] });
    await child.line(1);
    expect(await startFailure(folder)).toMatchObject({ code: "store_in_use" });
    child.kill();
    await child.ended;
    const store = openLog(folder);
    await store.load();
    expect(await startFailure(folder)).toMatchObject({ code: "store_in_use" });
    await store.close();
  });
});

describe("the write-ahead log", () => {
  it("stays short, however much is written", async () => {
    const folder = freshFolder();
    createLog(folder, { network, nodeId });
    const store = openLog(folder);
    await store.load();
    let last = genesisPoint;
    let longest = 0;
    for (let n = 1; n <= 120; n++) {
      const entries = entriesAbove(last, 10, { bodyBytes: 40_000 });
      last = { index: entries[9]!.index, hash: entries[9]!.hash };
      await store.write([appending(entries)]);
      longest = Math.max(longest, statSync(`${logFile(folder)}-wal`).size);
    }
    await store.close();
    expect(statSync(logFile(folder)).size).toBeGreaterThan(48_000_000);
    expect(longest).toBeLessThan(24_000_000);
    expect(readdirSync(folder).sort()).toEqual(["lock", "log.db"]);
  });
});

describe("a pruned log", () => {
  it("lets go of some bodies at a time, and gives their space back to the disk", async () => {
    const folder = freshFolder();
    createLog(folder, { network, nodeId });
    const store = openLog(folder);
    await store.load();
    const entries = entriesAbove(genesisPoint, 40, { bodyBytes: 250_000 });
    for (let at = 0; at < 40; at += 10) await store.write([appending(entries.slice(at, at + 10))]);
    await store.write([certifying(entries[39]!), committing(entries[36]!)]);
    let steps = 0;
    while (await store.prune(floorAt(entries[35]!), 1_000)) steps++;
    await store.close();
    // Five such bodies are more than a step takes.
    expect(steps).toBeGreaterThanOrEqual(7);
    expect(statSync(logFile(folder)).size).toBeLessThan(7_000_000);
  });
});
