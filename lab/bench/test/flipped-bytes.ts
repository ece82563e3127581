// Flips one byte at a place of a file, by chance; and tells whether a database still says the same, for
// a byte that no table is made of may be any other.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Prng } from "@juno/base";

/** Flips some bits of one byte of a file; where. */
export function flipByte(path: string, prng: Prng): number {
  const bytes = readFileSync(path);
  const at = prng.below(bytes.length);
  bytes[at]! ^= 1 + prng.below(255);
  writeFileSync(path, bytes);
  return at;
}

/** A digest of all rows of all tables; undefined if SQLite cannot read them. */
export function contentOf(path: string): string | undefined {
  const hash = createHash("sha256");
  try {
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      for (const { name, sql } of db.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all()) {
        hash.update(`${name} ${sql}\n`);
        if (sql === null) continue;
        const rows = db.prepare(`SELECT * FROM "${String(name)}"`);
        rows.setReadBigInts(true);
        for (const row of rows.iterate()) hash.update(spelled(row));
      }
      return hash.digest("hex");
    } finally {
      db.close();
    }
  } catch {
    return undefined;
  }
}

function spelled(row: Readonly<Record<string, unknown>>): string {
  const columns = Object.values(row).map((value) => {
    if (value instanceof Uint8Array) return `x${Buffer.from(value).toString("hex")}`;
    return `${typeof value} ${String(value)}`;
  });
  return `${columns.join("\u0000")}\n`;
}
