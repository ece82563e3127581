// The read thread: answers reads of both databases and folds their write-ahead logs into the files,
// so that neither ever delays a commit. Connections are opened when they are first needed.

import type { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "@juno/base";
import { checkpoint, openDatabase } from "../database.ts";
import { logFile, stateFile } from "../folder.ts";
import { writeStoredEntry } from "../log/stored-entry.ts";
import type { Request } from "../thread/frame.ts";
import { ThreadServer } from "../thread/server.ts";
import { LogReads } from "./log-reads.ts";
import { READ_REQUEST, STORES, type Store } from "./read-protocol.ts";

/** Folding reads each page once: it gains nothing from a cache. */
const FOLD_CACHE_BYTES = 256 * 1024;

assert(parentPort !== null, "the read thread is a worker thread");
const server = new ThreadServer(parentPort);
const folder = String(workerData.folder);
const files: Readonly<Record<Store, string>> = { log: logFile(folder), state: stateFile(folder) };
const folders = new Map<Store, DatabaseSync>();
let logReads: LogReads | undefined;

const log = (): LogReads => {
  logReads ??= new LogReads(files.log);
  return logReads;
};

function fold(store: Store): void {
  let db = folders.get(store);
  if (db === undefined) {
    db = openDatabase({ file: files[store], synchronous: "full", cacheBytesMax: FOLD_CACHE_BYTES });
    folders.set(store, db);
  }
  checkpoint(db, files[store], "PASSIVE");
}

function handle(request: Request): void {
  const { kind, body } = request;
  switch (kind) {
    case READ_REQUEST.entries: {
      const entries = log().entries({ from: body.u64(), to: body.u64(), bytesMax: body.u64() });
      server.answer(request, (writer) => writer.list(entries, writeStoredEntry));
      break;
    }
    case READ_REQUEST.commitProof: {
      const proof = log().commitProof({ from: body.u64(), to: body.u64() });
      server.answer(request, (writer) => writer.option(proof, (w, bytes) => w.raw(bytes)));
      break;
    }
    case READ_REQUEST.fold:
      fold(STORES[body.u8()] ?? body.fail("an unknown store"));
      server.answer(request);
      break;
    case READ_REQUEST.close:
      logReads?.close();
      for (const db of folders.values()) db.close();
      server.answer(request);
      server.close();
      break;
    default:
      assert(false, "a known request of the read thread");
  }
}

server.listen(handle);
