// Executes entries on a thread of its own while the calling thread still verifies those before them. What
// comes out is of use only for entries that are then found sound, and in no other order than the log's: the
// thread checks nothing, and where it cannot go on, the calling thread executes the rest itself.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { LogIndex } from "@juno/base";
import type { Applied as Outcome } from "@juno/ledger";
import type { DumpedRow, DumpedTable, ExpectedRows } from "./expected-rows.ts";
import type { Row } from "./readable.ts";

/** Fewer entries than this are executed sooner than a thread has started. */
const ENTRIES_MIN = 5_000;
/** Rows that the thread is given at a time, before it begins. */
const FILL_ROWS = 1_000;

export type ExecutionData = { readonly genesisBytes: Uint8Array; readonly last: LogIndex };
export type ExecutionRequest =
  | { readonly table: DumpedTable; readonly rows: readonly DumpedRow[] }
  | { readonly entries: readonly Row[] };

/** What comes out of the first entries of a request; none, once there is one that cannot be executed. */
export type ExecutionAnswer = readonly Outcome[];

type Parts = {
  readonly genesisBytes: Uint8Array;
  /** The rows after the entry `last`. */
  readonly view: ExpectedRows;
  readonly last: LogIndex;
};

export class ExecutionAhead {
  readonly #worker: Worker;
  readonly #asked: ((answer: ExecutionAnswer) => void)[] = [];
  #isEnded = false;

  private constructor({ genesisBytes, last }: Parts) {
    const workerData: ExecutionData = { genesisBytes, last };
    this.#worker = new Worker(new URL("./execution-thread.ts", import.meta.url), {
      ...{ name: "execution", workerData },
    });
    this.#worker.on("message", (answer: ExecutionAnswer) => this.#asked.shift()?.(answer));
    // Whatever it failed at, the calling thread meets too.
    this.#worker.on("error", () => this.#end());
    this.#worker.on("messageerror", () => this.#end());
    this.#worker.on("exit", () => this.#end());
  }

  static async start(parts: Parts): Promise<ExecutionAhead> {
    const ahead = new ExecutionAhead(parts);
    for (const part of parts.view.dump(FILL_ROWS)) await ahead.#ask(part);
    return ahead;
  }

  /** What comes out of the first of these entries, which follow those of the last call. */
  execute(entries: readonly Row[]): Promise<ExecutionAnswer> {
    return this.#ask({ entries });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(request: ExecutionRequest): Promise<ExecutionAnswer> {
    if (this.#isEnded) return Promise.resolve([]);
    return new Promise((resolve) => {
      this.#asked.push(resolve);
      this.#worker.postMessage(request);
    });
  }

  #end(): void {
    this.#isEnded = true;
    for (const resolve of this.#asked.splice(0)) resolve([]);
  }
}

/** Begins where entries above `last` are to be executed on the rows in `view`; undefined where that is not worth a thread. */
export type StartAhead = (span: {
  readonly view: ExpectedRows;
  readonly last: LogIndex;
  readonly through: LogIndex;
}) => Promise<ExecutionAhead | undefined>;

export function startsAhead(
  genesisBytes: Uint8Array,
  options: { readonly workers?: number | undefined; readonly aheadFrom?: number | undefined },
): StartAhead {
  const { workers = availableParallelism(), aheadFrom = ENTRIES_MIN } = options;
  return async ({ view, last, through }) => {
    if (workers < 2 || through - last < aheadFrom) return undefined;
    return ExecutionAhead.start({ genesisBytes, view, last });
  };
}
