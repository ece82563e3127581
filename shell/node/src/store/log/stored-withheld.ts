// That a voter is still to be told whether it has spoken in the epoch that it has entered (S18): a table of log.db that
// is there as long as it waits. A checksum keeps a damaged row from being taken for another epoch's.

import type { DatabaseSync } from "node:sqlite";
import { Epoch, equalBytes, type Hash, taggedHash, Writer } from "@juno/base";
import { sha256 } from "../../crypto/sodium.ts";
import { blob, ContentError, integer } from "../column.ts";
import { WITHHELD_SCHEMA } from "./schema.ts";

const checksumOf = (epoch: number): Hash =>
  taggedHash(sha256, "log-withheld", new Writer(8).u64(epoch).finish());

/** In the caller's transaction. Without an epoch the seat is taken, or another epoch is entered with it. */
export function saveWithheld(db: DatabaseSync, epoch: Epoch | undefined): void {
  db.exec("DROP TABLE IF EXISTS withheld");
  if (epoch === undefined) return;
  db.exec(WITHHELD_SCHEMA);
  db.prepare("INSERT INTO withheld VALUES (?, ?)").run(epoch, checksumOf(epoch));
}

/** The epoch in which the seat is withheld. Throws ContentError for a table that no node wrote. */
export function loadWithheld(db: DatabaseSync): Epoch | undefined {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'withheld'").get() === undefined) return undefined;
  const row = db.prepare("SELECT epoch, checksum FROM withheld").get();
  const epoch = row === undefined ? undefined : integer(row.epoch);
  if (row === undefined || epoch === undefined || !equalBytes(blob(row.checksum), checksumOf(epoch)))
    throw new ContentError(
      "the epoch in which the node is to be told of its words does not match its checksum",
    );
  return Epoch(epoch);
}
