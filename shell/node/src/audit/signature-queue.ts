// Signatures on their way to the verifier: gathered into large calls of which several are under way, so
// that all its threads work while the main thread reads on. What waits is bounded: whoever adds must
// pause after each chunk. It must not know what is signed.

import type { SignatureCheck } from "@juno/base";
import type { Verifier } from "@juno/runtime";

/** Checks of one call, and calls under way. */
const CALL_CHECKS = 512;
const CALLS_MAX = 4;

type Waiting = { readonly check: SignatureCheck; readonly refused: () => void };

export class SignatureQueue {
  readonly #verifier: Verifier;
  #waiting: Waiting[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #failure: { readonly cause: unknown } | undefined;
  #verified = 0;

  constructor(verifier: Verifier) {
    this.#verifier = verifier;
  }

  /** Signatures that were found good. */
  get verified(): number {
    return this.#verified;
  }

  /** `refused` is called once if any of the checks fails. */
  add(checks: readonly SignatureCheck[], refused: () => void): void {
    let isTold = false;
    const once = (): void => {
      if (!isTold) refused();
      isTold = true;
    };
    for (const check of checks) this.#waiting.push({ check, refused: once });
  }

  /** To be awaited after each chunk: hands on what has gathered, waits while too much is under way. */
  async pause(): Promise<void> {
    while (this.#waiting.length >= CALL_CHECKS) {
      this.#send(CALL_CHECKS);
      while (this.#underWay.size >= CALLS_MAX) await Promise.race(this.#underWay);
    }
    this.#throwFailure();
  }

  /** Waits until every signature is answered. */
  async end(): Promise<void> {
    while (this.#waiting.length > 0) this.#send(CALL_CHECKS);
    while (this.#underWay.size > 0) await Promise.race(this.#underWay);
    this.#throwFailure();
  }

  #send(count: number): void {
    const items = this.#waiting.splice(0, count);
    const call = this.#verifier.verify(items.map(({ check }) => check)).then(
      (answers) => this.#take(items, answers),
      (cause: unknown) => {
        this.#failure ??= { cause };
      },
    );
    const settled = call.then(() => {
      this.#underWay.delete(settled);
    });
    this.#underWay.add(settled);
  }

  #take(items: readonly Waiting[], answers: readonly boolean[]): void {
    for (const [at, { refused }] of items.entries()) {
      if (answers[at] === true) this.#verified += 1;
      else refused();
    }
  }

  /** A verifier that broke says nothing about the database. */
  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.cause;
  }
}
