// The rows as they were at the checkpoint of a snapshot that is being made: those in the table, but for
// what was set aside when a row first changed after it. Invariant: of a row above the cursor, either the
// table or what was set aside shows it as it was.

import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { parseUtf8, utf8 } from "@juno/base";
import { compareAddress, type RowAddress, type SnapshotRow } from "@juno/ledger";
import { blob, ContentError, text } from "../column.ts";

const PAGE_ROWS = 512;
const ABOVE = "WHERE (module, tbl, key) > (?, ?, ?) ORDER BY module, tbl, key LIMIT ?";
const UP_TO = "WHERE (module, tbl, key) <= (?, ?, ?)";

type Held = RowAddress & { readonly value: Uint8Array | undefined };

export class SnapshotRows {
  readonly #rows: StatementSync;
  readonly #before: StatementSync;
  readonly #setAside: StatementSync;
  readonly #drop: StatementSync;
  readonly #dropAll: StatementSync;

  constructor(db: DatabaseSync) {
    this.#rows = db.prepare(`SELECT module, tbl, key, value FROM rows ${ABOVE}`);
    this.#before = db.prepare(`SELECT module, tbl, key, value FROM snapshot_before ${ABOVE}`);
    this.#setAside = db.prepare(
      "INSERT OR IGNORE INTO snapshot_before VALUES (?1, ?2, ?3, (SELECT value FROM rows WHERE module = ?1 AND tbl = ?2 AND key = ?3))",
    );
    this.#drop = db.prepare(`DELETE FROM snapshot_before ${UP_TO}`);
    this.#dropAll = db.prepare("DELETE FROM snapshot_before");
  }

  /** To be called before a row changes. */
  setAside({ module, table, key }: RowAddress): void {
    this.#setAside.run(module, table, utf8(key));
  }

  /** Rows up to here are in chunks: what was set aside of them is of no more use. */
  passed({ module, table, key }: RowAddress): void {
    this.#drop.run(module, table, utf8(key));
  }

  passedAll(): void {
    this.#dropAll.run();
  }

  /** The rows above an address, in order. */
  *above(address: RowAddress): Generator<SnapshotRow, void, undefined> {
    for (let from: RowAddress | undefined = address; from !== undefined; ) {
      const rows = page(this.#rows, from);
      const before = page(this.#before, from);
      const ends = [rows, before].filter((list) => list.length === PAGE_ROWS).map((list) => list.at(-1)!);
      // Beyond the end of a page that is cut, the other one tells only half.
      const end: RowAddress | undefined = ends.sort(compareAddress)[0];
      const held = new Map([...rows, ...before].map((row) => [nameOf(row), row]));
      for (const row of [...held.values()].sort(compareAddress)) {
        if (end !== undefined && compareAddress(row, end) > 0) break;
        if (row.value !== undefined) yield { ...row, value: row.value };
      }
      from = end;
    }
  }
}

const nameOf = ({ module, table, key }: RowAddress): string => `${module}\0${table}\0${key}`;

function page(statement: StatementSync, { module, table, key }: RowAddress): Held[] {
  return statement.all(module, table, utf8(key), PAGE_ROWS).map((row) => ({
    module: text(row.module),
    table: text(row.tbl),
    key: keyText(row.key),
    value: row.value === null ? undefined : blob(row.value),
  }));
}

function keyText(value: SQLOutputValue | undefined): string {
  const key = parseUtf8(blob(value));
  if (key === undefined) throw new ContentError("a row's key is no text");
  return key;
}
