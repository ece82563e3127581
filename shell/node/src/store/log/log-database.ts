// log.db in the log writer's hands: one open database, one transaction per group of changes. It
// must not know why something is written. Invariants: entries are consecutive from 1, nothing
// committed is removed, the memory row changes in the transaction of what it guards (S1).

import { existsSync } from "node:fs";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { assert, Epoch, type LogIndex, Term } from "@juno/base";
import type { DurableState, Floor } from "@juno/consensus";
import { Failure } from "@juno/failure";
import type { Entry } from "@juno/proof";
import type { RedactedEntryBody } from "@juno/runtime";
import { integer } from "../column.ts";
import {
  checkpoint,
  damaged,
  emptyWriteAheadLog,
  guarded,
  openDatabase,
  type WalState,
} from "../database.ts";
import type { StoredChange } from "./change-codec.ts";
import { loadFloor, saveFloor } from "./floor.ts";
import { type LogIdentity, loadDurableState, loadVoter } from "./log-loading.ts";
import { LogPruning } from "./log-pruning.ts";
import { type Meta, SAVE_META, saveMeta } from "./meta.ts";
import { type KeptProof, mayDrop } from "./proof-thinning.ts";
import { overwriteBodies } from "./redaction.ts";
import { insertEntry } from "./stored-entry.ts";
import { INSERT_EVIDENCE, insertEvidence } from "./stored-evidence.ts";
import { saveHeard } from "./stored-heard.ts";
import { saveWithheld } from "./stored-withheld.ts";

const CACHE_BYTES_MAX = 8 * 1024 * 1024;

/** The indexes a table of entries holds, both ends included; empty if `to < from`. */
type Span = { from: number; to: number };

export class LogDatabase {
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #meta: Meta;
  #metaChanged = false;
  #last: number;
  #fetched: Span = { from: 1, to: 0 };
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #saveMeta: StatementSync;
  readonly #insertEntry: StatementSync;
  readonly #insertFetched: StatementSync;
  readonly #lastProofs: StatementSync;
  readonly #deleteProof: StatementSync;
  readonly #insertProof: StatementSync;
  readonly #pruning: LogPruning;

