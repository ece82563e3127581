// Reads of what is applied, on connections that cannot write. A read that needs more than one
// statement runs in a read transaction of its own, so it sees one state; all are bounded, so none
// holds the write-ahead log back for long.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  assert,
  err,
  type Hash,
  hex,
  LogIndex,
  ok,
  type Refusal,
  type Result,
  refuse,
  utf8,
} from "@juno/base";
import {
  type CommandStatus,
  describeModule,
  knownTable,
  type LedgerContext,
  listModules,
  type QueryRefusal,
  query,
  type RowAddress,
  redactionOf,
  simulate,
} from "@juno/ledger";
import {
  type AppliedEntry,
  decodeCommitProof,
  type Entry,
  type EntryProof,
  frontierAt,
  redactedParts,
  rootOf,
  rowPath,
  StateTree,
} from "@juno/proof";
import {
  type AsOf,
  type CheckpointRow,
  type CommandRecord,
  type HistoryPage,
  type HistoryRequest,
  type OutcomeRecord,
  PAGE_BYTES_MAX,
  PAGE_ITEMS_MAX,
  type PrunedCommand,
  pruned,
  type RowChangeRecord,
  type RowPage,
  type RowRequest,
} from "@juno/runtime";
import { ContentError, hashOf, integer, text } from "../column.ts";
import { guarded, openForReading } from "../database.ts";
import { headerOf } from "../log/stored-entry.ts";
import { type AppliedMeta, appliedOf, loadApplied } from "../state/applied-meta.ts";
import { StateReads } from "../state/state-reads.ts";
import { TreeNodes } from "../state/tree-nodes.ts";
import { CheckpointPages } from "../state/tree-pages.ts";
import type { LogReads } from "./log-reads.ts";
import { changeIn, soundReceipt, withinBytes } from "./page-parts.ts";
import { type PastRange, PastRows } from "./past-rows.ts";
import type { Query } from "./request-codec.ts";

const STATUSES: readonly CommandStatus[] = ["ok", "failed", "expired", "duplicate", "rejected"];

type EntryRange = { readonly from: number; readonly limit: number; readonly bytesMax: number };

export class StateQueries {
  readonly #file: string;
  readonly #context: LedgerContext;
  readonly #log: LogReads;
  readonly #db: DatabaseSync;
  readonly #reads: StateReads;
  readonly #checkpointPages: CheckpointPages;
  readonly #nodes: TreeNodes;
  readonly #past: PastRows;
  /** What was read of receipts for single changes, since the start. */
  #receiptBytes = 0;
  readonly #lowest: StatementSync;
  readonly #receipt: StatementSync;
  readonly #command: StatementSync;
  readonly #history: StatementSync;

  constructor(parts: { file: string; context: LedgerContext; log: LogReads }) {
    this.#file = parts.file;
    this.#context = parts.context;
    this.#log = parts.log;
    this.#db = openForReading(parts.file);
    const prepare = (sql: string): StatementSync => guarded(this.#file, () => this.#db.prepare(sql));
    this.#reads = guarded(this.#file, () => new StateReads(this.#db));
    this.#checkpointPages = guarded(this.#file, () => new CheckpointPages(this.#db));
    this.#nodes = guarded(this.#file, () => new TreeNodes(this.#db));
    const rowAt = (index: number, address: RowAddress) => this.#rowAt(index, address);
    this.#past = guarded(this.#file, () => new PastRows(this.#db, rowAt, () => this.#receiptBytes));
    this.#lowest = prepare("SELECT min(idx) AS lowest FROM outcomes");
    this.#receipt = prepare("SELECT id, receipt, receipt_hash FROM outcomes WHERE idx = ?");
    this.#command = prepare("SELECT idx, status FROM commands WHERE id = ?");
    this.#history = prepare(
      "SELECT idx FROM history WHERE module = ? AND tbl = ? AND key = ? AND idx >= ? ORDER BY idx LIMIT ?",
    );
  }

