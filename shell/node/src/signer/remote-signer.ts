// A signing key that another process holds (E62). Consensus signs within a step, so the main thread waits for each of those signatures, as it computes one
// otherwise: a third of a millisecond, and the signer's own time. Invariant: what is handed out as a signature verifies, or whoever listens has been told
// that the signer is lost before anything could be done with it.

import { Worker } from "node:worker_threads";
import { equalBytes, hex } from "@juno/base";
import { Failure } from "@juno/failure";
import {
  ANSWER_BYTES_MAX,
  ANSWERED,
  BYTES_AT,
  LENGTH,
  type ThreadNews,
  type ThreadOptions,
  type ThreadRequest,
} from "./shared-answer.ts";
import type { SignAnswer } from "./signer-protocol.ts";

const SIGNATURE_BYTES = 64;
/** How long a node that starts waits for its signer. */
const OPEN_MS = 10_000;
/** Beyond the thread's own patience, which ends first unless the thread is gone. */
const GRACE_MS = 500;
/** A thread that ended is replaced after this, and after twice as long each time, until the signer is there again. */
const REPLACE_MS_MIN = 50;
const REPLACE_MS_MAX = 2_000;
/** Signatures of replies under way; whoever asks for more is refused. */
const LATER_MAX = 1_024;

type Later = { readonly resolve: (signature: Uint8Array) => void; readonly reject: (cause: Error) => void };

export class RemoteSigner {
  readonly socket: string;
  readonly #timeoutMs: number;
  /** Undefined from the end of one to the start of the next. */
  #thread: { readonly worker: Worker; readonly words: Int32Array; readonly bytes: Uint8Array } | undefined;
  #replaceMs = REPLACE_MS_MIN;
  #replacing: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #later = new Map<number, Later>();
  #keys: readonly Uint8Array[] | undefined;
  #reason = "it does not answer";
  #id = 0;
  #up = Promise.withResolvers<void>();
  /** Called with the reason, at once, when something was to be signed and was not; whoever asked is told what it throws. */
  onLost: (reason: string) => void = () => undefined;

  constructor({ socket, timeoutMs }: Omit<ThreadOptions, "shared">) {
    this.socket = socket;
    this.#timeoutMs = timeoutMs;
    this.#start();
  }

  #start(): void {
    // Of its own: nothing that an earlier thread still writes is taken for an answer.
    const shared = new SharedArrayBuffer(BYTES_AT + ANSWER_BYTES_MAX);
    const workerData: ThreadOptions = { socket: this.socket, timeoutMs: this.#timeoutMs, shared };
    const worker = new Worker(new URL("./signer-thread.ts", import.meta.url), { name: "signer", workerData });
    const words = new Int32Array(shared, 0, 2);
    this.#thread = { worker, words, bytes: new Uint8Array(shared, BYTES_AT) };
    let reason = "its thread ended";
    worker.on("message", (news: ThreadNews) => this.#onNews(news));
    worker.on("error", (cause) => {
      reason = `its thread ended: ${String(cause)}`;
    });
    worker.once("exit", () => this.#ended(reason));
  }

  #ended(reason: string): void {
    if (this.#isClosed) return;
    this.#thread = undefined;
    this.#onNews({ kind: "down", reason });
    this.#giveUp(reason);
    this.#replacing = setTimeout(() => this.#start(), this.#replaceMs);
    this.#replaceMs = Math.min(2 * this.#replaceMs, REPLACE_MS_MAX);
  }

  /** Throws Failure("key_unusable") unless the signer answers and holds the key. */
  async demand(key: Uint8Array): Promise<void> {
    const late = new Promise((resolve) => setTimeout(resolve, OPEN_MS).unref());
    await Promise.race([this.up(), late]);
    if (this.#keys === undefined)
      throw new Failure("key_unusable", `no signer at ${this.socket}: ${this.#reason}`);
    if (!this.#keys.some((held) => equalBytes(held, key)))
      throw new Failure("key_unusable", `the signer at ${this.socket} does not hold the key ${hex(key)}`);
  }

  /** Resolves as soon as the signer is there. */
  async up(): Promise<void> {
    while (this.#keys === undefined) await this.#up.promise;
  }

  /** 64 zero bytes, if the signer does not sign; `onLost` has been called then. */
  sign(key: Uint8Array, message: Uint8Array): Uint8Array {
    if (this.#thread === undefined) return this.#lost(this.#reason);
    const { worker, words, bytes } = this.#thread;
    const id = this.#ask(worker, { key, message, isAwaited: true });
    const deadlineMs = performance.now() + this.#timeoutMs + GRACE_MS;
    for (;;) {
      const answered = Atomics.load(words, ANSWERED);
      if (answered === id) break;
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) {
        // Another one takes its place. It ends after this step, and what else the step says does not wait for it again.
        this.#thread = undefined;
        void worker.terminate();
        this.#onNews({ kind: "down", reason: "its thread does not answer" });
        return this.#lost(this.#reason);
      }
      Atomics.wait(words, ANSWERED, answered, leftMs);
    }
    const length = Atomics.load(words, LENGTH);
    const answer = bytes.slice(0, Math.abs(length));
    return length === SIGNATURE_BYTES ? answer : this.#lost(Buffer.from(answer).toString("utf8"));
  }

  #lost(reason: string): Uint8Array {
    this.onLost(reason);
    return new Uint8Array(SIGNATURE_BYTES);
  }

  /** Of replies, for which nothing else has to wait. */
  signLater(key: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
    if (this.#later.size >= LATER_MAX) return Promise.reject(new Error("too much waits for the signer"));
    if (this.#thread === undefined) return Promise.reject(notSigned(this.#reason));
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const id = this.#ask(this.#thread.worker, { key, message, isAwaited: false });
    this.#later.set(id, { resolve, reject });
    return promise;
  }

  #ask(worker: Worker, request: Omit<ThreadRequest, "id">): number {
    // Stays within 31 bits, as the word that answers it does.
    this.#id = this.#id === 0x7fff_ffff ? 1 : this.#id + 1;
    worker.postMessage({ ...request, id: this.#id } satisfies ThreadRequest);
    return this.#id;
  }

  #onNews(news: ThreadNews): void {
    if (news.kind === "answer") return this.#settle(news.answer);
    if (news.kind === "up") {
      this.#keys = news.keys;
      this.#replaceMs = REPLACE_MS_MIN;
      this.#up.resolve();
      return;
    }
    this.#reason = news.reason;
    if (this.#keys === undefined) return;
    this.#keys = undefined;
    this.#up = Promise.withResolvers<void>();
  }

  #settle(answer: SignAnswer): void {
    const later = this.#later.get(answer.id);
    this.#later.delete(answer.id);
    if ("signature" in answer) return later?.resolve(answer.signature);
    later?.reject(notSigned(answer.refused));
  }

  /** Whoever asked for a reply asks again: nothing rests on it. */
  #giveUp(reason: string): void {
    for (const { reject } of this.#later.values()) reject(notSigned(reason));
    this.#later.clear();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#replacing);
    await this.#thread?.worker.terminate();
    this.#giveUp("its link is closed");
  }
}

const notSigned = (reason: string) => new Error(`the signer did not sign: ${reason}`);
