// The Executor port in memory: for tests and simulations. It reads the log store as the real one
// does and applies one batch per turn of the event loop.

import { equalBytes, type Hash, LogIndex, parseHex } from "@juno/base";
import { Failure } from "@juno/failure";
import { redactionsIn } from "@juno/ledger";
import type { AppliedBatch, EntryOutcome, Executor, MadeSnapshot, SpentIdExpiry } from "../executor.ts";
import type { LogStore } from "../log-store.ts";
import type { MemoryState } from "./memory-state.ts";

const BATCH_BYTES_MAX = 1024 * 1024;

export class MemoryExecutor implements Executor {
  readonly #state: MemoryState;
  readonly #log: Pick<LogStore, "read" | "floor">;
  #target = 0;
  #running = false;
  #stopped = false;
  readonly #onApplied: ((batch: AppliedBatch) => void)[] = [];
  readonly #onFailure: ((cause: Error) => void)[] = [];
  readonly #onSnapshot: ((made: MadeSnapshot) => void)[] = [];

  constructor(parts: { state: MemoryState; log: Pick<LogStore, "read" | "floor"> }) {
    this.#state = parts.state;
    this.#log = parts.log;
  }

  async open(): ReturnType<Executor["open"]> {
    const { applied, hash, view } = this.#state;
    const floor = await this.#log.floor();
    const [entry] = await this.#read(applied.index, applied.index);
    const inLog = floor?.index === applied.index ? floor : entry;
    // Below the log's floor a snapshot takes the state's place.
    const isBelow = applied.index < (floor?.index ?? 1);
    if (!isBelow && (inLog === undefined || !equalBytes(inLog.hash, hash))) {
      throw new Failure(
        "store_rolled_back",
        `the log does not hold entry ${applied.index} as it was applied`,
      );
    }
    return { applied, hash, ids: idsOf(view), redactions: [...redactionsIn(view)] };
  }

  apply(index: LogIndex): void {
    this.#target = Math.max(this.#target, index);
    if (this.#running) return;
    this.#running = true;
    this.#run().catch((error) => {
      this.#stopped = true;
      const cause = error instanceof Error ? error : new Error(String(error));
      for (const listener of this.#onFailure) listener(cause);
    });
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

  async prune(through: LogIndex): Promise<boolean> {
    if (through > this.#state.applied.index) return true;
    await this.#state.prune(through);
    return false;
  }

  async paths(
    requests: readonly { readonly index: LogIndex; readonly size: LogIndex }[],
  ): Promise<readonly (readonly Hash[] | undefined)[]> {
    const { floor } = this.#state;
    const isPruned = (index: LogIndex) => index >= 1 && index <= floor;
    return requests.map((place) => (isPruned(place.index) ? undefined : this.#state.path(place)));
  }

  async close(): Promise<void> {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    while (!this.#stopped && this.#state.applied.index < this.#target) {
      await this.#takeSnapshot();
      if (this.#stopped || this.#state.applied.index >= this.#target) continue;
      const from = this.#state.applied.index + 1;
      const entries = await this.#read(from, this.#target);
      if (this.#stopped) return;
      if (entries[0]?.index !== from) {
        throw new Failure("executor_failed", `entry ${from} is committed, but the log does not hold it`);
      }
      const made: MadeSnapshot[] = [];
      const outcomes: EntryOutcome[] = entries.map((entry) => {
        const outcome = this.#state.applyEntry(entry);
        made.push(...[this.#state.makeSnapshot()].filter((snapshot) => snapshot !== undefined));
        return outcome;
      });
      for (const listener of this.#onApplied) listener({ applied: this.#state.applied, outcomes });
      for (const listener of this.#onSnapshot) for (const snapshot of made) listener(snapshot);
    }
    this.#running = false;
  }

  /** The log begins above what is applied: a snapshot, which is here, holds the state in between. */
  async #takeSnapshot(): Promise<void> {
    const floor = await this.#log.floor();
    if (floor === undefined || floor.index <= this.#state.applied.index) return;
    await this.#state.install(floor.index);
    const { applied, view } = this.#state;
    const taken = { applied, outcomes: [], ids: idsOf(view), redactions: [...redactionsIn(view)] };
    for (const listener of this.#onApplied) listener(taken);
  }

  #read(from: number, to: number): ReturnType<LogStore["read"]> {
    return this.#log.read({ from: LogIndex(from), to: LogIndex(to), bytesMax: BATCH_BYTES_MAX });
  }
}

const idsOf = (view: MemoryState["view"]): SpentIdExpiry[] =>
  view.window().map(({ id, expires }) => ({ id: parseHex(id, 32) as Hash, expires }));
