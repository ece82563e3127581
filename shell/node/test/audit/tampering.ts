// The hand of somebody who alters databases with care: whole rows, whole chains hashed anew, checksums
// made to fit. Only keys are out of reach.

import { DatabaseSync } from "node:sqlite";
import { LogIndex } from "@juno/base";
import { type BareEntry, chainEntry, type Entry } from "@juno/proof";
import { sha256 } from "../../src/crypto/sodium.ts";
import { logFile, stateFile } from "../../src/store/folder.ts";
import { loadMeta, type Meta, SAVE_META, saveMeta } from "../../src/store/log/meta.ts";
import { ENTRY_COLUMNS, entryOf, insertEntry } from "../../src/store/log/stored-entry.ts";
import { loadApplied } from "../../src/store/state/applied-meta.ts";

/** Changes a node's folder. */
export type Tamper = (folder: string) => void;

function open<T>(file: string, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

export const inLog =
  (sql: string): Tamper =>
  (folder) =>
    open(logFile(folder), (db) => db.exec(sql));

export const inState =
  (sql: string): Tamper =>
  (folder) =>
    open(stateFile(folder), (db) => db.exec(sql));

/** Changes the voter's memory, and its checksum with it. */
export const remembering =
  (change: (meta: Meta) => Partial<Meta>): Tamper =>
  (folder) =>
    open(logFile(folder), (db) => {
      const meta = loadMeta(db)!;
      saveMeta(db.prepare(SAVE_META), { ...meta, ...change(meta) });
    });

export const memoryOf = (folder: string): Meta => open(logFile(folder), (db) => loadMeta(db)!);

export const appliedIn = (folder: string): LogIndex => open(stateFile(folder), (db) => loadApplied(db)!.index);

export const entriesOf = (folder: string): Entry[] =>
  open(logFile(folder), (db) => db.prepare(`SELECT ${ENTRY_COLUMNS} FROM entries ORDER BY idx`).all().map(entryOf));

/** Replaces the entries, numbered from 1 and hashed anew: the chain is whole whatever they say. */
export const rewriting =
  (change: (entries: Entry[]) => readonly BareEntry[]): Tamper =>
  (folder) => {
    const { network } = memoryOf(folder);
    const entries = change(entriesOf(folder));
    open(logFile(folder), (db) => {
      db.exec("BEGIN; DELETE FROM entries");
      const insert = db.prepare("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
      let previous = network;
      for (const [at, bare] of entries.entries()) {
        const entry = chainEntry(sha256, previous, { ...bare, index: LogIndex(at + 1) });
        if (!entry.ok) throw new Error(entry.error.detail);
        insertEntry(insert, entry.value);
        previous = entry.value.hash;
      }
      db.exec("COMMIT");
    });
  };
