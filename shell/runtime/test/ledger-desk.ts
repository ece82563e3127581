// A node's stores as the suites of Executor and LedgerReader use them: a bench stands for the disk,
// a desk for a process on it.

import { LogIndex, type Refusal, type Result } from "@juno/base";
import type { Entry } from "@juno/proof";
import type { AppliedBatch, EntryOutcome, Executor, MadeSnapshot } from "../src/ports/executor.ts";
import type { LedgerReader } from "../src/ports/ledger-reader.ts";
import type { LogStore } from "../src/ports/log-store.ts";
import type { SnapshotStore } from "../src/ports/snapshot-store.ts";
import { appending } from "./log-fixture.ts";

/** The log store is loaded; the executor is not open yet. */
export type LedgerStores = {
  readonly log: LogStore;
  readonly executor: Executor;
  readonly reader: LedgerReader;
  readonly snapshots: SnapshotStore;
  close(): Promise<void>;
};

export type LedgerBench = {
  /** A process on the disk of this bench, which begins at the genesis of the fixture. */
  open(): Promise<LedgerStores>;
  /** Between processes: takes away what is derived from the log. */
  forgetState(): Promise<void>;
  /** Between processes: puts an older log in the place of the log, here an empty one. */
  rollBackLog(): Promise<void>;
};

export type LedgerSetup = {
  setup(): Promise<LedgerBench>;
  teardown(): Promise<void>;
};

/** What was not refused. */
export function granted<T>(result: Result<T, Refusal>): T {
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

export class LedgerDesk {
  readonly #bench: LedgerBench;
  #stores: LedgerStores | undefined;
  /** Every batch since the process started. */
  batches: AppliedBatch[] = [];
  made: MadeSnapshot[] = [];
  opened: Awaited<ReturnType<Executor["open"]>> | undefined;
  #failed: Error | undefined;
  #waiting: { readonly until: () => boolean; readonly resolve: () => void }[] = [];

  constructor(bench: LedgerBench) {
    this.#bench = bench;
  }

  get stores(): LedgerStores {
    return this.#stores!;
  }

  get outcomes(): EntryOutcome[] {
    return this.batches.flatMap(({ outcomes }) => outcomes);
  }

  get applied(): number {
    return this.batches.at(-1)?.applied.index ?? this.opened!.applied.index;
  }

  async start(): Promise<void> {
    this.#stores = await this.#bench.open();
    this.batches = [];
    this.made = [];
    this.#failed = undefined;
    this.stores.executor.onApplied((batch) => {
      this.batches.push(batch);
      this.#settle();
    });
    this.stores.executor.onSnapshot((made) => this.made.push(made));
    this.stores.executor.onFailure((cause) => {
      this.#failed = cause;
      this.#settle();
    });
    this.opened = await this.stores.executor.open();
  }

  async stop(): Promise<void> {
    await this.#stores?.close();
    this.#stores = undefined;
  }

  async restart(between?: (bench: LedgerBench) => Promise<void>): Promise<void> {
    await this.stop();
    await between?.(this.#bench);
    await this.start();
  }

  async append(entries: readonly Entry[]): Promise<void> {
    await this.stores.log.write([appending(entries)]);
  }

  /** Applies up to an index and waits until that is done. */
  async apply(index: number): Promise<void> {
    this.stores.executor.apply(LogIndex(index));
    await this.#when(() => this.applied >= index || this.#failed !== undefined);
    if (this.#failed !== undefined) throw this.#failed;
  }

  /** Puts entries into the log and applies them. */
  async run(entries: readonly Entry[]): Promise<void> {
    await this.append(entries);
    await this.apply(entries.at(-1)!.index);
  }

  #when(until: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ until, resolve });
      this.#settle();
    });
  }

  #settle(): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ until }) => !until());
    for (const item of waiting) if (!this.#waiting.includes(item)) item.resolve();
  }
}
