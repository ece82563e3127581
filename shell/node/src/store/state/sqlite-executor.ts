// The Executor port over state.db: the main thread's side of the executor thread.

import { assert, type Hash, hex, LogIndex, type Reader } from "@juno/base";
import type { Failure } from "@juno/failure";
import type { AppliedBatch, Executor, MadeSnapshot } from "@juno/runtime";
import type { ReadThread } from "../reader/read-thread.ts";
import { readFailure } from "../thread/frame.ts";
import { StoreThread } from "../thread/store-thread.ts";
import { IDS_MAX, readApplied, readBatch } from "./batch.ts";
import { EXECUTOR_EVENT, EXECUTOR_REQUEST, PATH_LENGTH_MAX, PATHS_MAX } from "./executor-protocol.ts";
import { readGoverned } from "./governed-codec.ts";

/** More than any ledger has commands. */
const REDACTIONS_MAX = 100_000_000;

/** So many entries behind is a replay, not the daily business. */
const REPLAY_ENTRIES_MIN = 1_000;

export type ExecutorOptions = {
  readonly folder: string;
  /** The genesis file's exact bytes; must have been read without a refusal. */
  readonly genesis: Uint8Array;
  readonly reads: ReadThread;
  /** Called after each batch of a replay: while many committed entries are not applied yet. */
  readonly onProgress?: (progress: { readonly applied: LogIndex; readonly target: LogIndex }) => void;
};

export class SqliteExecutor implements Executor {
  readonly #thread: StoreThread;
  readonly #options: ExecutorOptions;
  #target = LogIndex(0);
  readonly #onApplied: ((batch: AppliedBatch) => void)[] = [];
  readonly #onFailure: ((cause: Error) => void)[] = [];
  readonly #onSnapshot: ((made: MadeSnapshot) => void)[] = [];
  #failed = false;
  #replaying = false;
  #closing: Promise<void> | undefined;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    options.reads.join();
    this.#thread = new StoreThread({
      entry: new URL("./executor-thread.ts", import.meta.url),
      name: "executor",
      data: { folder: options.folder, genesis: options.genesis },
      failureCode: "executor_failed",
      onEvent: (kind, body) => this.#onEvent(kind, body),
      onDeath: (failure) => this.#fail(failure),
    });
  }

  async open(): ReturnType<Executor["open"]> {
    const answer = await this.#thread.call(EXECUTOR_REQUEST.open);
    return {
      applied: readApplied(answer),
      hash: answer.hash(),
      ids: answer.list(IDS_MAX, (r) => ({ id: r.hash(), expires: r.u64() })),
      redactions: answer.list(REDACTIONS_MAX, (r) => ({ index: r.u64(), id: hex(r.hash()) })),
      governed: readGoverned(answer),
    };
  }

  apply(index: LogIndex): void {
    if (index <= this.#target) return;
    this.#target = index;
    this.#thread.tell(EXECUTOR_REQUEST.apply, (writer) => writer.u64(index));
  }

  onApplied(listener: (batch: AppliedBatch) => void): void {
    this.#onApplied.push(listener);
  }

  onFailure(listener: (cause: Error) => void): void {
    this.#onFailure.push(listener);
  }

  onSnapshot(listener: (made: MadeSnapshot) => void): void {
    this.#onSnapshot.push(listener);
  }

  async prune(through: LogIndex, entriesMax: number): Promise<boolean> {
    const answer = await this.#thread.call(EXECUTOR_REQUEST.prune, (writer) =>
      writer.u64(through).u64(entriesMax),
    );
    return answer.bool();
  }

  async paths(
    requests: readonly { readonly index: LogIndex; readonly size: LogIndex }[],
  ): Promise<readonly (readonly Hash[] | undefined)[]> {
    const answer = await this.#thread.call(EXECUTOR_REQUEST.paths, (writer) =>
      writer.list(requests, (w, { index, size }) => w.u64(index).u64(size)),
    );
    return answer.list(PATHS_MAX, (r) => r.option((o) => o.list(PATH_LENGTH_MAX, (item) => item.hash())));
  }

  async close(): Promise<void> {
    this.#closing ??= this.#options.reads.leave().then(() => this.#thread.close(EXECUTOR_REQUEST.close));
    await this.#closing;
  }

  #onEvent(kind: number, body: Reader): void {
    switch (kind) {
      case EXECUTOR_EVENT.applied:
        this.#deliver(readBatch(body));
        break;
      case EXECUTOR_EVENT.failed:
        this.#fail(readFailure(body));
        break;
      case EXECUTOR_EVENT.snapshot: {
        const made = { index: LogIndex(body.u64()), hash: body.hash() };
        for (const listener of this.#onSnapshot) listener(made);
        break;
      }
      case EXECUTOR_EVENT.foldWanted:
        this.#options.reads.fold("state").then(
          () => this.#thread.tell(EXECUTOR_REQUEST.folded),
          (error) => this.#fail(error),
        );
        break;
      default:
        assert(false, "a known event of the executor");
    }
  }

  #deliver(batch: AppliedBatch): void {
    for (const listener of this.#onApplied) listener(batch);
    this.#thread.tell(EXECUTOR_REQUEST.delivered);
    const { index } = batch.applied;
    const missing = this.#target - index;
    if (missing >= REPLAY_ENTRIES_MIN) this.#replaying = true;
    if (this.#replaying) this.#options.onProgress?.({ applied: index, target: this.#target });
    if (missing <= 0) this.#replaying = false;
  }

  #fail(failure: Failure): void {
    if (this.#failed || this.#closing !== undefined) return;
    this.#failed = true;
    for (const listener of this.#onFailure) listener(failure);
  }
}
