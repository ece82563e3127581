// What entries of an archive amount to: executed again, if they begin at entry 1 or above a snapshot that
// is handed along; else their receipts
// taken as they stand, as leaves of the outcome tree, so that what voters have signed about its root
// proves them. Both tell roots and hashes by index.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { equalBytes, type Hash, hex, LogIndex } from "@juno/base";
import {
  MemoryView,
  type Applied as Outcome,
  ordersTold,
  type ParsedCommand,
  type RowChange,
  receiptChanges,
} from "@juno/ledger";
import {
  appendLeaf,
  type Entry,
  type Frontier,
  frontierAt,
  isRedacted,
  outcomeLeaf,
  receiptHash,
  rootOf,
} from "@juno/proof";
import { sha256 } from "../crypto/sodium.ts";
import { hashOf } from "../store/column.ts";
import type { AuditContext } from "./audit-context.ts";
import type { CertifiedSnapshot } from "./certified-snapshot.ts";
import type { ExpectedRows } from "./expected-rows.ts";
import { ExpectedState } from "./expected-state.ts";
import { RedactedEntries } from "./redacted-entries.ts";
import type { RedactionFacts } from "./redaction-audit.ts";

/** `isObstacle`: nothing that follows can be taken. */
export type Flaw = { readonly problem: string; readonly isObstacle: boolean };

export type ArchiveLedger = {
  /** Takes the next entry with its receipt; what is wrong with the receipt, and whether that is the end. */
  add(
    entry: Entry,
    parsed: ParsedCommand | undefined,
    receipt: Uint8Array,
    known?: Outcome,
  ): Flaw | undefined;
  /** What executing the next entry reads; undefined where nothing is executed. */
  readonly view: ExpectedRows | undefined;
  /** What the entries say of redactions. */
  readonly redactions: RedactionFacts;
  readonly last: LogIndex;
  readonly frontier: Frontier;
  rootAt(index: LogIndex): Hash;
  hashAt(index: LogIndex): Hash | undefined;
  /** How far entries were executed. */
  readonly executed: LogIndex;
  /** Returns what is wrong with the state that it begins with, if that is known. */
  begin(): string | undefined;
  /** Makes it durable, with what `record` writes, and goes on. */
  commit(record: () => void): void;
};

export class ExecutedLedger implements ArchiveLedger {
  readonly #db: DatabaseSync;
  readonly #expected: ExpectedState;
  readonly #hash: StatementSync;
  readonly #snapshot: CertifiedSnapshot | undefined;

  /** `snapshot`: what entries begin above, if not the genesis. */
  constructor(parts: {
    readonly context: AuditContext;
    readonly db: DatabaseSync;
    readonly isKept: boolean;
    readonly snapshot?: CertifiedSnapshot | undefined;
  }) {
    const { context, db, isKept } = parts;
    this.#db = db;
    this.#snapshot = parts.snapshot;
    this.#expected = new ExpectedState(context, db, isKept);
    this.#hash = db.prepare("SELECT hash FROM main.outcomes WHERE idx = ?");
  }

  add(
    entry: Entry,
    parsed: ParsedCommand | undefined,
    receipt: Uint8Array,
    known?: Outcome,
  ): Flaw | undefined {
    if (isRedacted(entry)) return this.#follow(entry, receipt);
    const own = this.#expected.execute(entry, parsed, known);
    if (!own.ok) return { problem: own.error, isObstacle: true };
    if (equalBytes(own.value, receipt)) return undefined;
    return { problem: "Its receipt differs from what executing it again yields.", isObstacle: false };
  }

  /** C22 */
  #follow(entry: Entry, receipt: Uint8Array): Flaw | undefined {
    const done = this.#expected.follow({ entry, receipt, expires: undefined });
    if (done.ok) return undefined;
    const problem = `Its payload is redacted, and its receipt is not the one: ${done.error.detail}.`;
    return { problem, isObstacle: true };
  }

  get redactions(): RedactionFacts {
    return this.#expected.redactions;
  }

  get view(): ExpectedRows {
    return this.#expected.view;
  }

  get last(): LogIndex {
    return this.#expected.applied.index;
  }

  get executed(): LogIndex {
    return this.last;
  }

  get frontier(): Frontier {
    return this.#expected.applied.frontier;
  }

  rootAt(index: LogIndex): Hash {
    return this.#expected.rootAt(index);
  }

  hashAt(index: LogIndex): Hash | undefined {
    const before = this.#snapshot?.manifest;
    if (index === before?.index) return before.hash;
    const row = this.#hash.get(index);
    return row === undefined ? undefined : hashOf(row.hash);
  }

  begin(): string | undefined {
    this.#db.exec("BEGIN");
    if (this.#snapshot === undefined || this.last > 0) return undefined;
    return this.#expected.seed(this.#snapshot.folder, this.#snapshot.manifest);
  }

  commit(record: () => void): void {
    this.#expected.keep();
    record();
    this.#db.exec("COMMIT; BEGIN");
  }
}

