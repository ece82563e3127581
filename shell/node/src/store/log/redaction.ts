// Replacing bodies in log.db so that nothing of them is left (C22). A redacted body is written over the whole one, with zeros
// up to its length: SQLite then overwrites the very bytes, on the pages where they are, and moves no neighbour about whose
// copy could be left behind. The space comes back when the log is pruned. Then the write-ahead log, which may still hold
// pages as they were, is emptied.

import type { DatabaseSync } from "node:sqlite";
import { assert, LogIndex, type Reader, type Writer } from "@juno/base";
import { REDACTED_BODY_BYTES } from "@juno/proof";
import type { RedactedEntryBody } from "@juno/runtime";
import { integer } from "../column.ts";
import { loadFloor } from "./floor.ts";

/** More than anybody replaces at once. */
const BODIES_MAX = 65_536;

export const writeRedacted = (writer: Writer, { index, body }: RedactedEntryBody): Writer =>
  writer.u64(index).bytes(body);

export const readRedacted = (reader: Reader): RedactedEntryBody[] =>
  reader.list(BODIES_MAX, (r) => ({ index: LogIndex(r.u64()), body: r.bytes(REDACTED_BODY_BYTES) }));

/** Within a transaction. */
export function overwriteBodies(db: DatabaseSync, bodies: readonly RedactedEntryBody[]): void {
  const lengthOf = db.prepare(
    "SELECT length(body) AS length FROM entries WHERE idx = ? AND kind = 'command'",
  );
  const overwrite = db.prepare("UPDATE entries SET body = ? WHERE idx = ?");
  const floor = loadFloor(db)?.index ?? 0;
  for (const { index, body } of bodies) {
    const row = lengthOf.get(index);
    // What was pruned meanwhile is gone anyway.
    if (row === undefined && index <= floor) continue;
    const length = integer(row?.length);
    assert(length >= body.length, "a redacted body is shorter than the whole one");
    const padded = new Uint8Array(length);
    padded.set(body);
    overwrite.run(padded, index);
  }
}
