// L32: what no program may exceed. Consensus constants: each trips as an ordinary abort, in the same place on every
// node and well before any limit of the host could. They are checked where values are made and where
// frames are entered; nothing else needs to know them.

import { utf8Length } from "@juno/base";
import { DEPTH_MAX } from "./depth.ts";
import { bitsOf, INTEGER_BITS_MAX } from "./integer.ts";
import { TEXT_BYTES_MAX } from "./text-form.ts";
import { depthOf, type Value } from "./value.ts";

/** Slots of all functions that have not returned. */
export const STACK_SLOTS_MAX = 1 << 20;
/** Slots that every machine begins with; there are ever twice as many. */
export const STACK_SLOTS_FIRST = 1 << 6;
/** So many slots cost nothing. */
export const STACK_SLOTS_FREE = 1 << 10;
/** Functions that wait for another to return. */
export const FRAMES_MAX = 1 << 17;
/** Words that one command may allocate in all; garbage counts, so that no collector's habits matter. */
export const HEAP_WORDS_MAX = 1 << 24;
export const BYTES_MAX = 1 << 20;
/** Commands and attempts within each other, in tests of the language. */
export const HANDLERS_MAX = 16;

/** L31: how many slots there are once a frame reaches up to `top`. It never falls. */
export function slotsFor(slots: number, top: number): number {
  let room = slots;
  while (room < top) room *= 2;
  return room;
}

/** L31: slots to be paid for when a stack grows. */
export const paidSlots = (from: number, to: number): number =>
  Math.max(to, STACK_SLOTS_FREE) - Math.max(from, STACK_SLOTS_FREE);

/** A UTF-16 unit takes at most three bytes of UTF-8. */
const BYTES_PER_UNIT_MAX = 3;

export type Excess = { readonly error: string; readonly max: number };

/** Why a value may not be, or undefined. Looks at the value's head only: parts were looked at before. */
export function excessOf(value: Value): Excess | undefined {
  if (typeof value === "number" || typeof value === "boolean") return undefined;
  if (typeof value === "bigint") {
    return bitsOf(value) > INTEGER_BITS_MAX ? { error: "IntExceeded", max: INTEGER_BITS_MAX } : undefined;
  }
  if (typeof value === "string") {
    return value.length * BYTES_PER_UNIT_MAX > TEXT_BYTES_MAX && utf8Length(value) > TEXT_BYTES_MAX
      ? { error: "TextExceeded", max: TEXT_BYTES_MAX }
      : undefined;
  }
  if (value instanceof Uint8Array) {
    return value.length > BYTES_MAX ? { error: "BytesExceeded", max: BYTES_MAX } : undefined;
  }
  return depthOf(value) > DEPTH_MAX ? { error: "DepthExceeded", max: DEPTH_MAX } : undefined;
}
