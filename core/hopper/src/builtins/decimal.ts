// std.decimal: numbers with at most 18 decimals. Sums are exact; a product or quotient that has more says how it is
// rounded.

import { renderFixed } from "../machine/digits.ts";
import { add, compareIntegers, limbsOf, multiply, negate, subtract } from "../machine/integer.ts";
import { Construct, type Integer, type Value } from "../machine/value.ts";
import type { BuiltinScope } from "./builtin.ts";
import { comparisons } from "./comparisons.ts";
import { digits } from "./cost.ts";
import { decimalOf, POWERS_OF_TEN, partsOfDecimal, SCALE_MAX } from "./decimal-form.ts";
import { fraction, fractionGas } from "./fraction.ts";
import { type BuiltinRecord, demand, ofModule, within } from "./record.ts";
import { divideRounded } from "./rounding.ts";

const limbs = (decimal: Value): number => limbsOf(partsOfDecimal(decimal).coefficient);

/** Bringing to one scale, and back to the least. */
const aligning = ([a, b]: readonly Value[]): number => 24 + 16 * Math.max(limbs(a!), limbs(b!));
const one = ([d]: readonly Value[]): number => 12 + 16 * limbs(d!);

/** Both coefficients at the greater of the two scales. */
function aligned(a: Value, b: Value, scope: BuiltinScope): { x: Integer; y: Integer; scale: number } {
  const [left, right] = [partsOfDecimal(a), partsOfDecimal(b)];
  const scale = Math.max(left.scale, right.scale);
  const x = within(multiply(left.coefficient, POWERS_OF_TEN[scale - left.scale]!), scope);
  const y = within(multiply(right.coefficient, POWERS_OF_TEN[scale - right.scale]!), scope);
  return { x, y, scale };
}

function rounded(parts: { coefficient: Integer; scale: number }, scale: number, rounding: Value): Value {
  if (parts.scale <= scale) return decimalOf(parts.coefficient, parts.scale);
  return decimalOf(divideRounded(parts.coefficient, POWERS_OF_TEN[parts.scale - scale]!, rounding), scale);
}

function multiplied(decimal: Value, n: Value, scope: BuiltinScope): Value {
  const { coefficient, scale } = partsOfDecimal(decimal);
  return decimalOf(within(multiply(coefficient, n as Integer), scope), scale);
}

const ARITHMETIC: readonly BuiltinRecord[] = [
  {
    declaration: "fn add(a: Decimal, b: Decimal) -> Decimal",
    doc: "The sum, exact: `a + b`.",
    examples: ["0.1 + 0.2 == 0.3"],
    cost: aligning,
    run: ([a, b], scope) => {
      const { x, y, scale } = aligned(a!, b!, scope);
      return decimalOf(within(add(x, y), scope), scale);
    },
  },
  {
    declaration: "fn subtract(a: Decimal, b: Decimal) -> Decimal",
    doc: "The difference, exact: `a - b`.",
    examples: ["1.0 - 0.75 == 0.25"],
    cost: aligning,
    run: ([a, b], scope) => {
      const { x, y, scale } = aligned(a!, b!, scope);
      return decimalOf(within(subtract(x, y), scope), scale);
    },
  },
  {
    declaration: "fn negate(d: Decimal) -> Decimal",
    doc: "The number with the other sign: `-d`.",
    examples: ["-(0.5) + 0.5 == 0.0"],
    cost: one,
    run: ([d]) => {
      const { coefficient, scale } = partsOfDecimal(d!);
      return new Construct(0, [negate(coefficient), scale]);
    },
  },
  {
    declaration: "fn multiply(d: Decimal, n: Int) -> Decimal",
    doc: "So many times the number, exact: `d * n`.",
    examples: ["0.25 * 3 == 0.75"],
    cost: ([d, n]) => 12 + 16 * (limbs(d!) + limbsOf(n as Integer)) + limbs(d!) * limbsOf(n as Integer),
    run: ([d, n], scope) => multiplied(d!, n!, scope),
  },
  {
    declaration: "fn times(n: Int, d: Decimal) -> Decimal",
    doc: "So many times the number, exact: `n * d`.",
    examples: ["3 * 0.25 == 0.75"],
    cost: ([n, d]) => 12 + 16 * (limbs(d!) + limbsOf(n as Integer)) + limbs(d!) * limbsOf(n as Integer),
    run: ([n, d], scope) => multiplied(d!, n!, scope),
  },
  {
    declaration: "fn product(a: Decimal, b: Decimal, rounding: Rounding) -> Decimal",
    doc: "The product, rounded as said if it has more than 18 decimals.",
    examples: ["1.5.product(0.5, down) == 0.75"],
    cost: ([a, b]) => 20 + 16 * (limbs(a!) + limbs(b!)) + limbs(a!) * limbs(b!),
    run: ([a, b, rounding], scope) => {
      const [x, y] = [partsOfDecimal(a!), partsOfDecimal(b!)];
      const coefficient = within(multiply(x.coefficient, y.coefficient), scope);
      return rounded({ coefficient, scale: x.scale + y.scale }, SCALE_MAX, rounding!);
    },
  },
];

