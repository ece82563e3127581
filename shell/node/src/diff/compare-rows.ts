// Compares the rows of two state.db as they were after one entry (P43). Where one has applied more, what its later entries
// changed is taken back by its own receipts (C13: with before and after exchanged a diff leads back), in a private
// database of this comparison, so that nothing but one row of each is held in memory.

import { DatabaseSync, type StatementSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { compareBytes, compareText, equalBytes, parseUtf8, utf8 } from "@juno/base";
import { receiptChanges } from "@juno/ledger";
import { blob, ContentError, integer, text } from "../store/column.ts";
import { cut, type RowDifference, type RowsReport } from "./diff-report.ts";

const SIDES = ["a", "b"] as const;
type Side = (typeof SIDES)[number];

/** Rows that are named; what differs beyond them is counted. */
const ROWS_NAMED_MAX = 20;
/** Rows between two looks at whether somebody waits for the end. */
const STEP_ROWS = 4_096;

type StoredRow = {
  readonly module: string;
  readonly table: string;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
};

export type RowsRequest = Readonly<Record<Side, { readonly file: string; readonly applied: number }>> & {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
};

export function compareRows(request: RowsRequest): RowsReport {
  // The empty name: a private database, on disk only as far as it does not fit into its cache.
  const db = new DatabaseSync("");
  try {
    for (const side of SIDES) {
      db.prepare(`ATTACH ? AS ${side}`).run(`${pathToFileURL(request[side].file).href}?mode=ro`);
    }
    db.exec("BEGIN");
    return compared(db, request);
  } finally {
    db.close();
  }
}

function compared(db: DatabaseSync, { a, b, signal, onProgress }: RowsRequest): RowsReport {
  const at = Math.min(a.applied, b.applied);
  for (const side of SIDES) {
    const problem = takeBack(db, side, at);
    if (problem !== undefined) return { kind: "skipped", because: problem };
  }
  const history = Object.fromEntries(SIDES.map((side) => [side, lastChange(db, side)])) as Record<
    Side,
    StatementSync
  >;
  const [left, right] = [rowsOf(db, "a"), rowsOf(db, "b")];
  const total = onProgress === undefined ? 0 : countOf(db);
  const named: RowDifference[] = [];
  let [rows, differing] = [0, 0];
  let [one, other] = [left.next().value, right.next().value];
  while (one !== undefined || other !== undefined) {
    const order = compareRowsAt(one, other);
    const [inA, inB] = [order <= 0 ? one : undefined, order >= 0 ? other : undefined];
    const isSame = inA !== undefined && inB !== undefined && equalBytes(inA.value, inB.value);
    if (!isSame) {
      differing += 1;
      if (named.length < ROWS_NAMED_MAX) named.push(difference(history, { a: inA, b: inB }, at));
    }
    if (order <= 0) one = left.next().value;
    if (order >= 0) other = right.next().value;
    rows += 1;
    if (rows % STEP_ROWS === 0) {
      signal?.throwIfAborted();
      onProgress?.(rows, Math.max(rows, total));
    }
  }
  return { kind: "compared", at, rows, differing, named };
}

/** Fills `main.back_<side>` with the rows that entries above `at` changed, as they were before. */
function takeBack(db: DatabaseSync, side: Side, at: number): string | undefined {
  db.exec(`CREATE TABLE main.back_${side} (module TEXT NOT NULL, tbl TEXT NOT NULL, key BLOB NOT NULL, value BLOB,
    PRIMARY KEY (module, tbl, key)) STRICT, WITHOUT ROWID`);
  const put = db.prepare(`INSERT OR IGNORE INTO main.back_${side} VALUES (?, ?, ?, ?)`);
  const receipts = db.prepare(`SELECT idx, receipt FROM ${side}.outcomes WHERE idx > ? ORDER BY idx`);
  const applied = integer(db.prepare(`SELECT idx FROM ${side}.meta`).get()?.idx);
  let expected = at + 1;
  for (const row of receipts.iterate(at)) {
    const index = integer(row.idx);
    if (index !== expected) break;
    const changes = receiptChanges(blob(row.receipt));
    if (!changes.ok) throw new ContentError(`the receipt of entry ${index} cannot be read`);
    for (const { module, table, key, before } of changes.value) {
      put.run(module, table, utf8(key), before ?? null);
    }
    expected += 1;
  }
  if (expected > applied) return undefined;
  return `${side.toUpperCase()} does not hold the receipt of entry ${expected}, which it would take to know its rows as they were after entry ${at}`;
}

function* rowsOf(db: DatabaseSync, side: Side): Generator<StoredRow, undefined> {
  const isBack = db.prepare(`SELECT 1 FROM main.back_${side} LIMIT 1`).get() !== undefined;
  const columns = "module, tbl, key, value";
  const same = "back.module = held.module AND back.tbl = held.tbl AND back.key = held.key";
  const taken = `SELECT ${columns} FROM ${side}.rows AS held
    WHERE NOT EXISTS (SELECT 1 FROM main.back_${side} AS back WHERE ${same})
    UNION ALL SELECT ${columns} FROM main.back_${side} WHERE value IS NOT NULL`;
  const select = isBack ? taken : `SELECT ${columns} FROM ${side}.rows`;
  for (const row of db.prepare(`${select} ORDER BY 1, 2, 3`).iterate()) {
    yield { module: text(row.module), table: text(row.tbl), key: blob(row.key), value: blob(row.value) };
  }
  return undefined;
}

const countOf = (db: DatabaseSync): number =>
  integer(
    db.prepare("SELECT max((SELECT count(*) FROM a.rows), (SELECT count(*) FROM b.rows)) AS n").get()?.n,
  );

/** Who has no row comes last. */
function compareRowsAt(a: StoredRow | undefined, b: StoredRow | undefined): number {
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return compareText(a.module, b.module) || compareText(a.table, b.table) || compareBytes(a.key, b.key);
}

const lastChange = (db: DatabaseSync, side: Side): StatementSync =>
  db.prepare(
    `SELECT max(idx) AS idx FROM ${side}.history WHERE module = ? AND tbl = ? AND key = ? AND idx <= ?`,
  );

function difference(
  history: Readonly<Record<Side, StatementSync>>,
  { a, b }: { readonly a: StoredRow | undefined; readonly b: StoredRow | undefined },
  at: number,
): RowDifference {
  const { module, table, key } = (a ?? b)!;
  const changedAt = (side: Side): number | undefined => {
    const row = history[side].get(module, table, key, at);
    return row === undefined || row.idx === null ? undefined : integer(row.idx);
  };
  const shown = (row: StoredRow | undefined): string | undefined =>
    row && cut(parseUtf8(row.value) ?? "no text");
  return {
    ...{ module, table, key: parseUtf8(key) ?? "no text" },
    ...{ a: shown(a), b: shown(b) },
    changedAt: { a: changedAt("a"), b: changedAt("b") },
  };
}
