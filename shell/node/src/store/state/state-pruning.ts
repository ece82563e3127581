// Lets go of outcomes that a snapshot stands for, with the history of rows and the ids that only they
// answer for, some at a time, and gives the space back to the disk. Of the outcome tree stay the nodes
// that paths of later entries lead through: the peaks of the tree at that point, and all that end above it.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { utf8 } from "@juno/base";
import { receiptChanges } from "@juno/ledger";
import { outcomeLeaf } from "@juno/proof";
import { sha256 } from "../../crypto/sodium.ts";
import { blob, ContentError, hashOf, integer } from "../column.ts";
import { returnSpace } from "../database.ts";

const LEVELS_MAX = 53;
/** Changes of rows, each at a place of its own, after which a step takes no further entry: some 20 ms. */
const STEP_CHANGES = 2_000;

export class StatePruning {
  readonly #db: DatabaseSync;
  readonly #outcomes: StatementSync;
  readonly #forgetChange: StatementSync;
  readonly #forgetCommand: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#outcomes = db.prepare(
      "SELECT idx, id, receipt, receipt_hash, hash FROM outcomes WHERE idx <= ? ORDER BY idx LIMIT ?",
    );
    this.#forgetChange = db.prepare(
      "DELETE FROM history WHERE module = ? AND tbl = ? AND key = ? AND idx = ?",
    );
    // C9: an id that is spent is remembered until its time has passed.
    this.#forgetCommand = db.prepare(`DELETE FROM commands WHERE id = ? AND idx = ?
      AND NOT EXISTS (SELECT 1 FROM spent WHERE spent.expires = commands.expires AND spent.id = commands.id)`);
  }

  /** The index of the oldest outcome that is held; undefined if there is none. */
  get lowest(): number | undefined {
    const row = this.#db.prepare("SELECT min(idx) AS lowest FROM outcomes").get();
    return row === undefined || row.lowest === null ? undefined : integer(row.lowest);
  }

  /** In a transaction of its own. Returns whether more is left to do. */
  step(through: number, entriesMax: number): boolean {
    this.#db.exec("BEGIN IMMEDIATE");
    const isMoreInOutcomes = this.#dropOutcomes(through, entriesMax);
    const isMoreInNodes = this.#dropNodes(through, entriesMax);
    const isSpaceLeft = returnSpace(this.#db);
    this.#db.exec("COMMIT");
    return isMoreInOutcomes || isMoreInNodes || isSpaceLeft;
  }

  #dropOutcomes(through: number, entriesMax: number): boolean {
    let last = 0;
    let changes = 0;
    const rows = this.#outcomes.all(through, entriesMax);
    for (const row of rows) {
      if (changes >= STEP_CHANGES) break;
      last = integer(row.idx);
      changes += this.#dropChanges(last, blob(row.receipt));
      if (row.id !== null) this.#forgetCommand.run(hashOf(row.id), last);
      // The last leaf of a tree of odd size is a peak.
      if (last === through && through % 2 === 1) {
        const hashes = { entryHash: hashOf(row.hash), receiptHash: hashOf(row.receipt_hash) };
        const leaf = outcomeLeaf(sha256, hashes);
        this.#db.prepare("INSERT OR IGNORE INTO nodes VALUES (0, ?, ?)").run(through - 1, leaf);
      }
    }
    this.#db.prepare("DELETE FROM outcomes WHERE idx <= ?").run(last);
    return rows.length > 0 && last < through;
  }

  /** Returns how many rows changed at an entry. */
  #dropChanges(index: number, receipt: Uint8Array): number {
    const changes = receiptChanges(receipt);
    if (!changes.ok) throw new ContentError(`a receipt cannot be read: ${changes.error.detail}`);
    for (const { module, table, key } of changes.value) {
      this.#forgetChange.run(module, table, utf8(key), index);
    }
    return changes.value.length;
  }

  #dropNodes(through: number, nodesMax: number): boolean {
    const lowest = this.#db.prepare("SELECT min(position) AS lowest FROM nodes WHERE level = ?");
    const drop = this.#db.prepare("DELETE FROM nodes WHERE level = ? AND position < ?");
    let isMore = false;
    for (let level = 0; level < LEVELS_MAX && 2 ** level <= through; level++) {
      const complete = Math.floor(through / 2 ** level);
      const end = complete % 2 === 1 ? complete - 1 : complete;
      const row = lowest.get(level);
      if (row === undefined || row.lowest === null) continue;
      const from = integer(row.lowest);
      if (from >= end) continue;
      drop.run(level, Math.min(end, from + nodesMax));
      isMore ||= from + nodesMax < end;
    }
    return isMore;
  }
}
