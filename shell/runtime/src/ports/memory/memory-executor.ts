// The Executor port in memory: for tests and simulations. It reads the log store as the real one
// does and applies one batch per turn of the event loop.

import { equalBytes, type Hash, LogIndex, parseHex } from "@juno/base";
import { Failure } from "@juno/failure";
import { redactionsIn } from "@juno/ledger";
import type { AppliedBatch, EntryOutcome, Executor, MadeSnapshot } from "../executor.ts";
import type { LogStore } from "../log-store.ts";
import type { MemoryState } from "./memory-state.ts";

const BATCH_BYTES_MAX = 1024 * 1024;

export class MemoryExecutor implements Executor {
  readonly #state: MemoryState;
  readonly #log: Pick<LogStore, "read">;
  #target = 0;
  #running = false;
  #stopped = false;
  readonly #onApplied: ((batch: AppliedBatch) => void)[] = [];
  readonly #onFailure: ((cause: Error) => void)[] = [];
  readonly #onSnapshot: ((made: MadeSnapshot) => void)[] = [];

  constructor(parts: { state: MemoryState; log: Pick<LogStore, "read"> }) {
    this.#state = parts.state;
    this.#log = parts.log;
  }

  async open(): ReturnType<Executor["open"]> {
    const { applied, hash, view } = this.#state;
    const [entry] = await this.#read(applied.index, applied.index);
    if (applied.index > 0 && (entry === undefined || !equalBytes(entry.hash, hash))) {
      throw new Failure(
        "store_rolled_back",
        `the log does not hold entry ${applied.index} as it was applied`,
      );
    }
    const ids = view.window().map(({ id, expires }) => ({ id: parseHex(id, 32) as Hash, expires }));
    return { applied, hash, ids, redactions: [...redactionsIn(view)] };
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

  async paths(
    requests: readonly { readonly index: LogIndex; readonly size: LogIndex }[],
  ): Promise<readonly (readonly Hash[])[]> {
    return requests.map((place) => this.#state.path(place));
  }

  async close(): Promise<void> {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    while (!this.#stopped && this.#state.applied.index < this.#target) {
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

  #read(from: number, to: number): ReturnType<LogStore["read"]> {
    return this.#log.read({ from: LogIndex(from), to: LogIndex(to), bytesMax: BATCH_BYTES_MAX });
  }
}
