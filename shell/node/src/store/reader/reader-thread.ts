// The read thread: answers reads of both databases and folds their write-ahead logs into the files,
// so that neither ever delays a commit. Connections are opened when they are first needed.

import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { assert, LogIndex } from "@juno/base";
import { ledgerContext } from "@juno/ledger";
import { parseGenesis } from "@juno/proof";
import { sha256 } from "../../crypto/sodium.ts";
import { checkpoint, openDatabase, UNKNOWN_WAL } from "../database.ts";
import { logFile, stateFile } from "../folder.ts";
import { writeFloor } from "../log/floor.ts";
import { writeStoredEntry } from "../log/stored-entry.ts";
import { writeStoredEvidence } from "../log/stored-evidence.ts";
import type { Request, Write } from "../thread/frame.ts";
import { ThreadServer } from "../thread/server.ts";
import {
  writeAppliedEntry,
  writeAsOf,
  writeCheckpointRow,
  writeCommandAnswer,
  writeEntryProof,
  writeHistoryPage,
  writeResult,
  writeRowPage,
} from "./answer-codec.ts";
import { LogReads } from "./log-reads.ts";
import { READ_REQUEST, STORES, type Store } from "./read-protocol.ts";
import { readAddress, readHistoryRequest, readQuery, readRowRequest, readText } from "./request-codec.ts";
import { StateQueries } from "./state-queries.ts";

/** Folding reads each page once: it gains nothing from a cache. */
const FOLD_CACHE_BYTES = 256 * 1024;

assert(parentPort !== null, "the read thread is a worker thread");
const server = new ThreadServer(parentPort);
const folder = String(workerData.folder);
const files: Readonly<Record<Store, string>> = { log: logFile(folder), state: stateFile(folder) };
const folders = new Map<Store, DatabaseSync>();
let logReads: LogReads | undefined;
let stateQueries: StateQueries | undefined;

function log(): LogReads {
  logReads ??= new LogReads(files.log);
  return logReads;
}

function state(): StateQueries {
  if (stateQueries !== undefined) return stateQueries;
  const genesis = parseGenesis(sha256, workerData.genesis);
  assert(genesis.ok, "the read thread is given a genesis that was read before");
  const context = ledgerContext({ sha256, genesis: genesis.value });
  stateQueries = new StateQueries({ file: files.state, context, log: log() });
  return stateQueries;
}

function fold(store: Store): boolean {
  if (!existsSync(files[store])) return true;
  let db = folders.get(store);
  if (db === undefined) {
    db = openDatabase({ file: files[store], synchronous: "full", cacheBytesMax: FOLD_CACHE_BYTES });
    folders.set(store, db);
  }
  return checkpoint(db, files[store], "PASSIVE") !== UNKNOWN_WAL;
}

/** Does what is asked; returns what writes the answer. */
function perform({ kind, body }: Request): Write {
  switch (kind) {
    case READ_REQUEST.entries: {
      const entries = log().entries({ from: body.u64(), to: body.u64(), bytesMax: body.u64() });
      return (writer) => writer.list(entries, writeStoredEntry);
    }
    case READ_REQUEST.commitProof: {
      const proof = log().commitProof({ from: body.u64(), to: body.u64() });
      return (writer) => writer.option(proof, (w, bytes) => w.raw(bytes));
    }
    case READ_REQUEST.floor: {
      const floor = log().floor();
      return (writer) => writer.option(floor, writeFloor);
    }
    case READ_REQUEST.evidence: {
      const found = log().evidence({ from: body.u64(), limit: body.u64(), bytesMax: body.u64() });
      return (writer) => writer.list(found, writeStoredEvidence);
    }
    case READ_REQUEST.fold: {
      const isDone = fold(STORES[body.u8()] ?? body.fail("an unknown store"));
      return (writer) => writer.bool(isDone);
    }
    default:
      return performOnState({ kind, body });
  }
}

function performOnState({ kind, body }: Pick<Request, "kind" | "body">): Write {
  switch (kind) {
    case READ_REQUEST.applied: {
      const applied = state().applied();
      return (writer) => writeAsOf(writer, applied);
    }
    case READ_REQUEST.appliedEntries: {
      const page = state().entries({ from: body.u64(), limit: body.u64(), bytesMax: body.u64() });
      return (writer) => writeResult(writer, page, (w, entries) => w.list(entries, writeAppliedEntry));
    }
    case READ_REQUEST.entryProof: {
      const proof = state().entryProof(LogIndex(body.u64()));
      return (writer) => writeResult(writer, proof, (w, value) => w.option(value, writeEntryProof));
    }
    case READ_REQUEST.command: {
      const record = state().command(body.hash());
      return (writer) => writer.option(record, writeCommandAnswer);
    }
    case READ_REQUEST.rows: {
      const page = state().rows(readRowRequest(body));
      return (writer) => writeResult(writer, page, writeRowPage);
    }
    case READ_REQUEST.rowProof: {
      const proven = state().rowProof(readAddress(body));
      return (writer) => writeResult(writer, proven, (w, value) => w.option(value, writeCheckpointRow));
    }
    case READ_REQUEST.history: {
      const page = state().history(readHistoryRequest(body));
      return (writer) => writeResult(writer, page, writeHistoryPage);
    }
    case READ_REQUEST.modules: {
      const modules = state().modules();
      return (writer) => writer.bytes(modules);
    }
    case READ_REQUEST.module: {
      const module = state().module(readText(body));
      return (writer) => writer.option(module, (w, bytes) => w.bytes(bytes));
    }
    case READ_REQUEST.query: {
      const result = state().query(readQuery(body));
      return (writer) => writeResult(writer, result, (w, value) => writeAsOf(w, value).bytes(value.result));
    }
    case READ_REQUEST.simulate: {
      const result = state().simulate({ time: body.u64(), payload: body.bytes(body.remaining) });
      return (writer) => writeResult(writer, result, (w, { index, receipt }) => w.u64(index).bytes(receipt));
    }
    default:
      assert(false, "a known request of the read thread");
  }
}

function close(request: Request): void {
  server.attempt([request], () => {
    stateQueries?.close();
    logReads?.close();
    for (const db of folders.values()) db.close();
    server.answer(request);
  });
  server.close();
}

server.listen((request) => {
  if (request.kind === READ_REQUEST.close) close(request);
  else server.answer(request, perform(request));
});