  applied(): AsOf {
    return guarded(this.#file, () => appliedOf(this.#meta()));
  }

  #meta(): AppliedMeta {
    const meta = loadApplied(this.#db);
    if (meta === undefined) throw new ContentError("there is no applied index");
    return meta;
  }

  entries(range: EntryRange): Result<readonly AppliedEntry[], Refusal> {
    return this.#atOnce(() => this.#entries(range));
  }

  #entries(range: EntryRange): Result<readonly AppliedEntry[], Refusal> {
    const { from } = range;
    const floor = this.#floor();
    if (from >= 1 && from <= floor) return pruned(floor);
    const to = Math.min(this.applied().index, from + Math.min(range.limit, PAGE_ITEMS_MAX) - 1);
    if (to < from || from < 1) return ok([]);
    const bytesMax = Math.min(range.bytesMax, PAGE_BYTES_MAX);
    const entries = this.#log.entries({ from, to, bytesMax });
    const page: AppliedEntry[] = [];
    let receiptBytes = 0;
    for (const entry of entries) {
      const { receipt } = this.#outcome(entry.index);
      receiptBytes += receipt.length;
      if (page.length > 0 && receiptBytes > PAGE_BYTES_MAX) break;
      page.push({ entry, previousHash: page.at(-1)?.entry.hash ?? this.#hashBefore(entry.index), receipt });
    }
    return ok(page);
  }

  /** Up to here entries, or their outcomes, are not held any more. */
  #floor(): LogIndex {
    const row = this.#lowest.get();
    const lowest = row === undefined || row.lowest === null ? this.#meta().index + 1 : integer(row.lowest);
    return LogIndex(Math.max(this.#log.floor()?.index ?? 0, lowest - 1));
  }

  entryProof(index: LogIndex): Result<EntryProof | undefined, Refusal> {
    return this.#atOnce(() => this.#entryProof(index));
  }

  #entryProof(index: LogIndex): Result<EntryProof | undefined, Refusal> {
    if (index < 1 || index > this.applied().index) return ok(undefined);
    const floor = this.#floor();
    if (index <= floor) return pruned(floor);
    const bytes = this.#log.commitProof({ from: index, to: Number.MAX_SAFE_INTEGER });
    if (bytes === undefined) return ok(undefined);
    const commit = decodeCommitProof(bytes);
    if (!commit.ok) throw new ContentError(commit.error.detail);
    const [header, ...through] = this.#log.headers({ from: index, to: commit.value.index });
    assert(header !== undefined, "an applied entry is in the log");
    return ok({ header, previousHash: this.#hashBefore(index), through, commit: commit.value });
  }

  command(id: Hash): CommandRecord | PrunedCommand | undefined {
    return this.#atOnce(() => {
      const row = this.#command.get(id);
      if (row === undefined) return undefined;
      const status = STATUSES.find((known) => known === text(row.status));
      const index = LogIndex(integer(row.idx));
      if (status !== undefined && index <= this.#floor()) return { kind: "pruned", status, index };
      const [entry] = this.#log.entries({ from: index, to: index, bytesMax: 0 });
      const parts = entry === undefined ? undefined : redactedParts(this.#context.sha256, entry.body);
      if (status === undefined || entry === undefined || !parts?.ok) {
        throw new ContentError(`entry ${index} does not hold the command that is recorded for it`);
      }
      const order = redactionOf(this.#reads, index);
      // An order that names another command there took nothing away.
      const redactedBy = order?.id === hex(id) ? LogIndex(order.by) : undefined;
      const { signaturesHash } = parts.value;
      return { id, status, signaturesHash, redactedBy, ...this.#record(entry) };
    });
  }

  rowProof({ module, table, key }: RowAddress): Result<CheckpointRow | undefined, Refusal> {
    const address = { module, table, key };
    return this.#atOnce(() => {
      const known = knownTable(this.#context, this.#reads, address);
      if (!known.ok) return known;
      const { index: applied } = this.#meta();
      const index = applied - (applied % this.#context.genesis.limits.checkpointEntries);
      if (index <= this.#floor()) return ok(undefined);
      const [entry] = this.#log.entries({ from: index, to: index, bytesMax: 0 });
      assert(entry !== undefined, "an applied entry is in the log");
      const { sha256 } = this.#context;
      const proof = new StateTree(sha256, this.#checkpointPages).prove(rowPath(sha256, address));
      return ok({ row: this.#rowAt(index, address), proof, checkpoint: this.#record(entry) });
    });
  }

  /** The row after entry `index`: as it is, unless an entry above changed it. */
  #rowAt(index: number, address: RowAddress): Uint8Array | undefined {
    const { module, table, key } = address;
    const [later] = this.#history.all(module, table, utf8(key), index + 1, 1);
    if (later === undefined) return this.#reads.row(address);
    return this.#changeAt(LogIndex(integer(later.idx)), address).before;
  }

  #record(entry: Entry): OutcomeRecord {
    const { index, hash } = entry;
    const previousHash = this.#hashBefore(index);
    return { header: headerOf(entry), previousHash, hash, receipt: this.#outcome(index).receipt };
  }

  rows(request: RowRequest): Result<RowPage, Refusal> {
    const { module, table, prefix, after } = request;
    const limit = Math.min(request.limit, PAGE_ITEMS_MAX);
    const range = {
      module,
      table,
      limit: limit + 1,
      ...(prefix === undefined ? {} : { prefix }),
      ...(after === undefined ? {} : { after }),
    };
    return this.#atOnce(() => {
      const { at } = request;
      if (at !== undefined) return this.#pastRows(at, { module, table, prefix, after, limit });
      const known = knownTable(this.#context, this.#reads, request);
      if (!known.ok) return known;
      const found = this.#reads.rows(range);
      const rows = withinBytes(found.slice(0, limit), ({ value }) => value.length);
      return ok({ ...this.applied(), rows, next: found.length > rows.length ? rows.at(-1)?.key : undefined });
    });
  }

  #pastRows(at: LogIndex, range: PastRange): Result<RowPage, Refusal> {
    const { index } = this.#meta();
    const floor = this.#floor();
    if (at < floor) return pruned(floor);
    if (at > index) return refuse("entry_unknown", `the log ends at ${index}`);
    // A25: the table may have been left out since.
    const known = knownTable(this.#context, this.#past.readerAt(at), range);
    if (!known.ok) return known;
    const page = this.#past.page(at, range);
    const rows = withinBytes(page.rows, ({ value }) => value.length);
    const isCut = rows.length < page.rows.length;
    const { sha256 } = this.#context;
    const root = rootOf(sha256, frontierAt(this.#nodes.read, at));
    return ok({ index: at, root, rows, next: isCut ? rows.at(-1)?.key : page.next });
  }

  history(request: HistoryRequest): Result<HistoryPage, Refusal> {
    const { module, table, key, from } = request;
    const limit = Math.min(request.limit, PAGE_ITEMS_MAX);
    return this.#atOnce(() => {
      const floor = this.#floor();
      if (from <= floor) return pruned(floor);
      // A26: what changed in a table shows that there was one.
      const known = knownTable(this.#context, this.#reads, request);
      if (!known.ok && !this.#past.hasChanged(request)) return known;
      const found = this.#history.all(module, table, utf8(key), from, limit + 1);
      const indexes = found.map((row) => integer(row.idx));
      const changes: RowChangeRecord[] = [];
      let bytes = 0;
      for (const index of indexes.slice(0, limit)) {
        const change = this.#changeAt(LogIndex(index), request);
        bytes += (change.before?.length ?? 0) + (change.after?.length ?? 0);
        if (changes.length > 0 && bytes > PAGE_BYTES_MAX) break;
        changes.push(change);
      }
      const next = indexes[changes.length];
      return ok({ changes, next: next === undefined ? undefined : LogIndex(next) });
    });
  }

  modules(): Uint8Array {
    return this.#atOnce(() => listModules(this.#context, this.#reads));
  }

  module(name: string): Uint8Array | undefined {
    return this.#atOnce(() => describeModule(this.#context, this.#reads, name));
  }

  query(request: Query): Result<AsOf & { readonly result: Uint8Array }, QueryRefusal> {
    return this.#atOnce(() => {
      const meta = this.#meta();
      const result = query(this.#context, this.#reads, request, meta);
      return result.ok ? ok({ ...appliedOf(meta), result: result.value }) : err(result.error);
    });
  }

  simulate(trial: {
    payload: Uint8Array;
    time: number;
  }): Result<{ readonly index: LogIndex; readonly receipt: Uint8Array }, Refusal> {
    return this.#atOnce(() => {
      const index = LogIndex(this.applied().index + 1);
      const yielded = simulate(this.#context, this.#reads, trial.payload, { index, time: trial.time });
      return yielded.ok ? ok({ index, receipt: yielded.value.receipt }) : yielded;
    });
  }

  close(): void {
    this.#db.close();
  }

  /**
   * Runs reads that must see one state, and one log: the state's is fixed first, so that nothing which the log
   * still shows has been let go of in the state.
   */
  #atOnce<T>(work: () => T): T {
    return guarded(this.#file, () => {
      this.#db.exec("BEGIN");
      try {
        this.#meta();
        return this.#log.atOnce(work);
      } finally {
        this.#db.exec("COMMIT");
      }
    });
  }

  #outcome(index: number): { id: Hash | undefined; receipt: Uint8Array } {
    return guarded(this.#file, () => {
      const row = this.#receipt.get(index);
      if (row === undefined) throw new ContentError(`the outcome of entry ${index} is missing`);
      const receipt = soundReceipt(this.#context.sha256, row);
      return { id: row.id === null ? undefined : hashOf(row.id), receipt };
    });
  }

  #hashBefore(index: number): Hash {
    if (index === 1) return this.#context.genesis.network;
    const hash = this.#log.hashAt(index - 1);
    assert(hash !== undefined, "the entry before an applied one is in the log");
    return hash;
  }

  #changeAt(index: LogIndex, request: RowAddress): RowChangeRecord {
    const { id, receipt } = this.#outcome(index);
    this.#receiptBytes += receipt.length;
    const [header] = this.#log.headers({ from: index, to: index });
    const change = changeIn(receipt, request);
    if (header === undefined || change === undefined) {
      throw new ContentError(`entry ${index} does not change the row whose history names it`);
    }
    return { index, time: header.time, commandId: id, before: change.before, after: change.after };
  }
}
