// Choices of a generator: chance until they are used up, then always the first, which is the simplest. A failing
// program shrinks by having fewer choices.

import { assert, Prng } from "@juno/base";
import fc from "fast-check";

export class Dice {
  readonly #chance: Prng;
  #left: number;
  #names = 0;

  constructor({ seed, choices }: Seed) {
    this.#chance = new Prng(seed);
    this.#left = choices;
  }

  /** From 0 to `bound` - 1. */
  below(bound: number): number {
    if (this.#left === 0) return 0;
    this.#left -= 1;
    return this.#chance.below(bound);
  }

  /** True so many times of a hundred; never when the choices are used up. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    assert(item !== undefined, "there is something to choose from");
    return item;
  }

  /** What does one of several things, the first of them if nothing else is possible. */
  oneOf<T>(ways: readonly (() => T)[]): T {
    return this.pick(ways)();
  }

  /** A name that nothing else has. */
  fresh(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }
}

export type Seed = { readonly seed: number; readonly choices: number };

export const seeds: fc.Arbitrary<Seed> = fc.record({
  seed: fc.noBias(fc.noShrink(fc.nat({ max: 0xffff_ffff }))),
  choices: fc.integer({ min: 100, max: 1_200 }),
});
