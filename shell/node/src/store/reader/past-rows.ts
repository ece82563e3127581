// Rows of a table as they were after an earlier entry. Every row that ever was has its changes in the
// history, so the keys to look at are those that stand there or among the rows: one is sought after the
// other, however many changes each of them has.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { assert, compareBytes, parseUtf8, utf8 } from "@juno/base";
import type { Row, RowAddress, RowReader } from "@juno/ledger";
import { blob, ContentError } from "../column.ts";

export type PastRange = {
  readonly module: string;
  readonly table: string;
  readonly prefix: string | undefined;
  /** Rows above this key. */
  readonly after: string | undefined;
  readonly limit: number;
};

/** Rows that were there, and the last key that was looked at, if there may be more above it. */
export type PastPage = { readonly rows: readonly Row[]; readonly next: string | undefined };

/** Keys that are looked at for one page: many of them may have had no row then. */
const KEYS_MAX = 4_000;
/** Receipts that are read for one page, in bytes: each may be of a batch, and is read anew for every key. */
const RECEIPT_BYTES_MAX = 32 * 1024 * 1024;

export class PastRows {
  readonly #keyInRows: StatementSync;
  readonly #keyInHistory: StatementSync;
  readonly #rowAt: (index: number, address: RowAddress) => Uint8Array | undefined;
  readonly #receiptBytes: () => number;

  /** `rowAt` tells how a row was after an entry; `receiptBytes`, what has been read of receipts for that so far. */
  constructor(
    db: DatabaseSync,
    rowAt: (index: number, address: RowAddress) => Uint8Array | undefined,
    receiptBytes: () => number,
  ) {
    const next = (table: string) =>
      db.prepare(`SELECT key FROM ${table} WHERE module = ? AND tbl = ? AND key >= ? ORDER BY key LIMIT 1`);
    this.#keyInRows = next("rows");
    this.#keyInHistory = next("history");
    this.#rowAt = rowAt;
    this.#receiptBytes = receiptBytes;
  }

  page(index: number, { module, table, prefix = "", after, limit }: PastRange): PastPage {
    const rows: Row[] = [];
    const least = utf8(prefix);
    const above = after === undefined ? least : utf8(`${after}\0`);
    let from = compareBytes(above, least) > 0 ? above : least;
    const bytesMax = this.#receiptBytes() + RECEIPT_BYTES_MAX;
    for (let looked = 0; ; looked++) {
      const key = this.#nextKey({ module, table }, from);
      if (key === undefined || !key.startsWith(prefix)) return { rows, next: undefined };
      const isEnough = looked === KEYS_MAX || this.#receiptBytes() > bytesMax;
      if (rows.length === limit || isEnough) return { rows, next: keyBelow(from) };
      const value = this.#rowAt(index, { module, table, key });
      if (value !== undefined) rows.push({ key, value });
      from = utf8(`${key}\0`);
    }
  }

  /** Whether the history, as far as it is kept, has a change of the table. */
  hasChanged({ module, table }: Pick<RowAddress, "module" | "table">): boolean {
    return this.#keyInHistory.get(module, table, new Uint8Array()) !== undefined;
  }

  /** Single rows after an entry: what modules there were stands in rows, too. */
  readerAt(index: number): RowReader {
    return {
      row: (address) => this.#rowAt(index, address),
      keys: () => {
        assert(false, "a module is found by its name");
      },
    };
  }

  /** The least key that is or was in the table, not below `from`. */
  #nextKey({ module, table }: Pick<RowAddress, "module" | "table">, from: Uint8Array): string | undefined {
    const found = [this.#keyInRows, this.#keyInHistory]
      .flatMap((statement) => statement.all(module, table, from))
      .map((row) => blob(row.key))
      .sort(compareBytes);
    if (found[0] === undefined) return undefined;
    const key = parseUtf8(found[0]);
    if (key === undefined) throw new ContentError("a row's key is no text");
    return key;
  }
}

/** The key that `from` is right above of. */
const keyBelow = (from: Uint8Array): string => parseUtf8(from.subarray(0, -1))!;
