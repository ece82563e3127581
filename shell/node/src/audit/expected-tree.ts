// The state tree as re-execution yields it, page by page, and what its pages were at the last
// checkpoint: tables `tree` and `tree_before` of the expected state. When rows are folded in follows
// from the log alone: at a checkpoint, and whenever FOLDED_ROWS of them wait.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Hash, Sha256 } from "@juno/base";
import { type Applied, type RowAddress, type RowChange, StateCommitment } from "@juno/ledger";
import type { StatePages } from "@juno/proof";
import { blob } from "../store/column.ts";
import { FOLDED_ROWS } from "../store/state/schema.ts";

export class ExpectedTree implements StatePages {
  readonly #sha256: Sha256;
  readonly #page: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #putBefore: StatementSync;
  readonly #forget: StatementSync;
  readonly #commitment: StateCommitment;
  #setsAside = true;

  constructor(parts: {
    readonly db: DatabaseSync;
    readonly sha256: Sha256;
    readonly row: (address: RowAddress) => Uint8Array | undefined;
  }) {
    const { db } = parts;
    this.#sha256 = parts.sha256;
    this.#page = db.prepare("SELECT page FROM main.tree WHERE place = ?");
    this.#put = db.prepare("INSERT OR REPLACE INTO main.tree VALUES (?, ?)");
    this.#remove = db.prepare("DELETE FROM main.tree WHERE place = ?");
    this.#putBefore = db.prepare("INSERT OR IGNORE INTO main.tree_before VALUES (?, ?)");
    this.#forget = db.prepare("DELETE FROM main.tree_before");
    this.#commitment = new StateCommitment({ pages: this, row: parts.row });
  }

  /** C20: the root after a checkpoint's entry, which makes these changes. */
  root(changes: readonly RowChange[]): Hash {
    this.#forget.run();
    this.#setsAside = false;
    const root = this.#commitment.fold(this.#sha256, changes);
    this.#setsAside = true;
    return root;
  }

  /** Takes in what an entry changed, after its rows are stored; whether the tree holds them. */
  holds({ stateRoot, changes }: Pick<Applied, "stateRoot" | "changes">): boolean {
    if (stateRoot !== undefined) return true;
    this.#commitment.note(changes);
    if (this.#commitment.noted < FOLDED_ROWS) return false;
    this.#commitment.fold(this.#sha256);
    return true;
  }

  read(place: Uint8Array): Uint8Array | undefined {
    const row = this.#page.get(place);
    return row === undefined ? undefined : blob(row.page);
  }

  write(place: Uint8Array, page: Uint8Array | undefined): void {
    if (this.#setsAside) this.#putBefore.run(place, this.read(place) ?? null);
    if (page === undefined) this.#remove.run(place);
    else this.#put.run(place, page);
  }
}
