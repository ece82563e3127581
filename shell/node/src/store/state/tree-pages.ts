// The pages of the state tree in state.db. Rows go into the tree in between checkpoints too, so what a
// page was at the last checkpoint is set aside when it is first changed after it: proofs lead to the
// root that a checkpoint's receipt states. Invariant: the set-aside pages and the others are the tree then.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { StatePages } from "@juno/proof";
import { blob } from "../column.ts";
import type { CheckpointedPages } from "./state-cache.ts";

export class TreePages implements CheckpointedPages {
  readonly #page: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #setAside: StatementSync;
  readonly #forget: StatementSync;
  /** Whether a checkpoint is being made: nothing after it is asked for before it. */
  #atCheckpoint = false;

  constructor(db: DatabaseSync) {
    this.#page = db.prepare("SELECT page FROM tree WHERE place = ?");
    this.#put = db.prepare("INSERT OR REPLACE INTO tree VALUES (?, ?)");
    this.#remove = db.prepare("DELETE FROM tree WHERE place = ?");
    this.#setAside = db.prepare(
      "INSERT OR IGNORE INTO tree_before VALUES (?1, (SELECT page FROM tree WHERE place = ?1))",
    );
    this.#forget = db.prepare("DELETE FROM tree_before");
  }

  checkpoint<T>(work: () => T): T {
    this.#forget.run();
    this.#atCheckpoint = true;
    const result = work();
    this.#atCheckpoint = false;
    return result;
  }

  read(place: Uint8Array): Uint8Array | undefined {
    const row = this.#page.get(place);
    return row === undefined ? undefined : blob(row.page);
  }

  write(place: Uint8Array, page: Uint8Array | undefined): void {
    if (!this.#atCheckpoint) this.#setAside.run(place);
    if (page === undefined) this.#remove.run(place);
    else this.#put.run(place, page);
  }
}

/** The tree as it was at the last checkpoint. */
export class CheckpointPages implements StatePages {
  readonly #before: StatementSync;
  readonly #page: StatementSync;

  constructor(db: DatabaseSync) {
    this.#before = db.prepare("SELECT page FROM tree_before WHERE place = ?");
    this.#page = db.prepare("SELECT page FROM tree WHERE place = ?");
  }

  read(place: Uint8Array): Uint8Array | undefined {
    const row = this.#before.get(place) ?? this.#page.get(place);
    return row === undefined || row.page === null ? undefined : blob(row.page);
  }

  write(): never {
    throw new Error("what was at a checkpoint does not change");
  }
}