const CONVERSIONS: readonly BuiltinRecord[] = [
  {
    declaration: "fn is_zero(d: Decimal) -> Bool",
    doc: "Whether the number is zero.",
    examples: ["(0.5 - 0.5).is_zero()"],
    cost: () => 1,
    run: ([d]) => partsOfDecimal(d!).coefficient === 0,
  },
  {
    declaration: "fn round(d: Decimal, decimals: Nat, rounding: Rounding) -> Decimal requires decimals <= 18",
    doc: "The number with so many decimals, rounded as said.",
    examples: ["2.345.round(2, half_even) == 2.34", "2.355.round(2, half_even) == 2.36"],
    cost: one,
    run: ([d, decimals, rounding], scope) => {
      demand((decimals as Integer) <= SCALE_MAX, "decimals <= 18", scope);
      return rounded(partsOfDecimal(d!), decimals as number, rounding!);
    },
  },
  {
    declaration: "fn to_int(d: Decimal, rounding: Rounding) -> Int",
    doc: "A whole number, rounded as said.",
    examples: ["2.5.to_int(up) == 3"],
    cost: one,
    run: ([d, rounding]) => {
      const { coefficient, scale } = partsOfDecimal(d!);
      return divideRounded(coefficient, POWERS_OF_TEN[scale]!, rounding!);
    },
  },
  {
    declaration: "fn to_ratio(d: Decimal) -> Ratio",
    doc: "The number as an exact fraction.",
    examples: ["0.25.to_ratio() == 1.ratio(4)"],
    cost: ([d]) => 4 + fractionGas(partsOfDecimal(d!).coefficient, POWERS_OF_TEN[partsOfDecimal(d!).scale]!),
    run: ([d]) => {
      const { coefficient, scale } = partsOfDecimal(d!);
      return fraction(coefficient, POWERS_OF_TEN[scale]!);
    },
  },
  {
    declaration: "fn to_text(d: Decimal) -> Text",
    doc: "The digits, with as few behind the point as hold it.",
    examples: ['1.50.to_text() == "1.5"'],
    cost: ([d]) => 4 + digits(partsOfDecimal(d!).coefficient),
    run: ([d]) => {
      const { coefficient, scale } = partsOfDecimal(d!);
      return renderFixed({ coefficient, decimals: scale });
    },
  },
];

export const DECIMAL = ofModule("std.decimal", [
  ...ARITHMETIC,
  ...comparisons({
    type: "Decimal",
    compare: (a, b, scope) => {
      const { x, y } = aligned(a, b, scope);
      return compareIntegers(x, y);
    },
    cost: aligning,
    examples: ["0.25", "0.3"],
  }),
  ...CONVERSIONS,
]);
