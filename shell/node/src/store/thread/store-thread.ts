// The main thread's side of a store thread: starts it, sends requests, settles the promise of each
// with its answer. When the thread itself dies, everything that waits, now or later, is refused.

import { Worker } from "node:worker_threads";
import { InvariantError, parseUtf8, type Reader } from "@juno/base";
import { Failure, type FailureCode } from "@juno/failure";
import { ANSWERED, FAILED, readFailure, readFrame, sendFrame, type Write } from "./frame.ts";

export type StoreThreadOptions = {
  readonly entry: URL;
  readonly name: string;
  readonly data: Readonly<Record<string, string | number | Uint8Array>>;
  /** What it means for the node that the thread died. */
  readonly failureCode: FailureCode;
  readonly onEvent?: (kind: number, body: Reader) => void;
  /** Called once if the thread dies without having been closed. */
  readonly onDeath?: (failure: Failure) => void;
};

type Waiting = { readonly resolve: (body: Reader) => void; readonly reject: (reason: Error) => void };

export class StoreThread {
  readonly #options: StoreThreadOptions;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #ended: Failure | undefined;
  #exited: Promise<void>;

  constructor(options: StoreThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(options.entry, { name: options.name, workerData: options.data });
    this.#worker.on("message", (message) => this.#onMessage(message));
    this.#worker.on("error", (error) => this.#end(`it threw: ${String(error)}`, error));
    this.#exited = new Promise((resolve) => {
      this.#worker.once("exit", (code) => {
        this.#end(`it exited with code ${code}`);
        resolve();
      });
    });
  }

  /** `bytes`: about how long the request is. */
  call(kind: number, write: Write = () => undefined, bytes = 0): Promise<Reader> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      sendFrame(this.#worker, { id, code: kind, bytes }, write);
    });
  }

  /** Says something that needs no answer. */
  tell(kind: number, write: Write = () => undefined): void {
    if (this.#ended === undefined) sendFrame(this.#worker, { id: 0, code: kind }, write);
  }

  /** Asks the thread to end (by a request of this kind) and waits until it has. Safe to repeat. */
  async close(kind: number): Promise<void> {
    if (this.#ended === undefined) {
      const asked = this.call(kind);
      this.#ended = new Failure(this.#options.failureCode, `the ${this.#options.name} is closed`);
      await asked.catch(() => this.#worker.terminate());
    }
    await this.#exited;
  }

  #onMessage(message: unknown): void {
    const { id, code, body } = readFrame(message);
    if (id === 0) {
      this.#options.onEvent?.(code, body);
      return;
    }
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    if (code === ANSWERED) waiting.resolve(body);
    else if (code === FAILED) waiting.reject(readFailure(body));
    else
      waiting.reject(
        new InvariantError(`in the ${this.#options.name}: ${parseUtf8(body.bytes(body.remaining))}`),
      );
  }

  #end(detail: string, cause?: unknown): void {
    if (this.#ended === undefined) {
      const failure = new Failure(this.#options.failureCode, `the ${this.#options.name} died: ${detail}`, {
        cause,
      });
      this.#ended = failure;
      this.#options.onDeath?.(failure);
    }
    const ended = this.#ended;
    for (const { reject } of this.#waiting.values()) reject(ended);
    this.#waiting.clear();
  }
}
