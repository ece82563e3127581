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
/** Signatures of replies under way; whoever asks for more is refused. */
const LATER_MAX = 1_024;

type Later = { readonly resolve: (signature: Uint8Array) => void; readonly reject: (cause: Error) => void };

export class RemoteSigner {
  readonly socket: string;
  readonly #timeoutMs: number;
  readonly #worker: Worker;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
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
    const shared = new SharedArrayBuffer(BYTES_AT + ANSWER_BYTES_MAX);
    this.#words = new Int32Array(shared, 0, 2);
    this.#bytes = new Uint8Array(shared, BYTES_AT);
    const workerData: ThreadOptions = { socket, timeoutMs, shared };
    this.#worker = new Worker(new URL("./signer-thread.ts", import.meta.url), { name: "signer", workerData });
    this.#worker.on("message", (news: ThreadNews) => this.#onNews(news));
    this.#worker.on("error", (cause) => this.#onNews({ kind: "down", reason: String(cause) }));
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
    const id = this.#ask({ key, message, isAwaited: true });
    const deadlineMs = performance.now() + this.#timeoutMs + GRACE_MS;
    for (;;) {
      const answered = Atomics.load(this.#words, ANSWERED);
      if (answered === id) break;
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) return this.#lost("its thread does not answer");
      Atomics.wait(this.#words, ANSWERED, answered, leftMs);
    }
    const length = Atomics.load(this.#words, LENGTH);
    const bytes = this.#bytes.slice(0, Math.abs(length));
    return length === SIGNATURE_BYTES ? bytes : this.#lost(Buffer.from(bytes).toString("utf8"));
  }

  #lost(reason: string): Uint8Array {
    this.onLost(reason);
    return new Uint8Array(SIGNATURE_BYTES);
  }

  /** Of replies, for which nothing else has to wait. */
  signLater(key: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
    if (this.#later.size >= LATER_MAX) return Promise.reject(new Error("too much waits for the signer"));
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    this.#later.set(this.#ask({ key, message, isAwaited: false }), { resolve, reject });
    return promise;
  }

  #ask(request: Omit<ThreadRequest, "id">): number {
    // Stays within 31 bits, as the word that answers it does.
    this.#id = this.#id === 0x7fff_ffff ? 1 : this.#id + 1;
    this.#worker.postMessage({ ...request, id: this.#id } satisfies ThreadRequest);
    return this.#id;
  }

  #onNews(news: ThreadNews): void {
    if (news.kind === "answer") return this.#settle(news.answer);
    if (news.kind === "up") {
      this.#keys = news.keys;
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
    later?.reject(new Error(`the signer did not sign: ${answer.refused}`));
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
    for (const { reject } of this.#later.values()) reject(new Error("the signer's link is closed"));
    this.#later.clear();
  }
}
