// SQLite as the stores use it: write-ahead log, no automatic checkpoints, short transactions. It
// must not know what is stored. Every error of the library becomes a Failure that says which file
// it is about and what to do.

import { DatabaseSync } from "node:sqlite";
import { assert } from "@juno/base";
import { Failure } from "@juno/failure";
import { ContentError, integer } from "./column.ts";

/** How long a connection waits for a lock that another one holds for a moment. */
const BUSY_TIMEOUT_MS = 5_000;

export type DatabaseOptions = {
  readonly file: string;
  /** `full` syncs every commit; `normal` leaves that to checkpoints. */
  readonly synchronous: "full" | "normal";
  readonly cacheBytesMax: number;
  /** What is deleted is overwritten with zeros: it may have been redacted elsewhere. */
  readonly secureDelete?: boolean;
};

/** A connection that may write. Creates the file if it is not there. */
export function openDatabase(options: DatabaseOptions): DatabaseSync {
  return guarded(options.file, () => {
    const db = new DatabaseSync(options.file, { timeout: BUSY_TIMEOUT_MS });
    // Of use only before the first table is made: an existing file keeps what it has.
    db.exec(`PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; PRAGMA foreign_keys=OFF;
      PRAGMA synchronous=${options.synchronous}; PRAGMA cache_size=${-Math.ceil(options.cacheBytesMax / 1024)}`);
    if (options.secureDelete === true) db.exec("PRAGMA secure_delete=ON");
    assertDurability(db, options);
    return db;
  });
}

/** SQLite ignores a pragma that it does not like: what votes depend on is read back. */
function assertDurability(db: DatabaseSync, { synchronous }: DatabaseOptions): void {
  assert(db.prepare("PRAGMA journal_mode").get()?.journal_mode === "wal", "a database has a write-ahead log");
  const level = db.prepare("PRAGMA synchronous").get()?.synchronous;
  assert(level === (synchronous === "full" ? 2 : 1), "commits are synced as was asked");
}

/** A connection that cannot write. The file must exist. */
export function openForReading(file: string): DatabaseSync {
  return guarded(file, () => new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS }));
}

/** SQLite's primary result codes by what they say: ERROR stands for a table that is not there. */
const FULL = 13;
const DAMAGED_CODES = new Set([1, 11, 26]);
/** CONSTRAINT, MISMATCH, MISUSE, RANGE: mistakes of ours, not of the host. */
const BUG_CODES = new Set([19, 20, 21, 25]);

function errorCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number")
    return undefined;
  return error.errcode & 0xff;
}

/** What Node says of an integer that is none of ours: all of them are below 2^53. */
const isTooLarge = (error: unknown): boolean =>
  error instanceof RangeError && "code" in error && error.code === "ERR_OUT_OF_RANGE";

/** Runs `work` on a database; an error of SQLite leaves as a Failure, anything else as it is. */
export function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ContentError) throw damaged(file, error.message, error);
    if (isTooLarge(error)) throw damaged(file, "a column holds an integer of 2^53 or more", error);
    const code = errorCodeOf(error);
    if (code === undefined || BUG_CODES.has(code) || !(error instanceof Error)) throw error;
    if (code === FULL) {
      throw new Failure(
        "disk_full",
        `no space is left to write ${file}: free some and start the node again`,
        {
          cause: error,
        },
      );
    }
    if (DAMAGED_CODES.has(code)) throw damaged(file, error.message, error);
    throw new Failure("disk_failed", `${file} cannot be used: ${error.message} (SQLite code ${code})`, {
      cause: error,
    });
  }
}

/** How long commits may wait for readers, when the write-ahead log is to be emptied. */
const EMPTYING_TIMEOUT_MS = 20;

/**
 * Moves all of the write-ahead log into the database file and empties it, so that nothing is left of pages as they
 * were. False if a reader holds it for longer than commits may wait.
 */
export function emptyWriteAheadLog(db: DatabaseSync, file: string): boolean {
  return guarded(file, () => {
    db.exec(`PRAGMA busy_timeout=${EMPTYING_TIMEOUT_MS}`);
    try {
      return db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()?.busy === 0;
    } finally {
      db.exec(`PRAGMA busy_timeout=${BUSY_TIMEOUT_MS}`);
    }
  });
}

export function damaged(file: string, detail: string, cause?: unknown): Failure {
  return new Failure("store_damaged", `${file} is damaged: ${detail}`, { cause });
}

/** Runs SQLite's own check where it is quick: all of a small file, only the named tables of a large one. */
export function checkPages(
  db: DatabaseSync,
  file: string,
  scope: { whole: boolean; tables: readonly string[] },
) {
  const checks = scope.whole ? [""] : scope.tables.map((table) => `('${table}')`);
  for (const check of checks) {
    const row = guarded(file, () => db.prepare(`PRAGMA quick_check${check}`).get());
    if (row?.quick_check !== "ok") throw damaged(file, String(row?.quick_check));
  }
}

/** What one call gives back, at most: 1 MiB. */
const RETURNED_PAGES_MAX = 256;
/** Free pages that are left for what is written next: 4 MiB, in a large file a fifth of it. */
const FREE_PAGES_MIN = 1_024;
const FREE_SHARE = 5;

/** Within a transaction. Gives free pages back to the disk, some at a time. Returns whether more are left. */
export function returnSpace(db: DatabaseSync): boolean {
  const pages = integer(db.prepare("PRAGMA page_count").get()?.page_count);
  const free = integer(db.prepare("PRAGMA freelist_count").get()?.freelist_count);
  const spare = free - Math.max(FREE_PAGES_MIN, Math.floor(pages / FREE_SHARE));
  if (spare <= 0) return false;
  db.exec(`PRAGMA incremental_vacuum(${Math.min(spare, RETURNED_PAGES_MAX)})`);
  return spare > RETURNED_PAGES_MAX;
}

/** Frames in the write-ahead log, and how many of them are already in the database file. */
export type WalState = { readonly frames: number; readonly done: number };

export const WAL_PAGE_BYTES = 4096;

/** While another thread is at it. */
export const UNKNOWN_WAL: WalState = { frames: 0, done: 0 };

/**
 * Moves what it can from the write-ahead log into the database file; waits for nobody. While another thread
 * does the same, nothing is moved and nothing known: as if there were nothing to do, until the next time.
 */
export function checkpoint(db: DatabaseSync, file: string, mode: "NOOP" | "PASSIVE" | "TRUNCATE"): WalState {
  const row = guarded(file, () => db.prepare(`PRAGMA wal_checkpoint(${mode})`).get());
  if (row?.log === -1) return UNKNOWN_WAL;
  return { frames: integer(row?.log), done: integer(row?.checkpointed) };
}
