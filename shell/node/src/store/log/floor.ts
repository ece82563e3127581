// The point that the entries of log.db go on from, when those below it are gone: a snapshot holds the state
// after it. Its hash is what the first entry is chained onto, so nothing else need vouch for it.

import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { Epoch, LogIndex, type Reader, Term, type Writer } from "@juno/base";
import type { Floor } from "@juno/consensus";
import { readPoint, writePoint } from "@juno/proof";
import { hashOf, integer } from "../column.ts";

export const FIND_FLOOR = "SELECT idx, hash, epoch, term, time FROM floor";

/** Undefined while the log goes back to the genesis. */
export const loadFloor = (db: DatabaseSync): Floor | undefined => floorOf(db.prepare(FIND_FLOOR).get());

export function floorOf(row: Record<string, SQLOutputValue> | undefined): Floor | undefined {
  if (row === undefined) return undefined;
  return {
    index: LogIndex(integer(row.idx)),
    hash: hashOf(row.hash),
    epoch: Epoch(integer(row.epoch)),
    term: Term(integer(row.term)),
    time: integer(row.time),
  };
}

export function saveFloor(db: DatabaseSync, { index, hash, epoch, term, time }: Floor): void {
  db.prepare("INSERT OR REPLACE INTO floor VALUES (1, ?, ?, ?, ?, ?)").run(index, hash, epoch, term, time);
}

export const writeFloor = (writer: Writer, floor: Floor): Writer =>
  writePoint(writer, floor).u64(floor.epoch).u64(floor.term).u64(floor.time);

export const readFloor = (reader: Reader): Floor => ({
  ...readPoint(reader),
  epoch: Epoch(reader.u64()),
  term: Term(reader.u64()),
  time: reader.u64(),
});
