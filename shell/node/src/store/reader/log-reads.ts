// Reads of log.db on a connection that cannot write. Every read is one short statement, run to its
// end or given up, so none holds the write-ahead log back.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Hash } from "@juno/base";
import type { Floor } from "@juno/consensus";
import { decodeEpochLink, type Entry, type EntryHeader, type EpochLink } from "@juno/proof";
import type { StoredEvidence } from "@juno/runtime";
import { blob, hashOf, integer } from "../column.ts";
import { damaged, guarded, openForReading } from "../database.ts";
import { FIND_FLOOR, floorOf } from "../log/floor.ts";
import { ENTRY_COLUMNS, entryOf, HEADER_COLUMNS, headerOfRow } from "../log/stored-entry.ts";
import { evidenceOfRow } from "../log/stored-evidence.ts";

export class LogReads {
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #entries: StatementSync;
  readonly #headers: StatementSync;
  readonly #hash: StatementSync;
  readonly #commitProof: StatementSync;
  readonly #evidence: StatementSync;
  readonly #floor: StatementSync;

  constructor(file: string) {
    this.#file = file;
    this.#db = openForReading(file);
    const prepare = (sql: string): StatementSync => guarded(file, () => this.#db.prepare(sql));
    this.#entries = prepare(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE idx BETWEEN ? AND ? ORDER BY idx`);
    this.#headers = prepare(`SELECT ${HEADER_COLUMNS} FROM entries WHERE idx BETWEEN ? AND ? ORDER BY idx`);
    this.#hash = prepare("SELECT hash FROM entries WHERE idx = ?");
    this.#commitProof = prepare(
      "SELECT bytes FROM commit_proofs WHERE idx BETWEEN ? AND ? ORDER BY idx LIMIT 1",
    );
    this.#floor = prepare(FIND_FLOOR);
    this.#evidence = prepare("SELECT * FROM evidence WHERE id >= ? ORDER BY id LIMIT ?");
  }

  /** Runs reads that must see one log. */
  atOnce<T>(work: () => T): T {
    return guarded(this.#file, () => {
      this.#db.exec("BEGIN");
      try {
        return work();
      } finally {
        this.#db.exec("COMMIT");
      }
    });
  }

  /** Entries `from..to`, ascending; as many as have `bytesMax` bytes of bodies together, at least one. */
  entries(range: { from: number; to: number; bytesMax: number }): Entry[] {
    return guarded(this.#file, () => {
      const entries: Entry[] = [];
      let bytes = 0;
      for (const row of this.#entries.iterate(range.from, range.to)) {
        const entry = entryOf(row);
        bytes += entry.body.length;
        if (entries.length > 0 && bytes > range.bytesMax) break;
        entries.push(entry);
      }
      return entries;
    });
  }

  /** Headers `from..to`, as far as there are entries. */
  headers(range: { from: number; to: number }): EntryHeader[] {
    return guarded(this.#file, () => this.#headers.all(range.from, range.to).map(headerOfRow));
  }

  /** E56: the links to all epochs that are known, in their order. */
  links(): EpochLink[] {
    return guarded(this.#file, () => {
      return this.#db
        .prepare("SELECT bytes FROM epochs ORDER BY epoch")
        .all()
        .map(({ bytes }) => {
          const link = decodeEpochLink(blob(bytes));
          if (!link.ok) throw damaged(this.#file, "a link between epochs is not readable");
          return link.value;
        });
    });
  }

  /** The index of the last entry, 0 if there is none. */
  lastIndex(): number {
    return guarded(this.#file, () => {
      const row = this.#db.prepare("SELECT coalesce(max(idx), 0) AS last FROM entries").get();
      return Math.max(integer(row?.last), this.floor()?.index ?? 0);
    });
  }

  hashAt(index: number): Hash | undefined {
    return guarded(this.#file, () => {
      const row = this.#hash.get(index);
      if (row !== undefined) return hashOf(row.hash);
      const floor = this.floor();
      return floor?.index === index ? floor.hash : undefined;
    });
  }

  /** The point that the entries go on from; undefined while they go back to the genesis. */
  floor(): Floor | undefined {
    return guarded(this.#file, () => floorOf(this.#floor.get()));
  }

  /** The encoded commit proof with the lowest index in the range. */
  commitProof(range: { from: number; to: number }): Uint8Array | undefined {
    return guarded(this.#file, () => {
      const row = this.#commitProof.get(range.from, range.to);
      return row === undefined ? undefined : blob(row.bytes);
    });
  }

  /** Evidence numbered `from` and up; as much as has `bytesMax` bytes together, at least one. */
  evidence(range: { from: number; limit: number; bytesMax: number }): StoredEvidence[] {
    return guarded(this.#file, () => {
      const found: StoredEvidence[] = [];
      let bytes = 0;
      for (const row of this.#evidence.iterate(range.from, range.limit)) {
        const evidence = evidenceOfRow(row);
        bytes += evidence.bytes.length;
        if (found.length > 0 && bytes > range.bytesMax) break;
        found.push(evidence);
      }
      return found;
    });
  }

  close(): void {
    this.#db.close();
  }
}
