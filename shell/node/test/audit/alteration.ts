// Alters one byte of one column of one row at a time, through SQLite, in an open database: integers by
// the bytes of their 64 bits, texts by those of their UTF-8. Each alteration is undone afterwards.

import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite";
import { Prng } from "@juno/base";

export type Row = Readonly<Record<string, SQLOutputValue>>;
type Value = Uint8Array<ArrayBuffer> | bigint;
type Column = { readonly name: string; readonly isKey: boolean };

/** One byte of one column of one row. */
export type Spot = {
  readonly table: string;
  readonly column: string;
  readonly byte: number;
  /** The columns of the table's primary key. */
  readonly keys: readonly string[];
  /** The row as it is without the alteration. */
  readonly row: Row;
};

export class Alterations {
  readonly #db: DatabaseSync;
  readonly #schema: string;
  readonly #columns = new Map<string, readonly Column[]>();
  readonly #updates = new Map<string, StatementSync>();
  readonly #prng = new Prng(20);

  /** `schema`: the name of the database within the connection. */
  constructor(db: DatabaseSync, schema: string, tables: readonly string[]) {
    this.#db = db;
    this.#schema = schema;
    for (const table of tables) {
      const info = db.prepare(`PRAGMA ${schema}.table_info(${table})`).all();
      const columns = info.map(({ name, pk }) => ({ name: String(name), isKey: pk !== 0 }));
      this.#columns.set(table, columns);
    }
  }

  /** Every byte there is, or one of each value: another one from row to row. */
  *spots(of: "every byte" | "every value" = "every byte"): Generator<Spot> {
    let turn = 0;
    for (const [table, columns] of this.#columns) {
      const rows = this.#db.prepare(`SELECT * FROM ${this.#schema}.${table}`);
      rows.setReadBigInts(true);
      const keys = columns.filter(({ isKey }) => isKey).map(({ name }) => name);
      for (const row of rows.all()) {
        for (const { name } of columns) {
          const { length } = bytesOf(row[name]);
          if (of === "every byte") {
            for (let byte = 0; byte < length; byte++) yield { table, column: name, byte, keys, row };
          } else if (length > 0) {
            yield { table, column: name, byte: turn++ % length, keys, row };
          }
        }
      }
    }
  }

  /**
   * Calls `look` while the byte is another one, with the row as it is then; false if no other value of
   * the byte is one that SQLite would store there.
   */
  async during(spot: Spot, look: (altered: Row) => Promise<void>): Promise<boolean> {
    this.#db.exec("BEGIN");
    try {
      const altered = this.alter(spot);
      if (altered !== undefined) await look(altered);
      return altered !== undefined;
    } finally {
      this.#db.exec("ROLLBACK");
    }
  }

  /** Alters the byte to stay; the row as it is then, undefined if SQLite stores no other value there. */
  alter(spot: Spot): Row | undefined {
    const first = this.#prng.below(255);
    for (let turn = 0; turn < 255; turn++) {
      const value = alteredValue(spot, 1 + ((first + turn) % 255));
      if (!this.#store(spot, value)) continue;
      const isText = typeof spot.row[spot.column] === "string" && typeof value !== "bigint";
      return { ...spot.row, [spot.column]: isText ? new TextDecoder().decode(value) : value };
    }
    return undefined;
  }

  #store({ table, column, row, keys }: Spot, value: Value): boolean {
    const isText = typeof row[column] === "string";
    const sql = `UPDATE ${this.#schema}.${table} SET ${column} = ${isText ? "CAST(? AS TEXT)" : "?"}
      WHERE ${keys.map((key) => `${key} = ?`).join(" AND ")}`;
    const update = this.#updates.get(sql) ?? this.#db.prepare(sql);
    this.#updates.set(sql, update);
    try {
      const { changes } = update.run(value, ...keys.map((key) => row[key] as SQLInputValue));
      if (changes !== 1) throw new Error(`${changes} rows of ${table} were altered`);
      return true;
    } catch (error) {
      if (isRefused(error)) return false;
      throw error;
    }
  }
}

/** SQLITE_CONSTRAINT: two rows of one key, or a value that a CHECK forbids. */
const isRefused = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === 19;

function bytesOf(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === "string") return new TextEncoder().encode(value);
  return new Uint8Array(typeof value === "bigint" ? 8 : 0);
}

/** What the column holds with the byte changed by `mask`; a text as its bytes. */
function alteredValue({ row, column, byte }: Spot, mask: number): Value {
  const value = row[column];
  if (typeof value === "bigint") return BigInt.asIntN(64, value ^ (BigInt(mask) << BigInt(8 * byte)));
  const bytes = Uint8Array.from(bytesOf(value));
  bytes[byte]! ^= mask;
  return bytes;
}

/** Alters one byte of a database file, chosen by chance. */
export function alterForGood(
  file: string,
  tables: readonly string[],
  prng: Prng,
): { spot: Spot; altered: Row } {
  const db = new DatabaseSync(file);
  try {
    const alterations = new Alterations(db, "main", tables);
    const spots = [...alterations.spots()].filter(({ column }) => column !== "id");
    const spot = spots[prng.below(spots.length)]!;
    const altered = alterations.alter(spot);
    if (altered === undefined) throw new Error(`${spot.table} ${spot.column} cannot be altered`);
    return { spot, altered };
  } finally {
    db.close();
  }
}
