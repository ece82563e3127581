// The rows that re-execution reads and writes, with the ids that are spent and the tree over the rows. The
// database lives in memory as far as it fits, beyond that in a file that SQLite makes and removes.

import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { assert, type Hash, parseUtf8, type Sha256, utf8 } from "@juno/base";
import type {
  KeyRange,
  Applied as Outcome,
  RootedView,
  Row,
  RowAddress,
  RowChange,
  RowRange,
  SpentId,
} from "@juno/ledger";
import { blob, integer } from "../store/column.ts";
import { STATE_SCHEMA } from "../store/state/schema.ts";
import { ExpectedTree } from "./expected-tree.ts";

const CACHE_BYTES_MAX = 128 * 1024 * 1024;
/** Whose rows are all that executing entries reads. */
const TABLES = ["rows", "commands", "tree"] as const;

export type DumpedTable = (typeof TABLES)[number];
export type DumpedRow = readonly SQLOutputValue[];

export class ExpectedRows implements RootedView {
  readonly #db: DatabaseSync;
  readonly #row: StatementSync;
  readonly #keys: StatementSync;
  readonly #spentId: StatementSync;
  readonly #putRow: StatementSync;
  readonly #deleteRow: StatementSync;
  readonly #putCommand: StatementSync;
  readonly #tree: ExpectedTree;

  /** `db` is private: empty, or what was kept in it. */
  constructor(db: DatabaseSync, sha256: Sha256, isKept = false) {
    this.#db = db;
    if (!isKept) db.exec("PRAGMA main.journal_mode=OFF; PRAGMA main.synchronous=OFF");
    db.exec(`PRAGMA main.cache_size=${-CACHE_BYTES_MAX / 1024}`);
    const isNew = db.prepare("SELECT 1 FROM main.sqlite_schema WHERE name = 'meta'").get() === undefined;
    if (isNew) db.exec(STATE_SCHEMA);
    this.#row = db.prepare("SELECT value FROM main.rows WHERE module = ? AND tbl = ? AND key = ?");
    this.#keys = db.prepare(
      "SELECT key FROM main.rows WHERE module = ? AND tbl = ? AND key >= ? ORDER BY key LIMIT ?",
    );
    this.#spentId = db.prepare("SELECT idx, expires FROM main.commands WHERE id = ? AND spends = 1");
    this.#putRow = db.prepare("INSERT OR REPLACE INTO main.rows VALUES (?, ?, ?, ?)");
    this.#deleteRow = db.prepare("DELETE FROM main.rows WHERE module = ? AND tbl = ? AND key = ?");
    this.#putCommand = db.prepare("INSERT OR REPLACE INTO main.commands VALUES (?, ?, ?, ?, 1)");
    this.#tree = new ExpectedTree({ db, sha256, row: (address) => this.row(address) });
  }

  row({ module, table, key }: RowAddress): Uint8Array | undefined {
    const row = this.#row.get(module, table, utf8(key));
    return row === undefined ? undefined : blob(row.value);
  }

  /** No command reads rows by range, and an audit asks for no others. */
  rows(_range: RowRange): readonly Row[] {
    assert(false, "re-execution reads single rows");
  }

  keys({ module, table, after, limit }: KeyRange): readonly string[] {
    // The least text above another is that text and a zero character.
    const from = after === undefined ? new Uint8Array() : utf8(`${after}\0`);
    return this.#keys.all(module, table, from, limit).map(({ key }) => {
      const text = parseUtf8(blob(key));
      assert(text !== undefined, "a key was written as text");
      return text;
    });
  }

  stateRoot(_sha256: Sha256, changes: readonly RowChange[]): Hash {
    return this.#tree.root(changes);
  }

  spent(id: Hash): SpentId | undefined {
    const row = this.#spentId.get(id);
    return row === undefined ? undefined : { index: integer(row.idx), expires: integer(row.expires) };
  }

  /** Stores what an entry changed, and the id it spent. Returns whether the tree holds all rows then. */
  store(index: number, outcome: Outcome): boolean {
    const { changes, command } = outcome;
    if (command?.spends === true) {
      assert(command.expires !== undefined, "an id is spent until a time");
      this.#putCommand.run(command.id, index, command.status, command.expires);
    }
    for (const { module, table, key, after } of changes) {
      if (after === undefined) this.#deleteRow.run(module, table, utf8(key));
      else this.#putRow.run(module, table, utf8(key), after);
    }
    return this.#tree.holds(outcome);
  }

  /** All that executing further entries reads, where the tree holds all rows; some rows at a time. */
  *dump(rowsMax: number): Generator<{ readonly table: DumpedTable; readonly rows: readonly DumpedRow[] }> {
    for (const table of TABLES) {
      let rows: DumpedRow[] = [];
      for (const row of this.#db.prepare(`SELECT * FROM main.${table}`).iterate()) {
        rows.push(Object.values(row));
        if (rows.length < rowsMax) continue;
        yield { table, rows };
        rows = [];
      }
      yield { table, rows };
    }
  }

  /** Takes in what another has dumped. */
  fill(table: DumpedTable, rows: readonly DumpedRow[]): void {
    const [first] = rows;
    if (first === undefined) return;
    const insert = this.#db.prepare(`INSERT INTO main.${table} VALUES (${first.map(() => "?").join(", ")})`);
    for (const row of rows) insert.run(...row);
  }
}
