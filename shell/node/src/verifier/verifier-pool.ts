// The Verifier port over worker threads. Calls of one turn travel together; while the workers are busy
// the next batch grows, so load makes batches larger instead of queues longer. It knows no senders and
// keeps no order between calls; each answer matches its own request. Invariant: every promise settles,
// and never with true for a check that the one verifier (E8) did not accept.

import { Worker } from "node:worker_threads";
import { assert, type SignatureCheck } from "@juno/base";
import { Failure, type Verifier } from "@juno/runtime";
import { verifySignature } from "../crypto/sodium.ts";
import { packChecks } from "./packed-checks.ts";

export type VerifierPoolOptions = {
  /** Worker threads; 1 unless told, which two cores share well with the main thread. */
  readonly workers?: number;
  /**
   * With the workers idle, fewer checks than this are verified on the calling thread (54 µs each): a
   * batch costs it 45 µs and the answer 130 µs more, whatever its size. 4 unless told.
   */
  readonly inlineBelow?: number;
  /** Checks waiting for a worker; beyond it the caller does the work itself, which slows its intake. */
  readonly queuedChecksMax?: number;
  /** Another program for the workers: tests use one that dies. */
  readonly entry?: URL;
};

/** Batches under way per worker: one being verified, one waiting in its port so that it never idles. */
const PIPELINE = 2;
/** Checks per batch: some 13 ms of work; a larger call is cut so that all workers share it. */
const BATCH_CHECKS = 256;
const PIECE_CHECKS = 64;

type Request = {
  readonly checks: readonly SignatureCheck[];
  readonly resolve: (verdicts: readonly boolean[]) => void;
  readonly reject: (cause: Failure) => void;
};

type Thread = { readonly worker: Worker; readonly underWay: (readonly Request[])[] };

export function verifierPool(options: VerifierPoolOptions = {}): Verifier {
  return new VerifierPool(options);
}

class VerifierPool implements Verifier {
  readonly #threads: readonly Thread[];
  readonly #inlineBelow: number;
  readonly #queuedChecksMax: number;
  #queue: Request[] = [];
  #queuedChecks = 0;
  #flushScheduled = false;
  #broken: Failure | undefined;

  constructor(options: VerifierPoolOptions) {
    const workers = options.workers ?? 1;
    assert(workers >= 1, "the verifier pool has a worker");
    this.#inlineBelow = options.inlineBelow ?? 4;
    this.#queuedChecksMax = options.queuedChecksMax ?? 8192;
    const entry = options.entry ?? new URL("./verifier-worker.ts", import.meta.url);
    this.#threads = Array.from({ length: workers }, () => this.#start(entry));
  }

  #start(entry: URL): Thread {
    const thread: Thread = { worker: new Worker(entry), underWay: [] };
    thread.worker.on("message", (verdicts: Uint8Array) => this.#onAnswer(thread, verdicts));
    thread.worker.on("error", (cause) => this.#break("a verifier thread died", cause));
    thread.worker.on("exit", (code) => this.#break(`a verifier thread ended with code ${code}`));
    return thread;
  }

  async verify(checks: readonly SignatureCheck[]): Promise<readonly boolean[]> {
    if (checks.length <= PIECE_CHECKS) return this.#request(checks);
    const pieces: Promise<readonly boolean[]>[] = [];
    for (let at = 0; at < checks.length; at += PIECE_CHECKS)
      pieces.push(this.#request(checks.slice(at, at + PIECE_CHECKS)));
    return (await Promise.all(pieces)).flat();
  }

  #request(checks: readonly SignatureCheck[]): Promise<readonly boolean[]> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    if (checks.length === 0) return Promise.resolve([]);
    if (this.#queuedChecks + checks.length > this.#queuedChecksMax)
      return Promise.resolve(checks.map(verifySignature));
    return new Promise((resolve, reject) => {
      this.#queue.push({ checks, resolve, reject });
      this.#queuedChecks += checks.length;
      this.#scheduleFlush();
    });
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    queueMicrotask(() => {
      this.#flushScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const idle = this.#threads.every(({ underWay }) => underWay.length === 0);
    if (idle && this.#queuedChecks < this.#inlineBelow) {
      for (const { checks, resolve } of this.#take(this.#inlineBelow)) resolve(checks.map(verifySignature));
      return;
    }
    while (this.#queue.length > 0) {
      const thread = this.#leastBusy();
      if (thread.underWay.length >= PIPELINE) return;
      const requests = this.#take(BATCH_CHECKS);
      const packed = packChecks(requests.flatMap(({ checks }) => checks));
      thread.underWay.push(requests);
      thread.worker.postMessage(packed, [packed]);
    }
  }

  #leastBusy(): Thread {
    return this.#threads.reduce((best, other) =>
      other.underWay.length < best.underWay.length ? other : best,
    );
  }

  /** The next whole requests, about `checksMax` checks in all; at least one if any waits. */
  #take(checksMax: number): Request[] {
    let count = 0;
    let checks = 0;
    while (
      count < this.#queue.length &&
      (count === 0 || checks + this.#queue[count]!.checks.length <= checksMax)
    )
      checks += this.#queue[count++]!.checks.length;
    this.#queuedChecks -= checks;
    return this.#queue.splice(0, count);
  }

  #onAnswer(thread: Thread, verdicts: Uint8Array): void {
    let at = 0;
    for (const { checks, resolve } of thread.underWay.shift() ?? [])
      resolve(checks.map(() => verdicts[at++] === 1));
    this.#flush();
  }

  #break(message: string, cause?: unknown): void {
    if (this.#broken !== undefined) return;
    const failure = new Failure("verifier_failed", message, { cause });
    this.#broken = failure;
    const waiting = [...this.#threads.flatMap(({ underWay }) => underWay.flat()), ...this.#queue];
    this.#queue = [];
    for (const { reject } of waiting) reject(failure);
  }

  async close(): Promise<void> {
    this.#break("the verifier is closed");
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }
}
