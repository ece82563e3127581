// The point that the entries of log.db go on from, when those below it are gone: a snapshot holds the state
// after it. Its hash is what the first entry is chained onto, so nothing else need vouch for it.

import type { DatabaseSync } from "node:sqlite";
import { LogIndex, Term } from "@juno/base";
import type { Floor } from "@juno/consensus";
import { hashOf, integer } from "../column.ts";

/** Undefined while the log goes back to the genesis. */
export function loadFloor(db: DatabaseSync): Floor | undefined {
  const row = db.prepare("SELECT idx, hash, term, time FROM floor").get();
  if (row === undefined) return undefined;
  return {
    index: LogIndex(integer(row.idx)),
    hash: hashOf(row.hash),
    term: Term(integer(row.term)),
    time: integer(row.time),
  };
}

export function saveFloor(db: DatabaseSync, { index, hash, term, time }: Floor): void {
  db.prepare("INSERT OR REPLACE INTO floor VALUES (1, ?, ?, ?, ?)").run(index, hash, term, time);
}
