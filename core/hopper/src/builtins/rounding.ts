// Rounding (L42): every division of amounts says how. Down is towards zero and up away from it, so that a debt and
// a claim of the same size round alike; half_even is to the nearest, and from the middle to the even one.

import {
  absolute,
  add,
  compareIntegers,
  divideTruncated,
  isNegative,
  remainder,
  subtract,
} from "../machine/integer.ts";
import type { Construct, Integer, Value } from "../machine/value.ts";

const DOWN = 0;
const UP = 1;

function isAwayFromZero(rest: Integer, divisor: Integer, quotient: Integer, tag: number): boolean {
  if (tag === DOWN) return false;
  if (tag === UP) return true;
  const left = absolute(rest);
  // The distance to the next quotient against that to this one: doubling could leave the limit of integers.
  const order = compareIntegers(left, subtract(absolute(divisor), left)!);
  return order > 0 || (order === 0 && remainder(quotient, 2) !== 0);
}

/** `rounding` is a value of std.money's Rounding. The divisor is not zero. */
export function divideRounded(dividend: Integer, divisor: Integer, rounding: Value): Integer {
  const quotient = divideTruncated(dividend, divisor);
  const rest = remainder(dividend, divisor);
  if (rest === 0) return quotient;
  if (!isAwayFromZero(rest, divisor, quotient, (rounding as Construct).tag)) return quotient;
  // There is a rest, so the divisor is at least 2 and the quotient far from the limit.
  return isNegative(dividend) === isNegative(divisor) ? add(quotient, 1)! : subtract(quotient, 1)!;
}
