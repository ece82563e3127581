// The entries of a log whose payload is missing, as an audit came by them: in the private database of the expected state,
// so that an audit that is stopped and gone on with still knows them.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { assert, type Hash, LogIndex } from "@juno/base";
import { decodeRedactedBody, type Entry } from "@juno/proof";
import { hashOf, integer } from "../store/column.ts";

export type RedactedId = { readonly index: LogIndex; readonly id: Hash };

export class RedactedEntries {
  readonly #put: StatementSync;
  readonly #all: StatementSync;
  readonly #last: StatementSync;
  readonly #at: StatementSync;

  constructor(db: DatabaseSync) {
    db.exec(
      "CREATE TABLE IF NOT EXISTS main.redacted_entries (idx INTEGER PRIMARY KEY, id BLOB NOT NULL) STRICT",
    );
    this.#put = db.prepare("INSERT INTO main.redacted_entries VALUES (?, ?)");
    this.#all = db.prepare("SELECT idx, id FROM main.redacted_entries ORDER BY idx");
    this.#last = db.prepare("SELECT max(idx) AS last FROM main.redacted_entries");
    this.#at = db.prepare("SELECT 1 FROM main.redacted_entries WHERE idx = ?");
  }

  note(entry: Entry): void {
    const body = decodeRedactedBody(entry.body);
    assert(body.ok, "it is noted because it is redacted");
    this.#put.run(entry.index, body.value.id);
  }

  *all(): Generator<RedactedId> {
    for (const { idx, id } of this.#all.iterate()) yield { index: LogIndex(integer(idx)), id: hashOf(id) };
  }

  has(index: number): boolean {
    return this.#at.get(index) !== undefined;
  }

  /** 0 if there is none. */
  get last(): LogIndex {
    const last = this.#last.get()?.last;
    return LogIndex(last === null ? 0 : integer(last));
  }
}
