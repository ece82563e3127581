// The LogStore port over log.db. Writes are packed here and committed by the log writer thread;
// reads go to the read thread, so that they never delay a commit. The main thread touches no disk.
// Invariant: the first write that fails closes the store, and every later call says why.

import { assert, Writer } from "@juno/base";
import type { DurableChange, DurableState, Floor } from "@juno/consensus";
import { Failure } from "@juno/failure";
import type { LogStore, RedactedEntryBody } from "@juno/runtime";
import type { ReadThread } from "../reader/read-thread.ts";
import { StoreThread } from "../thread/store-thread.ts";
import { writeChange } from "./change-codec.ts";
import { writeFloor } from "./floor.ts";
import type { LogIdentity } from "./log-loading.ts";
import { LOG_EVENT, LOG_REQUEST } from "./log-protocol.ts";
import { writeRedacted } from "./redaction.ts";
import { readDurableState } from "./state-codec.ts";

/** Writes that wait for the disk may take so many bytes; a disk that falls further behind has failed. */
const WAITING_BYTES_MAX = 256 * 1024 * 1024;

export type LogStoreOptions = LogIdentity & {
  readonly folder: string;
  readonly reads: ReadThread;
  /** Told how long each group commit took until it was durable. */
  readonly onCommitted?: (micros: number) => void;
  /** Lets the file grow to so many pages only: a full disk, for tests. */
  readonly pagesMax?: number;
};

const SYNC_TRIES_MAX = 500;
const SYNC_PAUSE_MS = 20;

type Waiting = { readonly resolve: () => void; readonly reject: (reason: Error) => void };

export class SqliteLogStore implements LogStore {
  readonly #thread: StoreThread;
  readonly #reads: ReadThread;
  readonly #onCommitted: (micros: number) => void;
  #closed: Error | undefined;
  /** Changes packed in this turn and not yet handed to the writer. */
  #packed = new Writer(4096);
  #packedWrites: Waiting[] = [];
  #writes = 0;
  #waitingBytes = 0;
  #closing: Promise<void> | undefined;

  constructor(options: LogStoreOptions) {
    this.#reads = options.reads;
    this.#onCommitted = options.onCommitted ?? (() => undefined);
    this.#reads.join();
    this.#thread = new StoreThread({
      entry: new URL("./log-thread.ts", import.meta.url),
      name: "log writer",
      data: {
        folder: options.folder,
        network: options.network,
        nodeId: options.nodeId,
        pagesMax: options.pagesMax ?? 0,
      },
      failureCode: "disk_failed",
      onEvent: (kind) => {
        assert(kind === LOG_EVENT.foldWanted, "a known event of the log writer");
        this.#fold();
      },
    });
  }

  async load(): Promise<DurableState> {
    this.#send();
    if (this.#closed !== undefined) throw this.#closed;
    return readDurableState(await this.#thread.call(LOG_REQUEST.load));
  }

  write(changes: readonly DurableChange[]): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    if (this.#waitingBytes + this.#packed.length > WAITING_BYTES_MAX) {
      return Promise.reject(this.#fail(new Failure("disk_failed", "the disk of log.db does not keep up")));
    }
    return new Promise((resolve, reject) => {
      this.#writes++;
      if (this.#packedWrites.push({ resolve, reject }) === 1) queueMicrotask(() => this.#send());
      try {
        for (const change of changes) writeChange(this.#packed, change);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  async read(range: Parameters<LogStore["read"]>[0]): ReturnType<LogStore["read"]> {
    return this.#reads.entries(range);
  }

  floor(): ReturnType<LogStore["floor"]> {
    return this.#reads.floor();
  }

  async prune(floor: Floor, entriesMax: number): Promise<boolean> {
    this.#send();
    if (this.#closed !== undefined) throw this.#closed;
    const answer = await this.#thread.call(LOG_REQUEST.prune, (writer) =>
      writeFloor(writer, floor).u64(entriesMax),
    );
    return answer.bool();
  }

  async commitProof(range: Parameters<LogStore["commitProof"]>[0]): ReturnType<LogStore["commitProof"]> {
    return this.#reads.commitProof(range);
  }

  async evidence(range: Parameters<LogStore["evidence"]>[0]): ReturnType<LogStore["evidence"]> {
    return this.#reads.evidence(range);
  }

  async redact(bodies: readonly RedactedEntryBody[]): Promise<boolean> {
    // What the executor would lose in a power failure it would have to apply again, from bodies that are gone.
    await this.#syncState();
    this.#send();
    if (this.#closed !== undefined) throw this.#closed;
    const write = (writer: Writer) => writer.list(bodies, writeRedacted);
    try {
      return (await this.#thread.call(LOG_REQUEST.redact, write)).bool();
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** Folding state.db syncs it; while the executor does the same there is a moment to wait. */
  async #syncState(): Promise<void> {
    for (let tries = 0; tries < SYNC_TRIES_MAX; tries++) {
      if (await this.#reads.fold("state")) return;
      await new Promise((resolve) => setTimeout(resolve, SYNC_PAUSE_MS));
    }
    throw this.#fail(new Failure("disk_failed", "state.db cannot be synced"));
  }

  /** Waits for every write, folds the write-ahead log into the file and lets go of it. */
  async close(): Promise<void> {
    this.#send();
    this.#closed ??= new Failure("disk_failed", "the log store is closed");
    this.#closing ??= this.#reads.leave().then(() => this.#thread.close(LOG_REQUEST.close));
    await this.#closing;
  }

  /** Hands what was packed in this turn to the writer, which commits it with whatever else waits. */
  #send(): void {
    const writes = this.#packedWrites;
    if (writes.length === 0 || this.#closed !== undefined) return;
    const changes = this.#packed.finish();
    this.#packed = new Writer(4096);
    this.#packedWrites = [];
    this.#waitingBytes += changes.length;
    this.#thread
      .call(LOG_REQUEST.write, (writer) => writer.u64(this.#writes).raw(changes), changes.length)
      .then(
        (answer) => {
          this.#waitingBytes -= changes.length;
          this.#onCommitted(answer.u32());
          for (const { resolve } of writes) resolve();
        },
        (error) => {
          const failure = this.#fail(error);
          for (const { reject } of writes) reject(failure);
        },
      );
  }

  /** Closes the store for good; returns the first reason. */
  #fail(error: unknown): Error {
    this.#closed ??= error instanceof Error ? error : new Error(String(error));
    for (const { reject } of this.#packedWrites) reject(this.#closed);
    this.#packedWrites = [];
    return this.#closed;
  }

  #fold(): void {
    this.#reads.fold("log").then(
      () => this.#thread.tell(LOG_REQUEST.folded),
      (error) => this.#fail(error),
    );
  }
}
