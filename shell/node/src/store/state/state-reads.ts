// Rows and spent ids as state.db holds them, for whoever reads it: the executor before it applies,
// the read thread for queries.

import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { type Hash, parseUtf8, utf8 } from "@juno/base";
import type { KeyRange, Row, RowAddress, RowRange, SpentId, View } from "@juno/ledger";
import { blob, ContentError, integer } from "../column.ts";

const RANGE = "FROM rows WHERE module = ? AND tbl = ? AND key >= ?";

export class StateReads implements View {
  readonly #row: StatementSync;
  readonly #rowsFrom: StatementSync;
  readonly #rowsBetween: StatementSync;
  readonly #keysFrom: StatementSync;
  readonly #spent: StatementSync;

  constructor(db: DatabaseSync) {
    this.#row = db.prepare("SELECT value FROM rows WHERE module = ? AND tbl = ? AND key = ?");
    this.#rowsFrom = db.prepare(`SELECT key, value ${RANGE} ORDER BY key LIMIT ?`);
    this.#rowsBetween = db.prepare(`SELECT key, value ${RANGE} AND key < ? ORDER BY key LIMIT ?`);
    this.#keysFrom = db.prepare(`SELECT key ${RANGE} ORDER BY key LIMIT ?`);
    this.#spent = db.prepare("SELECT idx, expires FROM commands WHERE id = ? AND spends = 1");
  }

  row(address: RowAddress): Uint8Array | undefined {
    const row = this.#row.get(address.module, address.table, utf8(address.key));
    return row === undefined ? undefined : blob(row.value);
  }

  rows(range: RowRange): readonly Row[] {
    const { module, table, after, prefix = "", limit } = range;
    const from = lowest(after, prefix);
    const end = endOf(utf8(prefix));
    const found =
      end === undefined
        ? this.#rowsFrom.all(module, table, from, limit)
        : this.#rowsBetween.all(module, table, from, end, limit);
    return found.map((row) => ({ key: keyText(row.key), value: blob(row.value) }));
  }

  keys({ module, table, after, limit }: KeyRange): readonly string[] {
    const found = this.#keysFrom.all(module, table, lowest(after, ""), limit);
    return found.map((row) => keyText(row.key));
  }

  spent(id: Hash): SpentId | undefined {
    const row = this.#spent.get(id);
    return row === undefined ? undefined : { index: integer(row.idx), expires: integer(row.expires) };
  }
}

/** The least key that may be answered: above `after`, not below `prefix`. */
function lowest(after: string | undefined, prefix: string): Uint8Array {
  if (after === undefined) return utf8(prefix);
  const above = utf8(`${after}\0`);
  const least = utf8(prefix);
  return Buffer.compare(above, least) > 0 ? above : least;
}

/** The least byte string above everything that begins with the prefix; undefined if there is none. */
function endOf(prefix: Uint8Array): Uint8Array | undefined {
  if (prefix.length === 0) return undefined;
  // No byte of UTF-8 is 0xff, so the last one can always be raised.
  const end = Uint8Array.from(prefix);
  end[end.length - 1]!++;
  return end;
}

function keyText(value: SQLOutputValue | undefined): string {
  const key = parseUtf8(blob(value));
  if (key === undefined) throw new ContentError("a row's key is no text");
  return key;
}
