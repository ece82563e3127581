// The main thread's side of the read thread. One per node, shared by the log store, the executor and
// the ledger reader.

import { type CommitProof, type Entry, readCommitProof } from "@juno/proof";
import { ENTRIES_MAX, readStoredEntry } from "../log/stored-entry.ts";
import { StoreThread } from "../thread/store-thread.ts";
import { READ_REQUEST, STORES, type Store } from "./read-protocol.ts";

/** A reader asks for no more than this at once, whatever it says. */
const BYTES_MAX = 64 * 1024 * 1024;

export class ReadThread {
  readonly #thread: StoreThread;

  constructor(folder: string) {
    this.#thread = new StoreThread({
      entry: new URL("./reader-thread.ts", import.meta.url),
      name: "read thread",
      data: { folder },
      failureCode: "disk_failed",
    });
  }

  async entries(range: { from: number; to: number; bytesMax: number }): Promise<readonly Entry[]> {
    const bytesMax = Math.min(range.bytesMax, BYTES_MAX);
    const answer = await this.#thread.call(READ_REQUEST.entries, (writer) =>
      writer.u64(range.from).u64(range.to).u64(bytesMax),
    );
    return answer.list(ENTRIES_MAX, readStoredEntry);
  }

  async commitProof(range: { from: number; to: number }): Promise<CommitProof | undefined> {
    const answer = await this.#thread.call(READ_REQUEST.commitProof, (writer) =>
      writer.u64(range.from).u64(range.to),
    );
    return answer.option(readCommitProof);
  }

  /** Moves what it can from a write-ahead log into its file. */
  async fold(store: Store): Promise<void> {
    await this.#thread.call(READ_REQUEST.fold, (writer) => writer.u8(STORES.indexOf(store)));
  }

  close(): Promise<void> {
    return this.#thread.close(READ_REQUEST.close);
  }
}
