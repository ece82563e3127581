// The Verifier port over worker threads. Calls of one turn travel together; while the workers are busy
// the next batch grows, so load makes batches larger instead of queues longer. A batch takes from every
// lane in turn: whoever floods its own delays another's check by two batches at most. The workers start with the
// first batch: whoever has little to check needs none. It knows no senders and keeps no order between answers.
// Invariant: every promise settles, and never with true for a check that the one verifier (E8) did not accept.

import { Worker } from "node:worker_threads";
import { assert, type SignatureCheck } from "@juno/base";
import { Failure } from "@juno/failure";
import type { Verifier } from "@juno/runtime";
import { verifySignature } from "../crypto/sodium.ts";
import { packChecks } from "./packed-checks.ts";

export type VerifierPoolOptions = {
  /** Worker threads, started when they are needed first; 1 unless told, which two cores share well with the main thread. */
  readonly workers?: number;
  /**
   * With the workers idle, fewer checks than this are verified on the calling thread (54 µs each): a
   * batch costs it 45 µs and the answer 130 µs more, whatever its size. 4 unless told.
   */
  readonly inlineBelow?: number;
  /** Another program for the workers: tests use one that dies. */
  readonly entry?: URL;
};

/** Batches under way per worker: one being verified, one waiting in its port so that it never idles. */
const PIPELINE = 2;
/** Checks per batch: some 13 ms of work; a larger call is cut so that all workers and lanes share it. */
const BATCH_CHECKS = 256;
const PIECE_CHECKS = 64;
/** So many times as much is verified on the calling thread before a worker is started for it, which takes 100 ms of CPU. */
const UNSTARTED_FACTOR = 4;

type Request = {
  readonly checks: readonly SignatureCheck[];
  readonly resolve: (verdicts: readonly boolean[]) => void;
  readonly reject: (cause: Failure) => void;
};

type Thread = { readonly worker: Worker; readonly underWay: (readonly Request[])[] };

export type MeasuredVerifier = Verifier & {
  /** Checks that wait for a worker. */
  readonly queuedChecks: number;
};

export function verifierPool(options: VerifierPoolOptions = {}): MeasuredVerifier {
  return new VerifierPool(options);
}

class VerifierPool implements MeasuredVerifier {
  readonly #workers: number;
  readonly #entry: URL;
  #threads: readonly Thread[] = [];
  readonly #inlineBelow: number;
  /** What waits for a worker; the lane whose turn it is comes first, and none is empty. */
  readonly #lanes = new Map<string, Request[]>();
  #queuedChecks = 0;
  #flushScheduled = false;
  #broken: Failure | undefined;

  constructor(options: VerifierPoolOptions) {
    this.#workers = options.workers ?? 1;
    assert(this.#workers >= 1, "the verifier pool has a worker");
    this.#inlineBelow = options.inlineBelow ?? 4;
    this.#entry = options.entry ?? new URL("./verifier-thread.ts", import.meta.url);
  }

  #start(): Thread {
    const thread: Thread = { worker: new Worker(this.#entry, { name: "verifier" }), underWay: [] };
    thread.worker.on("message", (verdicts: Uint8Array) => this.#onAnswer(thread, verdicts));
    thread.worker.on("error", (cause) => this.#break("a verifier thread died", cause));
    thread.worker.on("exit", (code) => this.#break(`a verifier thread ended with code ${code}`));
    return thread;
  }

  get queuedChecks(): number {
    return this.#queuedChecks;
  }

  async verify(checks: readonly SignatureCheck[], lane = ""): Promise<readonly boolean[]> {
    if (checks.length <= PIECE_CHECKS) return this.#request(checks, lane);
    const pieces: Promise<readonly boolean[]>[] = [];
    for (let at = 0; at < checks.length; at += PIECE_CHECKS)
      pieces.push(this.#request(checks.slice(at, at + PIECE_CHECKS), lane));
    return (await Promise.all(pieces)).flat();
  }

  #request(checks: readonly SignatureCheck[], lane: string): Promise<readonly boolean[]> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    if (checks.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const request = { checks, resolve, reject };
      const waiting = this.#lanes.get(lane);
      if (waiting === undefined) this.#lanes.set(lane, [request]);
      else waiting.push(request);
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
    const inlineBelow = this.#inlineBelow * (this.#threads.length === 0 ? UNSTARTED_FACTOR : 1);
    if (idle && this.#queuedChecks < inlineBelow) {
      for (const { checks, resolve } of this.#take(inlineBelow)) resolve(checks.map(verifySignature));
      return;
    }
    while (this.#lanes.size > 0) {
      if (this.#threads.length === 0)
        this.#threads = Array.from({ length: this.#workers }, () => this.#start());
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

  /** The next whole requests of the lanes in turn, about `checksMax` checks in all; at least one if any waits. */
  #take(checksMax: number): Request[] {
    const taken: Request[] = [];
    let checks = 0;
    for (const [name, lane] of this.#lanes) {
      const [next] = lane;
      if (next === undefined || (taken.length > 0 && checks + next.checks.length > checksMax)) break;
      taken.push(next);
      checks += next.checks.length;
      lane.shift();
      // A map is walked in the order of insertion, what is added meanwhile included: the lane queues anew.
      this.#lanes.delete(name);
      if (lane.length > 0) this.#lanes.set(name, lane);
    }
    this.#queuedChecks -= checks;
    return taken;
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
    const underWay = this.#threads.flatMap((thread) => thread.underWay.flat());
    const waiting = [...underWay, ...[...this.#lanes.values()].flat()];
    this.#lanes.clear();
    for (const { reject } of waiting) reject(failure);
  }

  async close(): Promise<void> {
    this.#break("the verifier is closed");
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }
}
