// One file that holds a database as it is at this moment, though its node goes on writing. The connection reads
// only, in one transaction: the writer waits for nothing, and its write-ahead log is held no longer than the
// pages take to be copied.

import { existsSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { Failure } from "@juno/failure";
import { guarded, openForReading } from "../store/database.ts";

/** Pages copied before the signal is looked at and progress is told: a few milliseconds' worth. */
const PAGES_AT_ONCE = 1024;

export type CopyOptions = {
  readonly from: string;
  readonly to: string;
  readonly signal?: AbortSignal | undefined;
  /** Pages that are copied, of so many. */
  onProgress(done: number, total: number): void;
};

/** Resolves when the copy is one durable file. Rejects with Failures, and with the reason of the signal. */
export async function copyDatabase({ from, to, signal, onProgress }: CopyOptions): Promise<void> {
  if (!existsSync(from)) {
    throw new Failure(
      "store_missing",
      `${from} is missing: name a node's folder, with log.db and state.db in it`,
    );
  }
  const source = openForReading(from);
  try {
    // From the first read on, this connection sees one state of the database.
    guarded(from, () => source.exec("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1"));
    const pages = await backup(source, to, {
      rate: PAGES_AT_ONCE,
      progress: ({ totalPages, remainingPages }) => {
        onProgress(totalPages - remainingPages, totalPages);
        signal?.throwIfAborted();
      },
    });
    onProgress(pages, pages);
    signal?.throwIfAborted();
  } catch (cause) {
    signal?.throwIfAborted();
    throw cause instanceof Failure
      ? cause
      : new Failure("disk_failed", `${from} cannot be copied to ${to}: ${String(cause)}`, { cause });
  } finally {
    source.close();
  }
  guarded(to, () => {
    const copy = new DatabaseSync(to);
    try {
      // No write-ahead log beside it: it can be read where nothing can be written.
      copy.exec("PRAGMA synchronous=FULL; PRAGMA journal_mode=DELETE");
    } finally {
      copy.close();
    }
  });
}
