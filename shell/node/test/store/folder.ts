// Data folders for tests, and the hand of somebody who alters a database.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

const folders: string[] = [];

export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "juno-store-"));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

/** Runs one statement on a database that no process has open. */
export function alter(file: string, sql: string, ...values: SQLInputValue[]): void {
  const db = new DatabaseSync(file);
  db.prepare(sql).run(...values);
  db.close();
}

export function numberIn(file: string, sql: string): number {
  const db = new DatabaseSync(file);
  const row = db.prepare(sql).get();
  db.close();
  return Number(Object.values(row ?? {})[0]);
}
