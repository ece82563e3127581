// std.ratio: exact fractions, reduced. Int.ratio, Money.ratio and Duration.ratio make them; scaling an amount
// by one, or rounding one, says how.

import { absolute, add, divideFloor, multiply, negate, subtract } from "../machine/integer.ts";
import { Construct, type Integer, type Value } from "../machine/value.ts";
import type { BuiltinScope } from "./builtin.ts";
import { comparisons } from "./comparisons.ts";
import { bits, denominatorOf, linear, numeratorOf, product, reducing } from "./cost.ts";
import { decimalOf, POWERS_OF_TEN, SCALE_MAX } from "./decimal-form.ts";
import { compareFractions, type Fraction, fraction, fractionOf } from "./fraction.ts";
import { WHOLE } from "./money.ts";
import { type BuiltinRecord, demand, ofModule, within } from "./record.ts";
import { divideRounded } from "./rounding.ts";

/** Products of two fractions' parts, which are then reduced. */
function reducingBoth([a, b]: readonly Value[]): number {
  const [x, y] = [fractionOf(a!), fractionOf(b!)];
  const products =
    product(x.numerator, y.denominator) +
    product(y.numerator, x.denominator) +
    product(x.denominator, y.denominator);
  return 8 + 2 * products + reducing(smallerBits(x, y));
}

/** Bits of the shorter of what a product, sum or quotient has above and below the line; no fewer. */
function smallerBits(x: Fraction, y: Fraction): number {
  const below = bits(x.denominator) + bits(y.denominator);
  const across = bits(x.denominator) + bits(y.numerator);
  return Math.max(below, across);
}

function reducingWith(ratio: Value, n: Value): number {
  const { numerator, denominator } = fractionOf(ratio);
  return 8 + 2 * product(numerator, n as Integer) + reducing(bits(denominator) + SAFE_WHOLE_BITS);
}

/** Of what a percentage is over: a fraction's denominator may grow by so much. */
const SAFE_WHOLE_BITS = 27;

const dividing = ([r]: readonly Value[]): number => 8 + 2 * product(numeratorOf(r!), denominatorOf(r!));

type Join = (a: Integer, b: Integer) => Integer | undefined;

/** Sum or difference, over the product of the denominators. */
function joined([a, b]: readonly Value[], join: Join, scope: BuiltinScope): Value {
  const [x, y] = [fractionOf(a!), fractionOf(b!)];
  const left = within(multiply(x.numerator, y.denominator), scope);
  const right = within(multiply(y.numerator, x.denominator), scope);
  return fraction(within(join(left, right), scope), within(multiply(x.denominator, y.denominator), scope));
}

function times(a: Fraction, b: Fraction, scope: BuiltinScope): Value {
  return fraction(
    within(multiply(a.numerator, b.numerator), scope),
    within(multiply(a.denominator, b.denominator), scope),
  );
}

const whole = (n: Value): Fraction => ({ numerator: n as Integer, denominator: 1 });

const ARITHMETIC: readonly BuiltinRecord[] = [
  {
    declaration: "fn add(a: Ratio, b: Ratio) -> Ratio",
    doc: "The sum: `a + b`.",
    examples: ["1.ratio(2) + 1.ratio(3) == 5.ratio(6)"],
    cost: reducingBoth,
    run: (args, scope) => joined(args, add, scope),
  },
  {
    declaration: "fn subtract(a: Ratio, b: Ratio) -> Ratio",
    doc: "The difference: `a - b`.",
    examples: ["1.ratio(2) - 1.ratio(3) == 1.ratio(6)"],
    cost: reducingBoth,
    run: (args, scope) => joined(args, subtract, scope),
  },
  {
    declaration: "fn multiply(a: Ratio, b: Ratio) -> Ratio",
    doc: "The product: `a * b`.",
    examples: ["2.ratio(3) * 3.ratio(4) == 1.ratio(2)"],
    cost: reducingBoth,
    run: ([a, b], scope) => times(fractionOf(a!), fractionOf(b!), scope),
  },
  {
    declaration: "fn multiply_int(r: Ratio, n: Int) -> Ratio",
    doc: "So many times the fraction: `r * n`.",
    examples: ["1.ratio(6) * 3 == 1.ratio(2)"],
    cost: ([r, n]) => reducingWith(r!, n!),
    run: ([r, n], scope) => times(fractionOf(r!), whole(n!), scope),
  },
  {
    declaration: "fn times(n: Int, r: Ratio) -> Ratio",
    doc: "So many times the fraction: `n * r`.",
    examples: ["3 * 1.ratio(6) == 1.ratio(2)"],
    cost: ([n, r]) => reducingWith(r!, n!),
    run: ([n, r], scope) => times(fractionOf(r!), whole(n!), scope),
  },
  {
    declaration: "fn of_percent(r: Ratio, p: Percent) -> Ratio",
    doc: "So many percent of the fraction: `r * p`.",
    examples: ["1.ratio(2) * 50% == 1.ratio(4)"],
    cost: ([r, p]) => reducingWith(r!, p!),
    run: ([r, p], scope) => times(fractionOf(r!), { numerator: p as Integer, denominator: WHOLE }, scope),
  },
  {
    declaration: "fn divide(a: Ratio, b: Ratio) -> Ratio requires !b.is_zero()",
    doc: "The quotient, exact.",
    examples: ["1.ratio(2).divide(1.ratio(4)) == 2.ratio(1)"],
    cost: reducingBoth,
    run: ([a, b], scope) => {
      const { numerator, denominator } = fractionOf(b!);
      demand(numerator !== 0, "!b.is_zero()", scope);
      return times(fractionOf(a!), { numerator: denominator, denominator: numerator }, scope);
    },
  },
  {
    declaration: "fn negate(r: Ratio) -> Ratio",
    doc: "The fraction with the other sign: `-r`.",
    examples: ["-(1.ratio(2)) == (-1).ratio(2)"],
    cost: ([r]) => 4 + linear(numeratorOf(r!)),
    run: ([r]) => {
      const { numerator, denominator } = fractionOf(r!);
      return new Construct(0, [negate(numerator), denominator]);
    },
  },
  {
    declaration: "fn abs(r: Ratio) -> Ratio",
    doc: "The fraction without its sign.",
    examples: ["(-1).ratio(2).abs() == 1.ratio(2)"],
    cost: ([r]) => 4 + linear(numeratorOf(r!)),
    run: ([r]) => {
      const { numerator, denominator } = fractionOf(r!);
      return new Construct(0, [absolute(numerator), denominator]);
    },
  },
];

