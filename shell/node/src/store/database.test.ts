// Two threads may fold one write-ahead log at a time; neither may take the other's work for damage.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkpoint, openDatabase, type WalState } from "./database.ts";

const FOLDER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { DatabaseSync } = require("node:sqlite");
  const db = new DatabaseSync(workerData);
  parentPort.on("message", () => {
    parentPort.postMessage("begun");
    parentPort.postMessage(db.prepare("PRAGMA wal_checkpoint(PASSIVE)").get());
  });`;
const ROUNDS_MAX = 50;

describe("a checkpoint", () => {
  let folder: string;
  let file: string;
  let db: DatabaseSync;
  let other: Worker;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "juno-database-"));
    file = join(folder, "some.db");
    db = openDatabase({ file, synchronous: "normal", cacheBytesMax: 1_000_000 });
    db.exec("CREATE TABLE things (bytes BLOB)");
    other = new Worker(FOLDER, { eval: true, workerData: file });
  });

  afterEach(async () => {
    await other.terminate();
    db.close();
    rmSync(folder, { recursive: true });
  });

  const heard = () => new Promise((resolve) => other.once("message", resolve));

  /** Folds here again and again, until the fold of the other thread is done. */
  async function foldMeanwhile(): Promise<WalState[]> {
    const begun = heard();
    other.postMessage("fold");
    await begun;
    let isDone = false;
    const done = heard().then(() => {
      isDone = true;
    });
    const states: WalState[] = [];
    while (!isDone) {
      states.push(checkpoint(db, file, "PASSIVE"));
      await new Promise(setImmediate);
    }
    await done;
    return states;
  }

  it("knows nothing while another thread makes one, and that is no damage", async () => {
    const insert = db.prepare("INSERT INTO things VALUES (zeroblob(30000000))");
    let unknown = 0;
    for (let round = 0; round < ROUNDS_MAX && unknown === 0; round++) {
      insert.run();
      unknown = (await foldMeanwhile()).filter(({ frames }) => frames === 0).length;
    }
    expect(unknown).toBeGreaterThan(0);
    const { frames, done } = checkpoint(db, file, "PASSIVE");
    expect(done).toBe(frames);
  });
});
