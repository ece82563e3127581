// The main thread's side of the read thread. One per node, shared by the log store, the executor and
// the ledger reader; it ends when the last of them has left.

import type { Reader } from "@juno/base";
import type { Floor } from "@juno/consensus";
import { type CommitProof, type Entry, readCommitProof } from "@juno/proof";
import type { StoredEvidence } from "@juno/runtime";
import { readFloor } from "../log/floor.ts";
import { ENTRIES_MAX, readStoredEntry } from "../log/stored-entry.ts";
import { readStoredEvidence } from "../log/stored-evidence.ts";
import type { Write } from "../thread/frame.ts";
import { StoreThread } from "../thread/store-thread.ts";
import { READ_REQUEST, STORES, type Store } from "./read-protocol.ts";

/** A reader asks for no more than this at once, whatever it says. */
const BYTES_MAX = 64 * 1024 * 1024;

export class ReadThread {
  readonly #thread: StoreThread;
  #users = 0;

  /** The genesis file's exact bytes are needed by whoever reads what is applied. */
  constructor(options: { readonly folder: string; readonly genesis: Uint8Array | undefined }) {
    const { folder, genesis } = options;
    this.#thread = new StoreThread({
      entry: new URL("./reader-thread.ts", import.meta.url),
      name: "read thread",
      data: genesis === undefined ? { folder } : { folder, genesis },
      failureCode: "disk_failed",
    });
  }

  /** Asks the thread for what ReadThread has no method for. */
  call(kind: number, write?: Write): Promise<Reader> {
    return this.#thread.call(kind, write);
  }

  async entries(range: { from: number; to: number; bytesMax: number }): Promise<readonly Entry[]> {
    const bytesMax = Math.min(range.bytesMax, BYTES_MAX);
    const answer = await this.#thread.call(READ_REQUEST.entries, (writer) =>
      writer.u64(range.from).u64(range.to).u64(bytesMax),
    );
    return answer.list(ENTRIES_MAX, readStoredEntry);
  }

  async floor(): Promise<Floor | undefined> {
    const answer = await this.#thread.call(READ_REQUEST.floor);
    return answer.option(readFloor);
  }

  async commitProof(range: { from: number; to: number }): Promise<CommitProof | undefined> {
    const answer = await this.#thread.call(READ_REQUEST.commitProof, (writer) =>
      writer.u64(range.from).u64(range.to),
    );
    return answer.option(readCommitProof);
  }

  async evidence(range: {
    from: number;
    limit: number;
    bytesMax: number;
  }): Promise<readonly StoredEvidence[]> {
    const answer = await this.#thread.call(READ_REQUEST.evidence, (writer) =>
      writer.u64(range.from).u64(range.limit).u64(Math.min(range.bytesMax, BYTES_MAX)),
    );
    return answer.list(ENTRIES_MAX, readStoredEvidence);
  }

  /** Moves what it can from a write-ahead log into its file, and syncs it; false if another thread is at that. */
  async fold(store: Store): Promise<boolean> {
    const answer = await this.#thread.call(READ_REQUEST.fold, (writer) => writer.u8(STORES.indexOf(store)));
    return answer.bool();
  }

  /** To be called once by each user, which later leaves. */
  join(): void {
    this.#users++;
  }

  async leave(): Promise<void> {
    this.#users--;
    if (this.#users === 0) await this.#thread.close(READ_REQUEST.close);
  }
}