  private constructor(file: string, db: DatabaseSync, meta: Meta) {
    this.#file = file;
    this.#db = db;
    this.#meta = meta;
    this.#last = lastIndex(db);
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commit = db.prepare("COMMIT");
    this.#saveMeta = db.prepare(SAVE_META);
    this.#insertEntry = db.prepare("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    this.#insertFetched = db.prepare("INSERT INTO fetched VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    this.#lastProofs = db.prepare(
      "SELECT idx, epoch FROM commit_proofs WHERE idx < ? ORDER BY idx DESC LIMIT 2",
    );
    this.#deleteProof = db.prepare("DELETE FROM commit_proofs WHERE idx = ?");
    this.#insertProof = db.prepare("INSERT OR REPLACE INTO commit_proofs VALUES (?, ?, ?)");
    this.#pruning = new LogPruning(db);
  }

  /** Opens what `createLog` made, for the voter it was made for. */
  static open(file: string, identity: LogIdentity): LogDatabase {
    if (!existsSync(file)) throw missing(file);
    return guarded(file, () => {
      const db = openDatabase({
        ...{ file, synchronous: "full", cacheBytesMax: CACHE_BYTES_MAX, secureDelete: true },
      });
      try {
        if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get() === undefined) {
          throw damaged(file, "it is not the log of a node");
        }
        const meta = loadVoter(db, file, identity);
        // What was fetched beside the log belongs to a process that is gone.
        const isEmpty = db.prepare("SELECT 1 FROM fetched LIMIT 1").get() === undefined;
        if (!isEmpty) db.exec("DELETE FROM fetched");
        return new LogDatabase(file, db, meta);
      } catch (error) {
        db.close();
        throw error;
      }
    });
  }

  load(): DurableState {
    return guarded(this.#file, () => loadDurableState(this.#db, this.#file, this.#meta));
  }

  /** Stores the changes in order. When it returns they are durable; when it throws, none is kept. */
  commit(changes: Iterable<StoredChange>): void {
    guarded(this.#file, () => {
      this.#begin.run();
      for (const change of changes) this.#apply(change);
      if (this.#metaChanged) saveMeta(this.#saveMeta, this.#meta);
      this.#metaChanged = false;
      this.#commit.run();
    });
  }

  /** Lets go of entries up to a committed point, some at a time. Returns whether more is left to do. */
  prune(floor: Floor, entriesMax: number): boolean {
    return guarded(this.#file, () => {
      const { committed } = this.#meta;
      // The record of a commit is written with the next change: then it is pruned.
      if (committed.index < floor.index) return true;
      this.#begin.run();
      const isMore = this.#pruning.step(floor, entriesMax);
      this.#commit.run();
      return isMore;
    });
  }

  /** Replaces bodies durably; then whether nothing of the earlier ones is left in the files. */
  redact(bodies: readonly RedactedEntryBody[]): boolean {
    const { committed } = this.#meta;
    assert(
      bodies.every(({ index }) => index <= committed.index),
      "what is redacted is committed",
    );
    if (bodies.length > 0) {
      guarded(this.#file, () => {
        this.#begin.run();
        overwriteBodies(this.#db, bodies);
        this.#commit.run();
      });
    }
    return emptyWriteAheadLog(this.#db, this.#file);
  }

  /** A full disk, for tests: SQLite refuses to let the file grow further. */
  limitPages(pagesMax: number): void {
    this.#db.exec(`PRAGMA max_page_count=${pagesMax}`);
  }

  walState(): WalState {
    return checkpoint(this.#db, this.#file, "NOOP");
  }

  checkpoint(): WalState {
    return checkpoint(this.#db, this.#file, "PASSIVE");
  }

  /** Folds the write-ahead log into the file, so that a stopped node is one file. */
  close(): void {
    try {
      checkpoint(this.#db, this.#file, "TRUNCATE");
    } finally {
      this.#db.close();
    }
  }

  /** Gives the file up as it is, after a failed write: what was acknowledged is in it. */
  abandon(): void {
    this.#db.close();
  }

  #apply(change: StoredChange): void {
    const meta = this.#meta;
    switch (change.kind) {
      case "link":
        this.#db.prepare("INSERT INTO epochs VALUES (?, ?)").run(change.epoch, change.link);
        break;
      case "epoch": {
        const { epoch, certificate: certified, base } = change;
        assert(epoch > meta.epoch, "epochs follow one another");
        saveWithheld(this.#db, change.isWithheld ? epoch : undefined);
        this.#remember({ epoch, term: Term(0), vote: undefined, certified, base });
        break;
      }
      case "seat":
        saveWithheld(this.#db, undefined);
        break;
      case "term":
        this.#remember({ term: change.currentTerm, vote: change.votedBase });
        break;
      case "certified":
        this.#remember({ certified: change.certificate, base: change.base });
        break;
      case "mode":
        this.#remember({ mode: change.mode, reason: change.reason });
        break;
      case "truncate":
        assert(change.above >= meta.committed.index, "no committed entry is removed");
        this.#db.prepare("DELETE FROM entries WHERE idx > ?").run(change.above);
        this.#last = Math.min(this.#last, change.above);
        break;
      case "append":
        for (const entry of change.entries) this.#append(entry);
        break;
      case "committed":
        assert(
          change.index >= meta.committed.index && change.index <= this.#last,
          "commits stand in the log and rise",
        );
        this.#remember({ committed: { index: change.index, hash: change.hash } });
        this.#keepProof(change.epoch, change.index, change.proof);
        break;
      case "keep":
        this.#db
          .prepare("INSERT OR IGNORE INTO certificates VALUES (?, ?, ?, ?)")
          .run(change.what, change.epoch, change.term, change.bytes);
        break;
      case "evidence":
        insertEvidence(this.#db.prepare(INSERT_EVIDENCE), change.kept, change.bytes);
        break;
      case "heard":
        saveHeard(this.#db, change.words);
        break;
      case "buffer":
        this.#buffer(change.entries);
        break;
      case "take-buffer":
        this.#takeBuffer(change.through);
        break;
      case "drop-buffer":
        this.#dropBuffer();
        break;
      case "take-snapshot":
        assert(change.floor.index > meta.committed.index, "a snapshot takes the log further");
        this.#db.exec("DELETE FROM entries");
        this.#db.prepare("DELETE FROM commit_proofs WHERE idx <= ?").run(change.floor.index);
        saveFloor(this.#db, change.floor);
        this.#last = change.floor.index;
        break;
    }
  }

  #remember(fields: Partial<Meta>): void {
    Object.assign(this.#meta, fields);
    this.#metaChanged = true;
  }

  #append(entry: Entry): void {
    assert(entry.index === this.#last + 1, "entries are appended right above the last one");
    insertEntry(this.#insertEntry, entry);
    this.#last = entry.index;
  }

  #buffer(entries: readonly Entry[]): void {
    const [first, last] = [entries[0], entries.at(-1)];
    if (first === undefined || last === undefined) return;
    assert(last.index - first.index + 1 === entries.length, "a fetched chunk has no gap");
    const { from, to } = this.#fetched;
    const isEmpty = to < from;
    assert(isEmpty || first.index === to + 1 || last.index === from - 1, "fetched chunks are adjacent");
    for (const entry of entries) insertEntry(this.#insertFetched, entry);
    this.#fetched = isEmpty
      ? { from: first.index, to: last.index }
      : { from: Math.min(from, first.index), to: Math.max(to, last.index) };
  }

  #takeBuffer(through: LogIndex): void {
    const { from, to } = this.#fetched;
    assert(from <= this.#last + 1 && through <= to && through > this.#last, "the buffer continues the log");
    this.#db
      .prepare("INSERT INTO entries SELECT * FROM fetched WHERE idx BETWEEN ? AND ? ORDER BY idx")
      .run(this.#last + 1, through);
    this.#last = through;
    this.#dropBuffer();
  }

  #dropBuffer(): void {
    if (this.#fetched.to < this.#fetched.from) return;
    this.#db.exec("DELETE FROM fetched");
    this.#fetched = { from: 1, to: 0 };
  }

  #keepProof(epoch: Epoch, index: LogIndex, bytes: Uint8Array): void {
    const kept = this.#lastProofs
      .all(index)
      .map((row): KeptProof => ({ index: integer(row.idx), epoch: Epoch(integer(row.epoch)) }));
    const [latest, older] = kept;
    if (latest !== undefined && mayDrop({ older, latest, newer: { index, epoch } })) {
      this.#deleteProof.run(latest.index);
    }
    this.#insertProof.run(index, epoch, bytes);
  }
}

function lastIndex(db: DatabaseSync): number {
  const row = db.prepare("SELECT max(idx) AS last FROM entries").get();
  return row?.last === null ? (loadFloor(db)?.index ?? 0) : integer(row?.last);
}

function missing(file: string): Failure {
  return new Failure(
    "store_missing",
    `${file} is missing. It held this node's votes, so the node must not sign under its key again: ` +
      "a voter that forgot could vote twice. `juno restore` lays out a backup of it, with which the node follows and " +
      "answers, and never votes; to vote it must be admitted under a new key.",
  );
}
