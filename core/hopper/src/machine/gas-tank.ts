// The reference interpreter's own account of gas and heap: what machine-state.ts does for the machine, said as
// plainly as possible (L31, L32).

import type { BuiltinScope } from "../builtins/builtin.ts";
import { abortWith, type Facts, OutOfGas } from "./abort.ts";
import type { Effects } from "./effects.ts";
import type { GasByKind } from "./gas.ts";
import { excessOf, HEAP_WORDS_MAX } from "./limits.ts";
import type { Value } from "./value.ts";

type Kind = keyof GasByKind;

export class GasTank implements BuiltinScope {
  readonly limit: number;
  readonly effects: Effects;
  readonly #used: Record<Kind, number> = { instructions: 0, allocation: 0, builtins: 0, rows: 0, events: 0 };
  #heapWords = 0;
  /** Of the function that runs a builtin. */
  module = "";
  /** What `charge` is counted as. */
  kind: Kind = "instructions";

  constructor(limit: number, effects: Effects) {
    this.limit = limit;
    this.effects = effects;
  }

  get byKind(): GasByKind {
    return { ...this.#used };
  }

  get used(): number {
    const { instructions, allocation, builtins, rows, events } = this.#used;
    return instructions + allocation + builtins + rows + events;
  }

  charge(gas: number): void {
    const left = this.limit - this.used;
    this.#used[this.kind] += Math.min(gas, left);
    if (gas > left) throw new OutOfGas();
  }

  /** A node's gas, and the words in it that it allocates. */
  node(gas: number, words: number): void {
    this.kind = "instructions";
    this.charge(gas);
    this.#used.instructions -= words;
    this.#used.allocation += words;
    this.#occupy(words);
  }

  fail(error: string, facts: Facts): never {
    abortWith(error, facts);
  }

  #occupy(words: number): void {
    this.#heapWords += words;
    if (this.#heapWords > HEAP_WORDS_MAX) abortWith("HeapExceeded", { max: HEAP_WORDS_MAX });
  }

  /** What a builtin or the world gave for the gas since `before`. */
  admit(value: Value, before: number): Value {
    if (typeof value === "number" || typeof value === "boolean") return value;
    this.#occupy(this.used - before);
    return this.checked(value);
  }

  checked(value: Value): Value {
    const excess = excessOf(value);
    if (excess !== undefined) abortWith(excess.error, { max: excess.max });
    return value;
  }
}
