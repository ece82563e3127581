// Lets go of entries that a snapshot stands for, and of the proofs of their commits, some at a time, and gives
// the space back to the disk.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Floor } from "@juno/consensus";
import { integer } from "../column.ts";
import { returnSpace } from "../database.ts";
import { loadFloor, saveFloor } from "./floor.ts";

/** Bytes of bodies after which a step takes no further entry: they are overwritten before they are freed. */
const STEP_BYTES = 1024 * 1024;

export class LogPruning {
  readonly #db: DatabaseSync;
  readonly #oldest: StatementSync;
  readonly #dropEntries: StatementSync;
  readonly #dropProofs: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#oldest = db.prepare(
      "SELECT idx, length(body) AS bytes FROM entries WHERE idx <= ? ORDER BY idx LIMIT ?",
    );
    this.#dropEntries = db.prepare("DELETE FROM entries WHERE idx <= ?");
    this.#dropProofs = db.prepare("DELETE FROM commit_proofs WHERE idx < ?");
  }

  /** Within a transaction. Returns whether more is left to do. */
  step(floor: Floor, entriesMax: number): boolean {
    if ((loadFloor(this.#db)?.index ?? 0) < floor.index) saveFloor(this.#db, floor);
    this.#dropProofs.run(floor.index);
    const last = this.#lastOfStep(floor.index, entriesMax);
    if (last !== undefined) this.#dropEntries.run(last);
    const isSpaceLeft = returnSpace(this.#db);
    return (last !== undefined && last < floor.index) || isSpaceLeft;
  }

  #lastOfStep(through: number, entriesMax: number): number | undefined {
    let last: number | undefined;
    let bytes = 0;
    for (const row of this.#oldest.all(through, entriesMax)) {
      if (bytes >= STEP_BYTES) break;
      last = integer(row.idx);
      bytes += integer(row.bytes);
    }
    return last;
  }
}
