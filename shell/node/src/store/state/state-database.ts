// state.db in the executor's hands: what one applied entry yields goes in, in the transaction of its
// batch. Invariant: the applied index says exactly which entries are in the tables around it.

import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { assert, equalBytes, type Hash, type LogIndex, utf8 } from "@juno/base";
import { Failure } from "@juno/failure";
import { type RowAddress, receiptChanges, type Applied as Yield } from "@juno/ledger";
import { appendLeaf, type Entry, frontierAt, inclusionPath, outcomeLeaf } from "@juno/proof";
import type { MadeSnapshot } from "@juno/runtime";
import { sha256 } from "../../crypto/sodium.ts";
import { blob, ContentError, hashOf, integer } from "../column.ts";
import { checkPages, checkpoint, guarded, openDatabase, type WalState } from "../database.ts";
import { SnapshotFolder, snapshotsFolder } from "../snapshot/snapshot-folder.ts";
import { type AppliedMeta, genesisApplied, loadApplied, SAVE_APPLIED, saveApplied } from "./applied-meta.ts";
import { FOLDED_ROWS, SMALL_TABLES, STATE_FORMAT, STATE_SCHEMA } from "./schema.ts";
import { SnapshotMaker } from "./snapshot-maker.ts";
import { StateCache } from "./state-cache.ts";
import { StatePruning } from "./state-pruning.ts";
import { StateReads } from "./state-reads.ts";
import { TreeNodes } from "./tree-nodes.ts";
import { TreePages } from "./tree-pages.ts";

const PAGES_CACHE_BYTES_MAX = 32 * 1024 * 1024;
const ROWS_CACHE_BYTES_MAX = 32 * 1024 * 1024;
/** Below this size SQLite checks every page at the start, above only the small tables. */
const WHOLE_CHECK_BYTES_MAX = 32 * 1024 * 1024;

export class StateDatabase {
  /** The state after the last entry that was stored, this batch included. */
  readonly view: StateCache;
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #nodes: TreeNodes;
  #applied: AppliedMeta;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #saveApplied: StatementSync;
  readonly #putRow: StatementSync;
  readonly #deleteRow: StatementSync;
  readonly #putOutcome: StatementSync;
  readonly #putSpending: StatementSync;
  readonly #putOther: StatementSync;
  readonly #putSpent: StatementSync;
  readonly #forgetSpent: StatementSync;
  readonly #forgetSpentTelling: StatementSync;
  readonly #forgetPruned: StatementSync;
  readonly #putHistory: StatementSync;
  readonly #pruning: StatePruning;
  /** The index of the first outcome that is held. */
  #lowest: number;
  readonly #snapshots: SnapshotMaker;

