// The testing effects of a test, with an ear for the commands it calls.

import type { TestingEffects } from "../machine/effects.ts";
import type { Value } from "../machine/value.ts";

export type CommandEar = {
  /** Before the command of the module runs. */
  begun(module: string): void;
  /** After it has ended; `kept` if it did not fail. */
  ended(kept: boolean): void;
};

export class HeardTesting implements TestingEffects {
  readonly #inner: TestingEffects;
  readonly #ear: CommandEar;

  constructor(inner: TestingEffects, ear: CommandEar) {
    this.#inner = inner;
    this.#ear = ear;
  }

  begin(module: string): void {
    this.#ear.begun(module);
    this.#inner.begin(module);
  }

  end(keep: boolean): void {
    this.#inner.end(keep);
    this.#ear.ended(keep);
  }

  signer(name: string): Value {
    return this.#inner.signer(name);
  }

  signing(names: readonly string[]): void {
    this.#inner.signing(names);
  }

  granting(name: string, capability: Value): void {
    this.#inner.granting(name, capability);
  }

  release(): void {
    this.#inner.release();
  }

  get presences(): number {
    return this.#inner.presences;
  }

  releaseTo(presences: number): void {
    this.#inner.releaseTo(presences);
  }

  wait(durationMs: Value): void {
    this.#inner.wait(durationMs);
  }

  supply(asset: Value): Value {
    return this.#inner.supply(asset);
  }
}
