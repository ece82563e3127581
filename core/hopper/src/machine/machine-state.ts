// What a machine is between two instructions: registers, the value stack, frames, gas. Frames are windows of one
// stack, side by side; a frame is two words: where its caller goes on, and the base of the caller's window.
// The state enforces what is payable and what is too deep (L31, L32); it knows no instruction.

import { assert } from "@juno/base";
import type { BuiltinScope } from "../builtins/builtin.ts";
import { abortWith, type Facts, OutOfGas } from "./abort.ts";
import type { Effects } from "./effects.ts";
import { type GasByKind, STACK_SLOT_GAS } from "./gas.ts";
import type { Image } from "./image.ts";
import {
  excessOf,
  FRAMES_MAX,
  HEAP_WORDS_MAX,
  paidSlots,
  STACK_SLOTS_FIRST,
  STACK_SLOTS_MAX,
  slotsFor,
} from "./limits.ts";
import { UNIT, type Value } from "./value.ts";

const FIRST_SLOTS: readonly Value[] = Array.from({ length: STACK_SLOTS_FIRST }, () => UNIT);
const FRAME_WORDS_FIRST = 32;
export const FRAME_WORDS = 2;

/** A command or an attempt that is running: its first instruction, and the frame it stands in. */
export type Handler = {
  readonly kind: "command" | "attempt";
  readonly pc: number;
  readonly fp: number;
  readonly base: number;
  /** Signers that were there when an attempt began; those who came since go when it fails. */
  readonly presences: number;
};

/** What charges of the world and of builtins are counted as. */
export type ChargeKind = "builtins" | "rows" | "events";

export class MachineState implements BuiltinScope {
  readonly image: Image;
  readonly effects: Effects;
  readonly gasLimit: number;
  /** Grown in place, so that it may be kept at hand. */
  readonly stack: Value[] = FIRST_SLOTS.slice();
  frames = new Int32Array(FRAME_WORDS_FIRST);
  pc = 0;
  base = 0;
  /** Words of `frames` in use. */
  fp = 0;
  /** What is left. */
  gas: number;
  /** The machine pauses before it has less gas than this. */
  floor = 0;
  allocation = 0;
  builtins = 0;
  rows = 0;
  events = 0;
  /** Words that count towards the heap and were made by builtins and the world. */
  foreignWords = 0;
  readonly handlers: Handler[] = [];
  /** What `charge` is counted as. */
  charging: ChargeKind = "builtins";
  /** Of the function that runs a builtin. */
  module = "";
  result: Value | undefined;

  constructor(image: Image, effects: Effects, gasLimit: number) {
    this.image = image;
    this.effects = effects;
    this.gasLimit = gasLimit;
    this.gas = gasLimit;
  }

  leave(pc: number, base: number, fp: number, gas: number): void {
    this.pc = pc;
    this.base = base;
    this.fp = fp;
    this.gas = gas;
  }

  get gasByKind(): GasByKind {
    const { allocation, builtins, rows, events } = this;
    const instructions = this.gasLimit - this.gas - allocation - builtins - rows - events;
    return { instructions, allocation, builtins, rows, events };
  }

  /** For nodes whose gas depends on values; counted as instructions. */
  pay(gas: number): void {
    if (gas > this.gas) throw new OutOfGas();
    this.gas -= gas;
  }

  charge(gas: number): void {
    assert(Number.isSafeInteger(gas) && gas >= 0, "a charge is a count");
    if (gas > this.gas) {
      // L31: what cannot be paid uses up the rest, and is what the rest went to.
      this[this.charging] += this.gas;
      this.gas = 0;
      throw new OutOfGas();
    }
    this[this.charging] += gas;
    this.gas -= gas;
  }

  fail(error: string, facts: Facts): never {
    abortWith(error, facts);
  }

  /** L32: what a node has been charged for, before it is made. */
  allocate(words: number): void {
    this.allocation += words;
    this.#checkHeap();
  }

  #checkHeap(): void {
    if (this.allocation + this.foreignWords > HEAP_WORDS_MAX)
      abortWith("HeapExceeded", { max: HEAP_WORDS_MAX });
  }

  /** L32: a value that came from a builtin or the world, which charged `gas` for it. */
  admit(value: Value, gas: number): Value {
    if (typeof value === "number" || typeof value === "boolean") return value;
    this.foreignWords += gas;
    this.#checkHeap();
    return this.checked(value);
  }

  /** L32: a value just made. */
  checked(value: Value): Value {
    const excess = excessOf(value);
    if (excess !== undefined) abortWith(excess.error, { max: excess.max });
    return value;
  }

  /** L31, L32: makes room for a window that ends at `top`, and charges for it. */
  extendStack(top: number): void {
    if (top > STACK_SLOTS_MAX) abortWith("StackExceeded", { max: STACK_SLOTS_MAX });
    const length = slotsFor(this.stack.length, top);
    this.pay(STACK_SLOT_GAS * paidSlots(this.stack.length, length));
    this.growStack(length);
  }

  growStack(length: number): void {
    while (this.stack.length < length) this.stack.push(UNIT);
  }

  /** L32: makes room for one more frame. */
  extendFrames(): void {
    if (this.fp >= FRAME_WORDS * FRAMES_MAX) abortWith("StackExceeded", { max: FRAMES_MAX });
    const grown = new Int32Array(2 * this.frames.length);
    grown.set(this.frames);
    this.frames = grown;
  }
}
