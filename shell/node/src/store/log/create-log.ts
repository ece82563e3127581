// Makes a voter's memory, once, together with its key. Never called by a running node: a node that
// made a fresh memory for an old key could vote twice in one term (protocol 5.7).

import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Failure } from "@juno/failure";
import { guarded } from "../database.ts";
import { logFile } from "../folder.ts";
import type { LogIdentity } from "./log-loading.ts";
import { genesisMeta, SAVE_META, saveMeta } from "./meta.ts";
import { LOG_SCHEMA } from "./schema.ts";

/**
 * Creates log.db in an existing folder, durably and whole or not at all. An existing one is never
 * touched: Failure `store_exists`.
 */
export function createLog(folder: string, identity: LogIdentity): void {
  const file = logFile(folder);
  if (existsSync(file)) throw exists(file);
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  guarded(draft, () => {
    const db = new DatabaseSync(draft);
    try {
      db.exec("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; BEGIN");
      db.exec(LOG_SCHEMA);
      saveMeta(db.prepare(SAVE_META), genesisMeta(identity));
      db.exec("COMMIT; PRAGMA journal_mode=WAL");
    } finally {
      db.close();
    }
  });
  linkDraft(draft, file);
  rmSync(draft);
  syncFolder(folder);
}

/** A link, unlike a rename, refuses to replace a file that came meanwhile. */
function linkDraft(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if (existsSync(file)) throw exists(file);
    throw new Failure("disk_failed", `${file} cannot be created: ${String(error)}`, { cause: error });
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function exists(file: string): Failure {
  return new Failure("store_exists", `${file} exists already: a voter's memory is never replaced`);
}
