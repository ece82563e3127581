// The form of a database: SQLite's own check of its pages, and tables that are exactly those a node
// makes. A trigger, a view or a changed table could make a running node do what the rows do not show.

import { DatabaseSync } from "node:sqlite";
import { text } from "../store/column.ts";
import { LOG_FORMAT } from "../store/log/schema.ts";
import type { Findings } from "./findings.ts";

const SCHEMA = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name";

function objectsOf(db: DatabaseSync): Map<string, string> {
  const rows = db.prepare(SCHEMA).all();
  return new Map(rows.map(({ type, name, sql }) => [`${text(type)} ${text(name)}`, text(sql)]));
}

/** Names what is missing, altered or there in excess; returns whether every table is as it should be. */
export function auditSchema(
  db: DatabaseSync,
  expected: {
    readonly file: "log.db" | "state.db";
    readonly schema: string;
    /** What is made at times only. */
    readonly passing?: string;
  },
  findings: Findings,
): boolean {
  const should = objectsMadeBy(expected.schema);
  const may = objectsMadeBy(expected.passing ?? "");
  const is = objectsOf(db);
  let isSound = true;
  const refuse = (name: string, problem: string): void => {
    isSound = false;
    findings.add(`${expected.file} schema (${name})`, problem);
  };
  for (const [name, sql] of should) {
    if (!is.has(name)) refuse(name, "It is missing.");
    else if (is.get(name) !== sql) refuse(name, "It is not made as a node makes it.");
  }
  for (const [name, sql] of is) {
    if (!should.has(name) && may.get(name) !== sql) refuse(name, "No node makes it.");
  }
  return isSound;
}

function objectsMadeBy(schema: string): Map<string, string> {
  const model = new DatabaseSync(":memory:");
  model.exec(schema);
  const objects = objectsOf(model);
  model.close();
  return objects;
}

/** The format of a log.db that an earlier program made: its tables are others, and nothing is wrong with them. */
export function olderFormat(db: DatabaseSync): number | undefined {
  const hasMeta = objectsOf(db).has("table meta");
  const format = hasMeta ? db.prepare("SELECT format FROM meta").get()?.format : undefined;
  return typeof format === "number" && format > 0 && format < LOG_FORMAT ? format : undefined;
}

/** SQLite's check that pages, rows and indexes are whole. Reads the whole file. */
export function auditPages(db: DatabaseSync, file: "log.db" | "state.db", findings: Findings): void {
  const found = db.prepare("PRAGMA integrity_check(1)").get()?.integrity_check;
  if (found !== "ok")
    findings.add(file, `SQLite finds it damaged: ${String(found).replaceAll(/\s+/g, " ")}.`);
}
