// Reads rows that may hold anything. Integers are read as bigints, since an altered one may be larger
// than any number a node writes. Invariant: what cannot be read is told as a sentence, never thrown.

import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { err, hex, InvariantError, ok, parseUtf8, type Result, utf8 } from "@juno/base";
import { ContentError } from "../store/column.ts";

export type Row = Record<string, SQLOutputValue>;

/** A statement whose integers come as bigints. */
export function prepareWide(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql);
  statement.setReadBigInts(true);
  return statement;
}

/** The row with numbers in place of bigints. Throws ContentError for a number that no node writes. */
export function narrow(row: Row): Row {
  for (const name in row) {
    const value = row[name];
    if (typeof value !== "bigint") continue;
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new ContentError(`its ${name} is a number that no node writes`);
    row[name] = number;
  }
  return row;
}

/** What `read` makes of a row, or why it cannot be read. */
export function readable<T>(read: () => T): Result<T, string> {
  try {
    return ok(read());
  } catch (error) {
    // Numbers beyond 2^53 throw RangeErrors when read, InvariantErrors when encoded for a checksum.
    const isContent =
      error instanceof ContentError || error instanceof RangeError || error instanceof InvariantError;
    if (isContent) return err(error.message);
    throw error;
  }
}

const PRINTABLE = /^[\x20-\x7e]{1,80}$/;

/** A column of a row's key, for people: plain text as it is, anything else in hex. */
export function shown(value: SQLOutputValue | undefined): string {
  if (typeof value === "string") return PRINTABLE.test(value) ? value : hex(utf8(value));
  if (!(value instanceof Uint8Array)) return String(value);
  const text = parseUtf8(value);
  return text !== undefined && PRINTABLE.test(text) ? text : hex(value);
}