const PARTS: readonly BuiltinRecord[] = [
  {
    declaration: "fn numerator(r: Ratio) -> Int",
    doc: "The number above the line, of the reduced fraction.",
    examples: ["6.ratio(8).numerator() == 3"],
    cost: () => 1,
    run: ([r]) => fractionOf(r!).numerator,
  },
  {
    declaration: "fn denominator(r: Ratio) -> Nat",
    doc: "The number below the line, of the reduced fraction: at least 1.",
    examples: ["6.ratio(8).denominator() == 4"],
    cost: () => 1,
    run: ([r]) => fractionOf(r!).denominator,
  },
  {
    declaration: "fn is_zero(r: Ratio) -> Bool",
    doc: "Whether the fraction is zero.",
    examples: ["0.ratio(8).is_zero()"],
    cost: () => 1,
    run: ([r]) => fractionOf(r!).numerator === 0,
  },
];

const CONVERSIONS: readonly BuiltinRecord[] = [
  {
    declaration: "fn floor(r: Ratio) -> Int",
    doc: "The greatest whole number that is not above the fraction.",
    examples: ["7.ratio(2).floor() == 3", "(-7).ratio(2).floor() == -4"],
    cost: dividing,
    run: ([r]) => {
      const { numerator, denominator } = fractionOf(r!);
      return divideFloor(numerator, denominator);
    },
  },
  {
    declaration: "fn round(r: Ratio, rounding: Rounding) -> Int",
    doc: "A whole number, rounded as said.",
    examples: ["7.ratio(2).round(half_even) == 4", "5.ratio(2).round(half_even) == 2"],
    cost: dividing,
    run: ([r, rounding]) => {
      const { numerator, denominator } = fractionOf(r!);
      return divideRounded(numerator, denominator, rounding!);
    },
  },
  {
    declaration: "fn to_percent(r: Ratio, rounding: Rounding) -> Percent",
    doc: "The fraction in percent, rounded to a millionth of one.",
    examples: ["1.ratio(8).to_percent(down) == 12.5%"],
    cost: dividing,
    run: ([r, rounding], scope) => {
      const { numerator, denominator } = fractionOf(r!);
      return divideRounded(within(multiply(numerator, WHOLE), scope), denominator, rounding!);
    },
  },
  {
    declaration:
      "fn to_decimal(r: Ratio, decimals: Nat, rounding: Rounding) -> Decimal requires decimals <= 18",
    doc: "The fraction with so many decimals, rounded as said.",
    examples: ["2.ratio(3).to_decimal(4, half_even) == 0.6667"],
    cost: dividing,
    run: ([r, decimals, rounding], scope) => {
      demand((decimals as Integer) <= SCALE_MAX, "decimals <= 18", scope);
      const { numerator, denominator } = fractionOf(r!);
      const shifted = within(multiply(numerator, POWERS_OF_TEN[decimals as number]!), scope);
      return decimalOf(divideRounded(shifted, denominator, rounding!), decimals as number);
    },
  },
];

export const RATIO = ofModule("std.ratio", [
  ...ARITHMETIC,
  ...PARTS,
  ...comparisons({
    type: "Ratio",
    compare: (a, b, scope) => within(compareFractions(a, b), scope) as number,
    cost: ([a, b]) =>
      4 + product(numeratorOf(a!), denominatorOf(b!)) + product(numeratorOf(b!), denominatorOf(a!)),
    examples: ["1.ratio(3)", "1.ratio(2)"],
  }),
  ...CONVERSIONS,
]);
