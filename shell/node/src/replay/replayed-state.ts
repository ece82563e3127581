// The state that a replay has come to: tables and rows in the private database of the expected state.

import type { DatabaseSync } from "node:sqlite";
import { compareText, parseUtf8, utf8 } from "@juno/base";
import { clientOf, type LedgerContext, type RowReader, tablesIn } from "@juno/ledger";
import { blob, integer, text } from "../store/column.ts";

export type TableName = { readonly module: string; readonly table: string };
export type TableCount = TableName & { readonly rows: number };
/** `row` is canonical JSON. */
export type ReplayedRow = { readonly key: string; readonly row: Uint8Array };

export class ReplayedState {
  readonly #db: DatabaseSync;
  readonly #context: LedgerContext;
  readonly #reader: RowReader;

  constructor(parts: {
    readonly db: DatabaseSync;
    readonly context: LedgerContext;
    readonly reader: RowReader;
  }) {
    this.#db = parts.db;
    this.#context = parts.context;
    this.#reader = parts.reader;
  }

  /** All that the modules of that time have, in order of module and name, with how many rows each has. */
  tables(): TableCount[] {
    const counts = new Map<string, number>();
    const select = "SELECT module, tbl, count(*) AS rows FROM main.rows GROUP BY module, tbl";
    for (const row of this.#db.prepare(select).all()) {
      counts.set(nameOf(text(row.module), text(row.tbl)), integer(row.rows));
    }
    return tablesIn(this.#context, this.#reader)
      .map(({ module, table }) => ({ module, table, rows: counts.get(nameOf(module, table)) ?? 0 }))
      .sort((a, b) => compareText(a.module, b.module) || compareText(a.table, b.table));
  }

  /** In the order of their keys. */
  *rows({ module, table }: TableName): IterableIterator<ReplayedRow> {
    const select = "SELECT key, value FROM main.rows WHERE module = ? AND tbl = ? ORDER BY key";
    for (const row of this.#db.prepare(select).iterate(module, table)) {
      yield { key: parseUtf8(blob(row.key))!, row: blob(row.value) };
    }
  }

  row({ module, table }: TableName, key: string): ReplayedRow | undefined {
    const select = "SELECT value FROM main.rows WHERE module = ? AND tbl = ? AND key = ?";
    const row = this.#db.prepare(select).get(module, table, utf8(key));
    return row === undefined ? undefined : { key, row: blob(row.value) };
  }

  /** Of the client that has a key, lower-case hex, at that time (C28). */
  clientName(key: string): string | undefined {
    return clientOf(this.#context, this.#reader, key)?.name;
  }

  close(): void {
    this.#db.close();
  }
}

const nameOf = (module: string, table: string): string => `${module}\0${table}`;
