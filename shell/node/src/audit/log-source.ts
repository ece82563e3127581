// What the audit reads of log.db, on a connection that is the caller's: rows as they stand there, judged
// by nobody. Integers come as bigints.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Floor } from "@juno/consensus";
import { blob } from "../store/column.ts";
import { FIND_FLOOR, floorOf } from "../store/log/floor.ts";
import { type Meta, metaOfRow } from "../store/log/meta.ts";
import { ENTRY_COLUMNS } from "../store/log/stored-entry.ts";
import type { DocumentSource } from "./document-audit.ts";
import type { LinkSource } from "./epoch-audit.ts";
import type { EntrySource } from "./log-walk.ts";
import { narrow, prepareWide, type Row } from "./readable.ts";

/** Entries read at once: whatever their bodies hold, so many fit into memory. */
const CHUNK_ENTRIES = 32;

export class LogSource implements EntrySource, DocumentSource, LinkSource {
  readonly #db: DatabaseSync;
  readonly #meta: StatementSync;
  readonly #floor: StatementSync;
  readonly #entries: StatementSync;
  readonly #entry: StatementSync;
  readonly #kept: StatementSync;
  readonly #certificates: StatementSync;
  readonly #proofs: StatementSync;
  readonly #evidence: StatementSync;
  readonly #links: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#meta = prepareWide(db, "SELECT * FROM meta");
    this.#floor = prepareWide(db, FIND_FLOOR);
    const from = `SELECT ${ENTRY_COLUMNS} FROM entries WHERE idx`;
    this.#entries = prepareWide(db, `${from} BETWEEN ? AND ? ORDER BY idx LIMIT ${CHUNK_ENTRIES}`);
    this.#entry = prepareWide(db, "SELECT epoch, term, hash FROM entries WHERE idx = ?");
    this.#kept = prepareWide(db, "SELECT bytes FROM certificates WHERE kind = ? AND epoch = ? AND term = ?");
    this.#certificates = prepareWide(db, "SELECT kind, epoch, term, bytes FROM certificates");
    this.#proofs = prepareWide(db, "SELECT idx, epoch, bytes FROM commit_proofs ORDER BY idx");
    this.#evidence = prepareWide(db, "SELECT * FROM evidence ORDER BY id");
    this.#links = prepareWide(db, "SELECT epoch, bytes FROM epochs ORDER BY epoch");
  }

  /** The voter's memory. Throws ContentErrors and others that `readable` tells. */
  meta(): Meta | undefined {
    const row = this.#meta.get();
    return row === undefined ? undefined : metaOfRow(narrow(row));
  }

  /** Where the log begins, if not with the genesis. Throws as `meta` does. */
  floor(): Floor | undefined {
    const row = this.#floor.get();
    return floorOf(row === undefined ? undefined : narrow(row));
  }

  place(table: string): string {
    return `log.db ${table}`;
  }

  /** The first rows, by index, of those in the range. */
  entries(range: { from: bigint; to: bigint }): Row[] {
    return this.#entries.all(range.from, range.to);
  }

  /** Epoch, term and hash of an entry. */
  entry(index: number): Row | undefined {
    return this.#entry.get(index);
  }

  kept(
    kind: "term-certificate" | "election-certificate",
    { epoch, term }: { readonly epoch: number; readonly term: number },
  ): Uint8Array | undefined {
    const row = this.#kept.get(kind, epoch, term);
    return row === undefined ? undefined : blob(row.bytes);
  }

  certificates(): Iterable<Row> {
    return this.#certificates.iterate();
  }

  commitProofs(): Iterable<Row> {
    return this.#proofs.iterate();
  }

  evidence(): Iterable<Row> {
    return this.#evidence.iterate();
  }

  links(): Iterable<Row> {
    return this.#links.iterate();
  }

  /** Shows one state of the file meanwhile; that of the caller's transaction, if there is one. */
  async atOnce(work: () => Promise<void>): Promise<void> {
    if (this.#db.isTransaction) return work();
    this.#db.exec("BEGIN");
    try {
      await work();
    } finally {
      this.#db.exec("COMMIT");
    }
  }
}
