// The Executor port in memory: for tests and simulations. It reads the log store as the real one
// does and applies one batch per turn of the event loop.

import { equalBytes, type Hash, LogIndex, parseHex } from "@juno/base";
import { Failure } from "@juno/failure";
import { activationIn, governedIn, redactionsIn } from "@juno/ledger";
import { type Entry, isRedacted } from "@juno/proof";
import { versionFailure } from "../../versions.ts";
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

  get #context(): MemoryState["context"] {
    return this.#state.context;
  }

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
    return {
      applied,
      hash,
      ids: idsOf(view),
      redactions: [...redactionsIn(view)],
      governed: governedIn(this.#context, view),
    };
  }

  apply(index: LogIndex): void {
    this.#target = Math.max(this.#target, index);
    if (this.#running) return;
    this.#running = true;
    this.#run().catch((error) => {
      this.#stopped = true;
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const cause =
        error instanceof Failure ? error : new Failure("executor_failed", `applying failed: ${detail}`);
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

  async prune(through: LogIndex, entriesMax: number): Promise<boolean> {
    return this.#state.prune(through, entriesMax);
  }

  async paths(
    requests: readonly { readonly index: LogIndex; readonly size: LogIndex }[],
  ): Promise<readonly (readonly Hash[] | undefined)[]> {
    const floor = Math.max((await this.#log.floor())?.index ?? 0, this.#state.floor);
    const isPruned = (index: LogIndex) => index >= 1 && index <= floor;
    return requests.map((place) => (isPruned(place.index) ? undefined : this.#state.path(place)));
  }

  async close(): Promise<void> {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    while (!this.#stopped && this.#state.applied.index < this.#target) {
      const from = this.#state.applied.index + 1;
      const floor = (await this.#log.floor())?.index ?? 0;
      const entries = floor < from ? await this.#read(from, this.#target) : [];
      if (this.#stopped) return;
      const redacted = entries.findIndex(isRedacted);
      if (floor >= from || redacted === 0) {
        await this.#takeSnapshot(Math.max(floor, from));
        continue;
      }
      if (entries[0]?.index !== from) {
        throw new Failure("executor_failed", `entry ${from} is committed, but the log does not hold it`);
      }
      this.#applyAll(redacted < 0 ? entries : entries.slice(0, redacted));
    }
    this.#running = false;
  }

  #applyAll(entries: readonly Entry[]): void {
    const made: MadeSnapshot[] = [];
    const outcomes: EntryOutcome[] = [];
    for (const entry of entries) {
      const { context, view } = this.#state;
      const next = versionFailure(context, activationIn(view), entry.index - 1);
      if (next !== undefined && outcomes.length === 0) throw next;
      // C37: what came before it is told first.
      if (next !== undefined) break;
      outcomes.push(this.#state.applyEntry(entry));
      made.push(...[this.#state.makeSnapshot()].filter((snapshot) => snapshot !== undefined));
    }
    const batch = { applied: this.#state.applied, outcomes, governed: this.#state.takeGoverned() };
    for (const listener of this.#onApplied) listener(batch);
    for (const listener of this.#onSnapshot) for (const snapshot of made) listener(snapshot);
  }

  /** The newest certified snapshot that is here holds the state where entries do not lead: below the floor, and over redacted ones. */
  async #takeSnapshot(from: number): Promise<void> {
    const certified = this.#state.snapshots.all.filter(({ certificate }) => certificate !== undefined);
    const newest = certified.findLast(({ index }) => index >= from && index <= this.#target);
    if (newest === undefined) {
      const detail = `the entries from ${from} on do not tell the state, and no certified snapshot that is here does`;
      throw new Failure("executor_failed", detail);
    }
    await this.#state.install(newest.index);
    const { applied, view } = this.#state;
    const told = { redactions: [...redactionsIn(view)], governed: governedIn(this.#context, view) };
    const taken = { applied, outcomes: [], ids: idsOf(view), ...told };
    for (const listener of this.#onApplied) listener(taken);
  }

  #read(from: number, to: number): ReturnType<LogStore["read"]> {
    return this.#log.read({ from: LogIndex(from), to: LogIndex(to), bytesMax: BATCH_BYTES_MAX });
  }
}

const idsOf = (view: MemoryState["view"]): SpentIdExpiry[] =>
  view.window().map(({ id, expires }) => ({ id: parseHex(id, 32) as Hash, expires }));
