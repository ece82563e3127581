// Makes the snapshot of a checkpoint (C21) while entries above it are applied: chunk by chunk, each a
// short transaction, from rows as they were at the checkpoint. The files are complete, and synced, when
// the manifest is there. Invariant: what a chunk holds follows from the checkpoint alone.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { assert, type Hash } from "@juno/base";
import { ChunkWriter, type CommandStatus, compareAddress, type RowAddress } from "@juno/ledger";
import { type ChunkDigest, type Entry, encodeManifest, snapshotHash } from "@juno/proof";
import type { MadeSnapshot } from "@juno/runtime";
import { sha256 } from "../../crypto/sodium.ts";
import { blob, hashOf, integer, text } from "../column.ts";
import type { SnapshotFolder } from "../snapshot/snapshot-folder.ts";
import { type Draft, decodeDraft, encodeDraft } from "./snapshot-draft.ts";
import { SnapshotRows } from "./snapshot-rows.ts";

/** Below every address. */
const FIRST: RowAddress = { module: "", table: "", key: "" };

export class SnapshotMaker {
  readonly #db: DatabaseSync;
  readonly #network: Hash;
  readonly #folder: SnapshotFolder;
  readonly #rows: SnapshotRows;
  readonly #ids: StatementSync;
  readonly #save: StatementSync;
  readonly #ended: () => void;
  #draft: Draft | undefined;

  constructor(parts: {
    readonly db: DatabaseSync;
    readonly network: Hash;
    readonly folder: SnapshotFolder;
    /** Nothing is kept for the snapshot any more; called within the transaction that ends it. */
    readonly ended: () => void;
  }) {
    const { db } = parts;
    this.#db = db;
    this.#network = parts.network;
    this.#folder = parts.folder;
    this.#ended = parts.ended;
    this.#rows = new SnapshotRows(db);
    this.#ids = db.prepare(
      `SELECT spent.expires AS expires, spent.id AS id, idx, status FROM spent JOIN commands ON commands.id = spent.id
       WHERE (spent.expires, spent.id) > (?, ?) AND idx <= ? ORDER BY spent.expires, spent.id`,
    );
    this.#save = db.prepare("INSERT OR REPLACE INTO snapshot VALUES (1, ?)");
    const row = db.prepare("SELECT draft FROM snapshot").get();
    this.#draft = row === undefined ? undefined : decodeDraft(blob(row.draft));
  }

  get isMaking(): boolean {
    return this.#draft !== undefined;
  }

  /** Ids whose expiry is at or after this time are still needed; milliseconds, infinite if none is. */
  get idsNeededFrom(): number {
    return this.#draft?.time ?? Number.POSITIVE_INFINITY;
  }

  /** In the transaction of the checkpoint, once its rows are stored. One at a time: a late one is left out. */
  begin(entry: Entry, outcome: { readonly stateRoot: Hash; readonly peaks: readonly Hash[] }): void {
    if (this.#draft !== undefined) return;
    const { epoch, index, hash, term, time } = entry;
    const counted = { rows: 0, ids: 0, chunks: [], cursor: { kind: "rows" as const, above: FIRST } };
    this.#keep({ network: this.#network, epoch, index, hash, term, time, ...outcome, ...counted });
  }

  /** To be called before a row changes. */
  setAside(address: RowAddress): void {
    const cursor = this.#draft?.cursor;
    if (cursor?.kind === "rows" && compareAddress(address, cursor.above) > 0) this.#rows.setAside(address);
  }

  /** Makes the next chunk, in a transaction of its own; what came of it if it was the last. */
  advance(): MadeSnapshot | undefined {
    assert(this.#draft !== undefined, "a snapshot is being made");
    const draft = this.#draft;
    this.#db.exec("BEGIN IMMEDIATE");
    const next = draft.cursor.kind === "rows" ? this.#makeRows(draft) : this.#makeIds(draft);
    const made = next === undefined ? this.#finish(draft) : undefined;
    if (next !== undefined) this.#keep(next);
    else this.#db.exec("DELETE FROM snapshot");
    this.#draft = next;
    if (next === undefined) this.#ended();
    this.#db.exec("COMMIT");
    return made;
  }

  #keep(draft: Draft): void {
    this.#save.run(encodeDraft(draft));
    this.#draft = draft;
  }

  #makeRows(draft: Draft): Draft {
    assert(draft.cursor.kind === "rows", "rows come first");
    const chunk = new ChunkWriter("rows");
    let last: RowAddress | undefined;
    for (const row of this.#rows.above(draft.cursor.above)) {
      chunk.row(row);
      last = row;
      if (chunk.isFull) break;
    }
    const chunks = this.#store(draft, chunk);
    const rows = draft.rows + chunk.count;
    if (last === undefined || !chunk.isFull) {
      this.#rows.passedAll();
      // The least id above which all ids are that count: those whose expiry log time has not passed.
      return { ...draft, rows, chunks, cursor: { kind: "ids", expires: draft.time, id: new Uint8Array(0) } };
    }
    this.#rows.passed(last);
    const { module, table, key } = last;
    return { ...draft, rows, chunks, cursor: { kind: "rows", above: { module, table, key } } };
  }

  /** Undefined if there are no more. */
  #makeIds(draft: Draft): Draft | undefined {
    assert(draft.cursor.kind === "ids", "ids come last");
    const { expires, id } = draft.cursor;
    const chunk = new ChunkWriter("ids");
    let cursor = draft.cursor;
    for (const row of this.#ids.iterate(expires, id, draft.index)) {
      cursor = { kind: "ids", expires: integer(row.expires), id: blob(row.id) };
      const status = text(row.status) as CommandStatus;
      chunk.id({ id: hashOf(row.id), index: integer(row.idx), expires: cursor.expires, status });
      if (chunk.isFull) break;
    }
    if (chunk.count === 0) return undefined;
    return { ...draft, ids: draft.ids + chunk.count, chunks: this.#store(draft, chunk), cursor };
  }

  #store(draft: Draft, chunk: ChunkWriter): readonly ChunkDigest[] {
    if (chunk.count === 0) return draft.chunks;
    const bytes = chunk.finish();
    this.#folder.saveChunk({ index: draft.index, chunk: draft.chunks.length }, bytes);
    return [...draft.chunks, { bytes: bytes.length, hash: sha256(bytes) }];
  }

  /** Before the draft is given up: a crash in between makes the same manifest again. */
  #finish({ cursor: _, ...draft }: Draft): MadeSnapshot {
    const manifest = encodeManifest(draft);
    this.#folder.saveManifest(draft.index, manifest);
    return { index: draft.index, hash: snapshotHash(sha256, manifest) };
  }
}
