// The register bytecode: what each instruction looks like, and the buffer it is written to. An instruction
// begins with its opcode and its gas in one word; operands follow. An operand that is a value is a
// slot of the running frame, or the complement of a place in the constant pool. Bytecode lives in memory
// only: it may change with any version, gas and results may not.

import { assert } from "@juno/base";
import type { Value } from "./value.ts";

/** The bits of an instruction's first word that are its opcode; above them stands the gas of its node. */
export const OPCODE_BITS = 6;
export const OPCODE_MASK = (1 << OPCODE_BITS) - 1;
const GAS_MAX = 1 << 24;

/**
 * Operands in order: `d` destination, `v` value, `n v…` counted values, `p` a place in the code. What enters a
 * frame has its destination last, right before the place that the frame returns to.
 * The machine's switch repeats these numbers: only literal cases make a jump table.
 */
export const OPCODE = {
  /** d v */
  move: 0,
  /** d v p: what a nested body returns, and on to what follows. */
  give: 1,
  /** v p: on, or to p if false. */
  branch: 2,
  /** v count p p…: by tag; the first place is for tags from `count` on. */
  switch: 3,
  /** d v index */
  field: 4,
  /** p window need n v… d: `window` is the caller's slots, `need` those of both. */
  call: 5,
  /** v */
  return: 6,
  /** p need n v…: no value is a slot that an earlier one has overwritten. */
  tailCall: 7,
  /** Arithmetic, from here to 31: d gas builtin module n v…, as `builtin`; `gas` is the cost for safe numbers. */
  add: 16,
  subtract: 17,
  /** Of natural numbers: not below zero. */
  subtractNat: 18,
  multiply: 19,
  less: 20,
  lessOrEqual: 21,
  greater: 22,
  greaterOrEqual: 23,
  equal: 24,
  /** From here on, what the machine's loop leaves to others. v window n v… d */
  apply: 32,
  /** p need n v…, in any order. */
  tailCallCrossed: 33,
  /** v n v… */
  tailApply: 34,
  /** d tag n v… */
  construct: 35,
  /** d function n v… */
  closure: 36,
  /** d n v… */
  list: 37,
  /** d v */
  tag: 38,
  /** p */
  jump: 39,
  /** d gas builtin module n v…: `gas` is not used. */
  builtin: 40,
  /** d operation module table n v… */
  table: 41,
  /** d v */
  emit: 42,
  /** module */
  commandBegin: 43,
  commandEnd: 44,
  /** d p: where to go on if the attempt fails. */
  attemptBegin: 45,
  /** d */
  attemptEnd: 46,
  /** v count p (tag p)…: tags ascending, the first place for those that are missing. */
  sparseSwitch: 47,
  /** v */
  abort: 48,
  /** A switch without an arm for the tag: the types rule it out. */
  trap: 49,
} as const;

export type OpcodeName = keyof typeof OPCODE;

/** A place in the code that may not be known yet. */
export class Label {
  at = -1;
}

type Fixup = { readonly word: number; readonly label: Label };

/** Gathers instructions, their positions in the source, and constants, each once. */
export class CodeBuffer {
  readonly #words: number[] = [];
  readonly #positions: number[] = [];
  readonly #fixups: Fixup[] = [];
  readonly #constants: Value[];
  readonly #places = new Map<string | number | bigint | boolean, number>();

  constructor(constants: readonly Value[] = []) {
    this.#constants = [...constants];
  }

  get length(): number {
    return this.#words.length;
  }

  /** Begins an instruction; its operands follow. */
  begin(name: OpcodeName, instruction: { readonly gas: number; readonly at: number }): void {
    assert(instruction.gas < GAS_MAX, "an instruction's gas fits its word");
    this.#positions[this.#words.length] = instruction.at;
    this.#words.push((instruction.gas << OPCODE_BITS) | OPCODE[name]);
  }

  word(word: number): void {
    this.#words.push(word);
  }

  place(label: Label): void {
    this.#fixups.push({ word: this.#words.length, label });
    this.#words.push(-1);
  }

  /** The label's place is here. */
  mark(label: Label): void {
    label.at = this.#words.length;
  }

  /** The operand for a constant. Texts, numbers and booleans never equal each other as keys. */
  constant(value: Value): number {
    if (typeof value === "object") return ~(this.#constants.push(value) - 1);
    const known = this.#places.get(value);
    if (known !== undefined) return known;
    const operand = ~(this.#constants.push(value) - 1);
    this.#places.set(value, operand);
    return operand;
  }

  finish(): Bytecode {
    for (const { word, label } of this.#fixups) {
      assert(label.at >= 0, "every label has a place");
      this.#words[word] = label.at;
    }
    const positions = new Int32Array(this.#words.length);
    for (let at = 0; at < positions.length; at++)
      positions[at] = this.#positions[at] ?? positions[at - 1] ?? 0;
    return { words: Int32Array.from(this.#words), positions, constants: this.#constants };
  }
}

export type Bytecode = {
  readonly words: Int32Array;
  /** Beside each word the offset in the source of the node it belongs to. */
  readonly positions: Int32Array;
  readonly constants: readonly Value[];
};
