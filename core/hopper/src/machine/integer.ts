// Exact integers (L32): numbers while they are safe, bigints beyond, one form for each value. What could
// leave the limit of 65,536 bits is refused before it is computed, so that no host limit is ever met.
// Gas is the caller's: `limbsOf` is what it is measured in.

import { assert } from "@juno/base";
import { type Integer, integer } from "./value.ts";

/** L32: the bits of an integer's magnitude. */
export const INTEGER_BITS_MAX = 65_536;
/** Decimal digits of the greatest integer. */
const DIGITS_MAX = 19_729;

const LIMB_BITS = 64;
/** 2 to the powers 2^6 … 2^16: what limbs are counted by, in halves. */
const POWERS: readonly bigint[] = Array.from({ length: 11 }, (_, i) => 1n << BigInt(LIMB_BITS << i));

export const isInteger = (value: unknown): value is Integer =>
  typeof value === "number" || typeof value === "bigint";

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** The number of 64-bit limbs of the magnitude; 1 for zero. */
export function limbsOf(value: Integer): number {
  return typeof value === "number" ? 1 : split(magnitude(value)).limbs;
}

/** The number of limbs, and the highest of them. */
function split(value: bigint): { limbs: number; top: bigint } {
  let top = value;
  let limbs = 1;
  if (top >= POWERS[1]!) {
    for (let i = POWERS.length - 1; i >= 0; i--) {
      if (top < POWERS[i]!) continue;
      top >>= BigInt(LIMB_BITS << i);
      limbs += 1 << i;
    }
  } else if (top >= POWERS[0]!) {
    top >>= 64n;
    limbs = 2;
  }
  return { limbs, top };
}

const bitsBelow32 = (value: number): number => 32 - Math.clz32(value);

/** The bits of the magnitude: 0 for zero, n for 2^n - 1. */
export function bitsOf(value: Integer): number {
  const { limbs, top } = split(magnitude(BigInt(value)));
  const high = Number(top >> 32n);
  const inTop = high > 0 ? 32 + bitsBelow32(high) : bitsBelow32(Number(top & 0xffff_ffffn));
  return LIMB_BITS * (limbs - 1) + inTop;
}

/** Of a result that was safe to compute: its form, or undefined if it is too large. */
function limited(value: bigint): Integer | undefined {
  const size = magnitude(value);
  return size >= POWERS[POWERS.length - 1]! ? undefined : integer(value);
}

/** Undefined: more than 65,536 bits. So of `subtract` and `multiply`. */
export function add(a: Integer, b: Integer): Integer | undefined {
  if (typeof a === "number" && typeof b === "number") {
    // A sum beyond the safe integers may be rounded, but never to a safe one.
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return limited(BigInt(a) + BigInt(b));
}

export function subtract(a: Integer, b: Integer): Integer | undefined {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return limited(BigInt(a) - BigInt(b));
}

export function multiply(a: Integer, b: Integer): Integer | undefined {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    // Zero has no sign here, though it has one in the host.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  // A product has as many bits as its factors together, or one less.
  if (a !== 0 && b !== 0 && bitsOf(a) + bitsOf(b) - 1 > INTEGER_BITS_MAX) return undefined;
  return limited(BigInt(a) * BigInt(b));
}

export const negate = (a: Integer): Integer => (typeof a === "number" ? 0 - a : integer(-a));

export const absolute = (a: Integer): Integer => (isNegative(a) ? negate(a) : a);

export const isNegative = (a: Integer): boolean => a < 0;

/** Negative, zero or positive, as a is less than, equal to or greater than b. */
export function compareIntegers(a: Integer, b: Integer): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Quotient and remainder, the quotient rounded towards zero. `b` is not zero. */
function divideNumbers(a: number, b: number): readonly [quotient: number, remainder: number] {
  const remainder = a % b;
  // Exact: the difference is a multiple of b, and both are safe.
  return [(a - remainder) / b + 0, remainder + 0];
}

/** Towards zero: -7 by 2 is -3. `b` is not zero; so in all that follow. */
export function divideTruncated(a: Integer, b: Integer): Integer {
  assert(b !== 0, "a divisor is not zero");
  if (typeof a === "number" && typeof b === "number") return divideNumbers(a, b)[0];
  return integer(BigInt(a) / BigInt(b));
}

/** The remainder of `divideTruncated`: it has the sign of `a`. */
export function remainder(a: Integer, b: Integer): Integer {
  assert(b !== 0, "a divisor is not zero");
  if (typeof a === "number" && typeof b === "number") return divideNumbers(a, b)[1];
  return integer(BigInt(a) % BigInt(b));
}

/** Towards minus infinity: -7 by 2 is -4. */
export function divideFloor(a: Integer, b: Integer): Integer {
  assert(b !== 0, "a divisor is not zero");
  if (typeof a === "number" && typeof b === "number") {
    const [quotient, rest] = divideNumbers(a, b);
    return rest !== 0 && rest < 0 !== b < 0 ? quotient - 1 : quotient;
  }
  const [x, y] = [BigInt(a), BigInt(b)];
  const rest = x % y;
  return integer(rest !== 0n && rest < 0n !== y < 0n ? x / y - 1n : x / y);
}

/** The remainder of `divideFloor`: it has the sign of `b`. */
export function modulo(a: Integer, b: Integer): Integer {
  assert(b !== 0, "a divisor is not zero");
  if (typeof a === "number" && typeof b === "number") {
    const [, rest] = divideNumbers(a, b);
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
  }
  const y = BigInt(b);
  const rest = BigInt(a) % y;
  return integer(rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest);
}

/** Non-negative; zero only for two zeros. Its time grows with the product of the limbs. */
export function greatestCommonDivisor(a: Integer, b: Integer): Integer {
  let [x, y] = [absolute(a), absolute(b)];
  while (y !== 0) [x, y] = [y, remainder(x, y)];
  return x;
}

/** A host's own parser would take spaces, signs and other bases as well. */
function isDecimal(text: string): boolean {
  const first = text.startsWith("-") ? 1 : 0;
  for (let i = first; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x30 || unit > 0x39) return false;
  }
  return text.charAt(first) === "0" ? text.length === 1 : text.length > first;
}

/** The integer of its one decimal text, or undefined: another spelling, or too large. */
export function parseInteger(text: string): Integer | undefined {
  if (text.length > DIGITS_MAX + 1 || !isDecimal(text)) return undefined;
  return text.length < 16 ? Number(text) : limited(BigInt(text));
}

export const renderInteger = (value: Integer): string => String(value);
