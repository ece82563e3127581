// Exact fractions, always reduced and with a positive denominator, so that equal ones are equal values.

import {
  compareIntegers,
  divideTruncated,
  greatestCommonDivisor,
  isNegative,
  multiply,
  negate,
} from "../machine/integer.ts";
import { Construct, type Integer, type Value } from "../machine/value.ts";
import { bits, product, reducing } from "./cost.ts";

/** What `fraction` costs: a division, then Euclid's algorithm on what is no longer than the smaller. */
export const fractionGas = (a: Integer, b: Integer): number =>
  2 * product(a, b) + reducing(Math.min(bits(a), bits(b)));

export type Fraction = { readonly numerator: Integer; readonly denominator: Integer };

/** The layout of a Ratio. `denominator` is not zero. */
export function fraction(numerator: Integer, denominator: Integer): Construct {
  const divisor = greatestCommonDivisor(numerator, denominator);
  const [n, d] = [divideTruncated(numerator, divisor), divideTruncated(denominator, divisor)];
  return new Construct(0, isNegative(d) ? [negate(n), negate(d)] : [n, d]);
}

export function fractionOf(ratio: Value): Fraction {
  const [numerator, denominator] = (ratio as Construct).fields as readonly [Integer, Integer];
  return { numerator, denominator };
}

/** Undefined if comparing takes a number beyond the limit. */
export function compareFractions(a: Value, b: Value): number | undefined {
  const [x, y] = [fractionOf(a), fractionOf(b)];
  const left = multiply(x.numerator, y.denominator);
  const right = multiply(y.numerator, x.denominator);
  return left === undefined || right === undefined ? undefined : compareIntegers(left, right);
}