/** P8: what came before the first entry, as the manifest says. */
export type Before = { readonly hash: Hash; readonly frontier: Frontier };

export class RecordedLedger implements ArchiveLedger {
  readonly executed = LogIndex(0);
  readonly view = undefined;
  readonly #db: DatabaseSync;
  readonly #before: Before;
  #frontier: Frontier;
  readonly #redacted: RedactedEntries;
  /** The ledger's own rows about redactions, as far as these entries wrote them. */
  readonly #orders = new MemoryView();
  readonly #put: StatementSync;
  readonly #putNode: StatementSync;
  readonly #hash: StatementSync;
  readonly #node: StatementSync;

  /** `db` is private and empty. */
  constructor(db: DatabaseSync, before: Before) {
    this.#db = db;
    this.#before = before;
    this.#redacted = new RedactedEntries(db);
    this.#frontier = before.frontier;
    db.exec(`CREATE TABLE hashes (idx INTEGER PRIMARY KEY, hash BLOB NOT NULL, id BLOB) STRICT;
      CREATE TABLE nodes (level INTEGER, position INTEGER, hash BLOB NOT NULL,
        PRIMARY KEY (level, position)) STRICT, WITHOUT ROWID`);
    this.#put = db.prepare("INSERT INTO hashes VALUES (?, ?, ?)");
    this.#putNode = db.prepare("INSERT INTO nodes VALUES (?, ?, ?)");
    this.#hash = db.prepare("SELECT hash, id FROM hashes WHERE idx = ?");
    this.#node = db.prepare("SELECT hash FROM nodes WHERE level = ? AND position = ?");
    this.#plant();
  }

  add(entry: Entry, parsed: ParsedCommand | undefined, receipt: Uint8Array): Flaw | undefined {
    if (isRedacted(entry)) this.#redacted.note(entry);
    this.#put.run(entry.index, entry.hash, parsed?.id ?? null);
    const orders = ordersIn(receipt, entry.index);
    const isSound = orders?.every((change) => this.#orders.row(change) === undefined) === true;
    if (isSound) this.#orders.change(orders!);
    const leaf = outcomeLeaf(sha256, { entryHash: entry.hash, receiptHash: receiptHash(sha256, receipt) });
    const { frontier, nodes } = appendLeaf(sha256, this.#frontier, leaf);
    for (const { level, position, hash } of nodes) this.#putNode.run(level, position, hash);
    this.#frontier = frontier;
    const problem = "Its receipt tells of redactions what no order leads to.";
    return isSound ? undefined : { problem, isObstacle: false };
  }

  get redactions(): RedactionFacts {
    const idAt = (index: number): string | undefined | null => {
      const row = this.#hash.get(index);
      if (row === undefined) return null;
      const { id } = row;
      return id instanceof Uint8Array ? hex(id) : undefined;
    };
    return { redacted: this.#redacted, last: this.last, rows: this.#orders, isExecuted: false, idAt };
  }

  get last(): LogIndex {
    return LogIndex(this.#frontier.size);
  }

  get frontier(): Frontier {
    return this.#frontier;
  }

  rootAt(index: LogIndex): Hash {
    const read = (level: number, position: number): Hash => hashOf(this.#node.get(level, position)?.hash);
    return rootOf(sha256, frontierAt(read, index));
  }

  hashAt(index: LogIndex): Hash | undefined {
    if (index === this.#before.frontier.size) return this.#before.hash;
    const row = this.#hash.get(index);
    return row === undefined ? undefined : hashOf(row.hash);
  }

  begin(): undefined {
    this.#db.exec("BEGIN");
  }

  commit(record: () => void): void {
    record();
    this.#db.exec("COMMIT; BEGIN");
  }

  /** The subtrees that were complete before: those that are still needed are among these. */
  #plant(): void {
    const { peaks, size } = this.#before.frontier;
    let at = 0;
    frontierAt((level, position) => {
      const peak = peaks[at++]!;
      this.#putNode.run(level, position, peak);
      return peak;
    }, size);
  }
}

/** How many subtrees are complete side by side in a tree of this size. */
export const peakCount = (size: number): number =>
  [...size.toString(2)].filter((digit) => digit === "1").length;

export const rootOfFrontier = (frontier: Frontier): Hash => rootOf(sha256, frontier);

/** What stands in every receipt that tells of redactions: most receipts need not be read. */
const ORDER_TEXT = `"table":"redact`;

/** The same in the lines of an archive, which hold receipts as texts of JSON. */
export const SAID_IN_LINES = JSON.stringify(ORDER_TEXT).slice(1, -1);

/** The rows by which the receipt of an entry orders redactions; undefined if it tells of them what no receipt does. */
export function ordersIn(receipt: Uint8Array, at: number): readonly RowChange[] | undefined {
  if (!Buffer.from(receipt.buffer, receipt.byteOffset, receipt.length).includes(ORDER_TEXT)) return [];
  const changes = receiptChanges(receipt);
  return changes.ok ? ordersTold(changes.value, at) : undefined;
}