  private constructor(file: string, db: DatabaseSync, applied: AppliedMeta) {
    this.#file = file;
    this.#db = db;
    this.#applied = applied;
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commit = db.prepare("COMMIT");
    this.#saveApplied = db.prepare(SAVE_APPLIED);
    this.#putRow = db.prepare("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?)");
    this.#deleteRow = db.prepare("DELETE FROM rows WHERE module = ? AND tbl = ? AND key = ?");
    this.#putOutcome = db.prepare("INSERT INTO outcomes VALUES (?, ?, ?, ?, ?)");
    this.#putSpending = db.prepare("INSERT OR REPLACE INTO commands VALUES (?, ?, ?, ?, 1)");
    this.#putOther = db.prepare("INSERT OR IGNORE INTO commands VALUES (?, ?, ?, ?, 0)");
    this.#putSpent = db.prepare("INSERT OR IGNORE INTO spent VALUES (?, ?)");
    this.#forgetSpent = db.prepare("DELETE FROM spent WHERE expires < ?");
    this.#forgetSpentTelling = db.prepare("DELETE FROM spent WHERE expires < ? RETURNING id");
    this.#forgetPruned = db.prepare("DELETE FROM commands WHERE id = ? AND idx < ?");
    this.#pruning = new StatePruning(db);
    this.#lowest = this.#pruning.lowest ?? applied.index + 1;
    this.#putHistory = db.prepare("INSERT INTO history VALUES (?, ?, ?, ?)");
    this.#nodes = new TreeNodes(db);
    const folder = new SnapshotFolder(snapshotsFolder(dirname(file)));
    this.#snapshots = new SnapshotMaker({
      ...{ db, network: applied.network, folder },
      ended: () => this.#forget(),
    });
    this.view = new StateCache({
      below: new StateReads(db),
      pages: new TreePages(db),
      bytesMax: ROWS_CACHE_BYTES_MAX,
      store: (address, value) => this.#storeRow(address, value),
    });
  }

  /** Opens state.db, or begins an empty one at the genesis: everything in it follows from the log. */
  static open(file: string, network: Hash): StateDatabase {
    try {
      return guarded(file, () => {
        const isNew = !existsSync(file);
        const db = openDatabase({ file, synchronous: "normal", cacheBytesMax: PAGES_CACHE_BYTES_MAX });
        try {
          if (isNew) begin(db, network);
          const state = new StateDatabase(file, db, loadChecked(db, file, network));
          state.#recall();
          return state;
        } catch (error) {
          db.close();
          throw error;
        }
      });
    } catch (error) {
      throw error instanceof Failure && error.code === "store_damaged" ? derived(file, error) : error;
    }
  }

  get applied(): AppliedMeta {
    return this.#applied;
  }

  /** Ids that are spent and whose expiry log time has not passed: a count first, since there may be millions. */
  spentIds(): { count: number; ids: Iterable<{ id: Hash; expires: number }> } {
    const { time } = this.#applied;
    const row = this.#db.prepare("SELECT count(*) AS count FROM spent WHERE expires >= ?").get(time);
    return { count: integer(row?.count), ids: this.#eachSpentId(time) };
  }

  *#eachSpentId(time: number): Iterable<{ id: Hash; expires: number }> {
    const rows = this.#db.prepare("SELECT id, expires FROM spent WHERE expires >= ?").iterate(time);
    for (const row of rows) yield { id: hashOf(row.id), expires: integer(row.expires) };
  }

  /** Runs `work`, which stores entries, in one transaction. If it throws, the database is of no more use. */
  transaction<T>(work: () => T): T {
    return guarded(this.#file, () => {
      this.#begin.run();
      const result = work();
      this.view.flush();
      this.#forget();
      saveApplied(this.#saveApplied, this.#applied);
      this.#commit.run();
      return result;
    });
  }

  /** Stores what the next entry yielded. Within a transaction. */
  store(entry: Entry, yielded: Yield): void {
    const { index, hash, time } = entry;
    const { receipt, receiptHash, changes, command } = yielded;
    assert(index === this.#applied.index + 1, "entries are applied in order");
    this.#putOutcome.run(index, command?.id ?? null, receipt, receiptHash, hash);
    if (command !== undefined) this.#storeCommand(index, command);
    for (const change of changes) {
      this.view.change(change);
      this.#putHistory.run(change.module, change.table, utf8(change.key), index);
    }
    const treeIndex = this.#advanceTree(index, yielded);
    const leaf = outcomeLeaf(sha256, { entryHash: hash, receiptHash });
    const { frontier, nodes } = appendLeaf(sha256, this.#applied.frontier, leaf);
    this.#nodes.store(nodes);
    this.#applied = { ...this.#applied, index, hash, time, frontier, treeIndex };
  }

  /** C9; but what a snapshot still has to tell is kept. */
  #forget(): void {
    const until = Math.min(this.#applied.time, this.#snapshots.idsNeededFrom);
    if (this.#lowest === 1) {
      this.#forgetSpent.run(until);
      return;
    }
    // Of entries that are not held any more, nothing is told once their ids are forgotten.
    for (const { id } of this.#forgetSpentTelling.all(until))
      this.#forgetPruned.run(hashOf(id), this.#lowest);
  }

  /** How far the state tree has come. When rows are folded in follows from the log, so that a tree can be audited. */
  #advanceTree(index: LogIndex, { stateRoot, changes }: Yield): LogIndex {
    // C20: a checkpoint's changes were folded in when its root was asked for.
    if (stateRoot !== undefined) return index;
    this.view.note(changes);
    if (this.view.noted < FOLDED_ROWS) return this.#applied.treeIndex;
    this.view.foldTree(sha256);
    return index;
  }

  /** Notes which rows the state tree does not hold as they are: those that changed after its entry. */
  #recall(): void {
    const receipts = this.#db.prepare("SELECT receipt FROM outcomes WHERE idx > ? ORDER BY idx");
    for (const { receipt } of receipts.iterate(this.#applied.treeIndex)) {
      const changes = receiptChanges(blob(receipt));
      if (!changes.ok) throw new ContentError(`a receipt cannot be read: ${changes.error.detail}`);
      this.view.note(changes.value);
    }
  }

  /** C21: begins the snapshot of the state after the entry that was stored last. Within its transaction. */
  beginSnapshot(entry: Entry, stateRoot: Hash): void {
    if (this.#snapshots.isMaking) return;
    // From here on rows are set aside before they change: those that wait here have changed already.
    this.view.flush();
    this.#snapshots.begin(entry, { stateRoot, peaks: this.#applied.frontier.peaks });
  }

  get isMakingSnapshot(): boolean {
    return this.#snapshots.isMaking;
  }

  /** Makes a little more of the snapshot; outside of any transaction. What came of it once it is complete. */
  advanceSnapshot(): MadeSnapshot | undefined {
    return guarded(this.#file, () => this.#snapshots.advance());
  }

  /** The inclusion path of entry `index` in the tree of the first `size` entries; undefined if it is pruned. */
  path(place: { index: number; size: number }): Hash[] | undefined {
    if (place.index < this.#lowest) return undefined;
    return guarded(this.#file, () =>
      inclusionPath(sha256, this.#nodes.read, { leaf: place.index - 1, size: place.size }),
    );
  }

  /** Outside of any transaction. Returns whether more is left to do. */
  prune(through: LogIndex, entriesMax: number): boolean {
    return guarded(this.#file, () => {
      if (through > this.#applied.treeIndex) return true;
      const isMore = this.#pruning.step(through, entriesMax);
      this.#lowest = this.#pruning.lowest ?? this.#applied.index + 1;
      return isMore;
    });
  }

  walState(): WalState {
    return checkpoint(this.#db, this.#file, "NOOP");
  }

  checkpoint(): WalState {
    return checkpoint(this.#db, this.#file, "PASSIVE");
  }

  close(): void {
    try {
      checkpoint(this.#db, this.#file, "TRUNCATE");
    } finally {
      this.#db.close();
    }
  }

  #storeRow(address: RowAddress, value: Uint8Array | undefined): void {
    const { module, table, key } = address;
    this.#snapshots.setAside(address);
    if (value === undefined) this.#deleteRow.run(module, table, utf8(key));
    else this.#putRow.run(module, table, utf8(key), value);
  }

  /** The entry that spends an id decides the command's outcome; until there is one, the first does. */
  #storeCommand(index: number, command: NonNullable<Yield["command"]>): void {
    const { id, status, expires, spends } = command;
    if (!spends) {
      this.#putOther.run(id, index, status, expires ?? null);
      return;
    }
    assert(expires !== undefined, "an id is spent until a time");
    this.#putSpending.run(id, index, status, expires);
    this.#putSpent.run(expires, id);
  }
}

function begin(db: DatabaseSync, network: Hash): void {
  db.exec("BEGIN IMMEDIATE");
  db.exec(STATE_SCHEMA);
  saveApplied(db.prepare(SAVE_APPLIED), genesisApplied(network));
  db.exec("COMMIT");
}

function loadChecked(db: DatabaseSync, file: string, network: Hash): AppliedMeta {
  const pages = integer(db.prepare("PRAGMA page_count").get()?.page_count);
  const pageBytes = integer(db.prepare("PRAGMA page_size").get()?.page_size);
  checkPages(db, file, { whole: pages * pageBytes <= WHOLE_CHECK_BYTES_MAX, tables: SMALL_TABLES });
  const meta = loadApplied(db);
  if (meta === undefined) throw new ContentError("it holds no applied index");
  if (meta.format !== STATE_FORMAT) {
    const detail = `it has format ${meta.format}, this program writes ${STATE_FORMAT}`;
    throw new Failure("store_foreign", rebuildHint(file, detail));
  }
  if (!equalBytes(meta.network, network)) {
    throw new Failure(
      "store_foreign",
      `${file} belongs to another network: check the data folder and the genesis file`,
    );
  }
  const again = frontierAt(new TreeNodes(db).read, meta.index).peaks;
  const isSame = again.length === meta.frontier.peaks.length;
  if (!isSame || !again.every((peak, at) => equalBytes(peak, meta.frontier.peaks[at]!))) {
    throw new ContentError("its outcome tree does not have the frontier it was left with");
  }
  return meta;
}

const rebuildHint = (file: string, detail: string): string =>
  `${file} cannot be used: ${detail}. Everything in it follows from log.db, and where ` +
  `that begins at a snapshot, from the snapshots folder: stop the node, delete ` +
  `${file} (and ${file}-wal, ${file}-shm), start it again, and it is rebuilt.`;

const derived = (file: string, cause: Failure): Failure =>
  new Failure("store_damaged", rebuildHint(file, cause.message), { cause });
