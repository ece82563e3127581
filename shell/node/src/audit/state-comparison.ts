// Compares every column of every row of two databases with the same tables: `main`, what should stand
// there, and `actual`. SQLite walks both by primary key, so nothing is held in memory and a sound
// database costs no work here but two passes. It must not know what the tables mean.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { LogIndex } from "@juno/base";
import { text } from "../store/column.ts";
import type { Findings } from "./findings.ts";
import { leftOut } from "./pruned-rows.ts";
import { prepareWide, type Row, shown } from "./readable.ts";

/** Rows named per table; what differs beyond them follows from the same cause, as a rule. */
const ROWS_NAMED_MAX = 10;

type Table = {
  readonly name: string;
  readonly keys: readonly string[];
  readonly values: readonly string[];
  /** Rows of `main` that `actual` lacks or holds otherwise, and rows that only `actual` holds. */
  readonly differing: StatementSync;
  readonly surplus: StatementSync;
};

export class StateComparison {
  readonly #tables: readonly Table[];

  /**
   * `tables` in the order in which they are compared; both databases hold them with equal columns. `floor`:
   * entries up to there are pruned, and rows that speak of them may be gone, or not yet.
   */
  constructor(db: DatabaseSync, tables: readonly string[], floor = 0) {
    this.#tables = tables.map((name) => tableOf(db, name, floor));
  }

  /** Names what differs. */
  compare(findings: Findings): void {
    for (const table of this.#tables) {
      for (const row of table.differing.iterate()) {
        name(findings, table, row, row.missing === 1n ? "It is missing." : differenceOf(table, row));
      }
      for (const row of table.surplus.iterate()) {
        name(findings, table, row, "Re-execution of the log yields no such row.");
      }
      if (findings.isFull) return;
    }
  }
}

function name(findings: Findings, table: Table, row: Row, problem: string): void {
  const key = table.keys.map((column) => shown(row[`key_${column}`]));
  const place = `state.db ${table.name} (${key.join(", ")})`;
  const index = typeof row.entry === "bigint" ? Number(row.entry) : 0;
  const isEntry = Number.isSafeInteger(index) && index > 0;
  findings.add(place, problem, isEntry ? LogIndex(index) : undefined);
}

function differenceOf(table: Table, row: Row): string {
  const columns = table.values.filter((name) => row[`differs_${name}`] === 1n);
  return `Its ${columns.join(" and ")} ${columns.length > 1 ? "differ" : "differs"} from what re-execution of the log yields.`;
}

function tableOf(db: DatabaseSync, name: string, floor: number): Table {
  const columns = db.prepare(`PRAGMA main.table_info(${name})`).all();
  const named = (isKey: boolean) =>
    columns.filter(({ pk }) => (pk !== 0) === isKey).map((column) => text(column.name));
  const keys = named(true);
  const values = named(false);
  const shownOf = (side: string) => [
    ...keys.map((key) => `${side}.${key} AS key_${key}`),
    ...["idx"].filter((column) => [...keys, ...values].includes(column)).map(() => `${side}.idx AS entry`),
  ];
  const same = keys.map((key) => `actual.${key} = expected.${key}`).join(" AND ");
  const missing = `actual.${keys[0]} IS NULL`;
  const differs = values.map((value) => `actual.${value} IS NOT expected.${value}`);
  const flags = values.map((value, at) => `${differs[at]} AS differs_${value}`);
  const pruned = leftOut(name, floor);
  const order = (side: string) => keys.map((key) => `${side}.${key}`).join(", ");
  const differing = `SELECT ${[...shownOf("expected"), `${missing} AS missing`, ...flags].join(", ")}
    FROM main.${name} AS expected LEFT JOIN actual.${name} AS actual ON ${same}
    WHERE (${[missing, ...differs].join(" OR ")}) AND NOT (${pruned?.differing(floor, missing) ?? "FALSE"}) ORDER BY ${order("expected")} LIMIT ${ROWS_NAMED_MAX}`;
  const surplus = `SELECT ${shownOf("actual").join(", ")} FROM actual.${name} AS actual
    WHERE NOT EXISTS (SELECT 1 FROM main.${name} AS expected WHERE ${same})
    AND NOT (${pruned?.surplus(floor) ?? "FALSE"})
    ORDER BY ${order("actual")} LIMIT ${ROWS_NAMED_MAX}`;
  return { name, keys, values, differing: prepareWide(db, differing), surplus: prepareWide(db, surplus) };
}
