// What builtins cost (L31): 1 gas is about 10 ns of a reference machine. Formulas of limbs (64 bits), bytes, words
// and items; each is for the work it is charged before, and never falls when an argument grows. The node
// that calls a builtin is charged apart.

import type { Meter } from "../machine/effects.ts";
import { limbsOf } from "../machine/integer.ts";
import { sizeOf } from "../machine/size.ts";
import type { Construct, Integer, Value } from "../machine/value.ts";

/** More than any command can pay; costs stay exact integers. */
const UNPAYABLE = 2 ** 48;

const UNITS_PER_GAS = 16;
const BYTES_PER_GAS = 32;
/** SHA-256 of any bytes, and of one block of 64. */
const HASH_GAS = 200;
const HASH_BLOCK_GAS = 16;
const HASH_BLOCK_BYTES = 64;

export const bounded = (gas: number): number => Math.min(gas, UNPAYABLE);

/** A count that a program chose, as a number that gas can be computed with. */
export const countOf = (count: Integer): number =>
  typeof count === "number" ? Math.min(count, UNPAYABLE) : count < 0n ? 0 : UNPAYABLE;

const isLong = (numbers: readonly Integer[]): boolean => numbers.some((one) => typeof one === "bigint");

/** Adding, subtracting, comparing: the limbs of the longest. */
export function linear(...numbers: readonly Integer[]): number {
  if (!isLong(numbers)) return 1;
  let limbs = 1;
  for (const number of numbers) limbs = Math.max(limbs, limbsOf(number));
  return 8 + limbs;
}

/** Multiplying and dividing: the product of the limbs. */
export function product(a: Integer, b: Integer): number {
  if (!isLong([a, b])) return 1;
  const [x, y] = [limbsOf(a), limbsOf(b)];
  return 12 + 4 * (x + y) + x * y;
}

const digitGas = (limbs: number): number => 4 + 12 * limbs + Math.ceil((limbs * limbs) / 3);

/** Between numbers and decimal digits, in time that grows with their square. */
export const digits = (number: Integer): number => digitGas(limbsOf(number));

/** A longer text is no number, which is seen at once. */
const DIGITS_MAX = 19_730;

export const digitsOfText = (text: string): number =>
  digitGas(Math.ceil(Math.min(text.length, DIGITS_MAX) / 19));

/** Bits of a safe integer. */
function bitsOfNumber(number: number): number {
  const size = Math.abs(number);
  const high = Math.floor(size / 2 ** 32);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(size);
}

/** Bits of a number, all of the highest limb's if it is long. */
export const bits = (number: Integer): number =>
  typeof number === "number" ? bitsOfNumber(number) : 64 * limbsOf(number);

const SAFE_BITS = 53;

/** Reducing a fraction: Euclid's algorithm takes up to 1.44 divisions for each bit of the smaller part. */
export function reducing(smaller: number): number {
  if (smaller <= SAFE_BITS) return 10 + 5 * smaller;
  const limbs = Math.ceil(smaller / 64);
  return 94 * limbs * (8 + limbs);
}

const partsOf = (ratio: Value): readonly [Integer, Integer] =>
  (ratio as Construct).fields as readonly [Integer, Integer];

export const numeratorOf = (ratio: Value): Integer => partsOf(ratio)[0];
export const denominatorOf = (ratio: Value): Integer => partsOf(ratio)[1];

/** Raising to a power: the last multiplication costs as much as all before it. */
export function raising(base: Integer, exponent: Integer): number {
  const limbs = Math.min(2_049, Math.ceil((bits(base) * countOf(exponent)) / 64));
  return 30 + 4 * limbs + Math.ceil((limbs * limbs) / 2);
}

export const textUnits = (...texts: readonly string[]): number => {
  let units = 0;
  for (const text of texts) units += text.length;
  return Math.ceil(units / UNITS_PER_GAS);
};

export const byteCount = (...parts: readonly Uint8Array[]): number => {
  let bytes = 0;
  for (const part of parts) bytes += part.length;
  return Math.ceil(bytes / BYTES_PER_GAS);
};

export const hashing = (bytes: number): number =>
  HASH_GAS + HASH_BLOCK_GAS * Math.ceil(bytes / HASH_BLOCK_BYTES);

/** Making a list of so many items. */
export const items = (count: number): number => 4 + 4 * count;

/** Steps of a search by halves. */
export const halvings = (length: number): number => 32 - Math.clz32(length);

/** Words that are looked at before anything is charged for them. */
const FREE_WORDS = 32;
const WORD_GAS = 8;
/** Each look at a value goes so many times as far as the one before. */
const STRIDE = 4;

/** Whether a walk over both values ends at once. */
const isShort = (a: Value, b: Value): boolean => typeof a === "number" || typeof b === "number";

/** What a walk over both values costs before `chargeWalk`. */
export const walking = (a: Value, b: Value): number => (isShort(a, b) ? 1 : 4);

/**
 * Charges a walk over both values by the words of the smaller one. Shared parts can make a value far larger as a tree
 * than in memory, so its size is found out in steps, each paid for before the next.
 */
export function chargeWalk(a: Value, b: Value, meter: Meter): void {
  if (isShort(a, b)) return;
  let budget = FREE_WORDS;
  let paid = 0;
  for (;;) {
    const words = Math.min(sizeOf(a, budget), sizeOf(b, budget));
    meter.charge(WORD_GAS * (Math.min(words, budget) - paid));
    if (words <= budget) return;
    paid = budget;
    budget *= STRIDE;
  }
}
