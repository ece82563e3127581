// std.money: amounts of a currency, in its smallest units, and how they are multiplied and divided exactly (L42).
// An amount may be negative; that none is owed by mistake is for the program's `requires` to say.

import {
  absolute,
  add,
  compareIntegers,
  divideFloor,
  isNegative,
  multiply,
  negate,
  subtract,
} from "../machine/integer.ts";
import type { PersistentList } from "../machine/persistent-list.ts";
import type { Integer, Value } from "../machine/value.ts";
import { comparisons } from "./comparisons.ts";
import { denominatorOf, linear, numeratorOf, product } from "./cost.ts";
import { fraction, fractionGas, fractionOf } from "./fraction.ts";
import { as, type BuiltinRecord, demand, ofModule, within } from "./record.ts";
import { divideRounded } from "./rounding.ts";
import { allot } from "./shares.ts";

type Two = readonly [Integer, Integer];
type Rounded = readonly [amount: Integer, by: Value, rounding: Value];

/** Percents are counted in millionths of one percent. */
export const PERCENT_UNIT = 1_000_000;
export const WHOLE = 100 * PERCENT_UNIT;

const linearOf = (args: readonly Value[]): number => linear(args[0] as Integer, args[1] as Integer);
const productOf = (args: readonly Value[]): number => product(args[0] as Integer, args[1] as Integer);

const SUMS: readonly BuiltinRecord[] = [
  {
    declaration: "fn add<c: Asset>(a: Money<c>, b: Money<c>) -> Money<c>",
    doc: "The sum of two amounts of one currency: `a + b`.",
    examples: ["1.50 USD + 0.50 USD == 2.00 USD"],
    cost: linearOf,
    run: (args, scope) => within(add(...as<Two>(args)), scope),
  },
  {
    declaration: "fn subtract<c: Asset>(a: Money<c>, b: Money<c>) -> Money<c>",
    doc: "The difference, which may be negative: `a - b`.",
    examples: ["1.50 USD - 2.00 USD == -0.50 USD"],
    cost: linearOf,
    run: (args, scope) => within(subtract(...as<Two>(args)), scope),
  },
  {
    declaration: "fn negate<c: Asset>(m: Money<c>) -> Money<c>",
    doc: "The amount with the other sign: `-m`.",
    examples: ["-(1.50 USD) + 1.50 USD == 0 USD"],
    cost: ([m]) => linear(m as Integer),
    run: ([m]) => negate(m as Integer),
  },
  {
    declaration: "fn abs<c: Asset>(m: Money<c>) -> Money<c>",
    doc: "The amount without its sign.",
    examples: ["(1.50 USD - 2.00 USD).abs() == 0.50 USD"],
    cost: ([m]) => linear(m as Integer),
    run: ([m]) => absolute(m as Integer),
  },
  {
    declaration: "fn multiply<c: Asset>(m: Money<c>, n: Int) -> Money<c>",
    doc: "So many times the amount: `m * n`.",
    examples: ["0.25 USD * 3 == 0.75 USD"],
    cost: productOf,
    run: (args, scope) => within(multiply(...as<Two>(args)), scope),
  },
  {
    declaration: "fn times<c: Asset>(n: Int, m: Money<c>) -> Money<c>",
    doc: "So many times the amount: `n * m`.",
    examples: ["3 * 0.25 USD == 0.75 USD"],
    cost: productOf,
    run: (args, scope) => within(multiply(...as<Two>(args)), scope),
  },
  {
    declaration: "fn sum<c: Asset>(amounts: List<Money<c>>) -> Money<c>",
    doc: "The sum of all amounts; zero of none.",
    examples: ["sum([1.00 USD, 2.00 USD, 0.50 USD]) == 3.50 USD"],
    cost: ([amounts]) => 2 + 2 * (amounts as PersistentList).length,
    run: ([amounts], scope) => {
      let sum: Integer = 0;
      for (const amount of amounts as PersistentList) {
        const limbs = linear(sum, amount as Integer);
        if (limbs > 1) scope.charge(limbs);
        sum = within(add(sum, amount as Integer), scope);
      }
      return sum;
    },
  },
  {
    declaration: "fn min<c: Asset>(a: Money<c>, b: Money<c>) -> Money<c>",
    doc: "The lesser of the two.",
    examples: ["(1.00 USD).min(2.00 USD) == 1.00 USD"],
    cost: linearOf,
    run: (args) => {
      const [a, b] = as<Two>(args);
      return compareIntegers(a, b) <= 0 ? a : b;
    },
  },
  {
    declaration: "fn max<c: Asset>(a: Money<c>, b: Money<c>) -> Money<c>",
    doc: "The greater of the two.",
    examples: ["(1.00 USD).max(2.00 USD) == 2.00 USD"],
    cost: linearOf,
    run: (args) => {
      const [a, b] = as<Two>(args);
      return compareIntegers(a, b) >= 0 ? a : b;
    },
  },
  {
    declaration: "fn is_zero<c: Asset>(m: Money<c>) -> Bool",
    doc: "Whether the amount is zero.",
    examples: ["(1.00 USD - 1.00 USD).is_zero()"],
    cost: () => 1,
    run: ([m]) => m === 0,
  },
];

const SHARES: readonly BuiltinRecord[] = [
  {
    declaration: "fn percent<c: Asset>(m: Money<c>, rate: Percent, rounding: Rounding) -> Money<c>",
    doc: "So many percent of the amount, rounded to the currency's smallest unit.",
    examples: ["(0.99 USD).percent(50%, down) == 0.49 USD", "(0.99 USD).percent(50%, up) == 0.50 USD"],
    cost: (args) => 4 + 3 * productOf(args),
    run: (args, scope) => {
      const [amount, rate, rounding] = as<Rounded>(args);
      return divideRounded(within(multiply(amount, rate as Integer), scope), WHOLE, rounding);
    },
  },
  {
    declaration: "fn scale<c: Asset>(m: Money<c>, by: Ratio, rounding: Rounding) -> Money<c>",
    doc: "The amount times the fraction, rounded to the currency's smallest unit.",
    examples: ["(10.00 USD).scale(1.ratio(3), down) == 3.33 USD"],
    cost: ([m, by]) =>
      8 + 2 * product(m as Integer, numeratorOf(by!)) + 2 * product(m as Integer, denominatorOf(by!)),
    run: (args, scope) => {
      const [amount, by, rounding] = as<Rounded>(args);
      const { numerator, denominator } = fractionOf(by);
      return divideRounded(within(multiply(amount, numerator), scope), denominator, rounding);
    },
  },
  {
    declaration: "fn ratio<c: Asset>(part: Money<c>, whole: Money<c>) -> Ratio requires !whole.is_zero()",
    doc: "The part as an exact fraction of the whole.",
    examples: ["(0.25 USD).ratio(1.00 USD) == 1.ratio(4)"],
    cost: ([part, whole]) => fractionGas(part as Integer, whole as Integer),
    run: (args, scope) => {
      const [part, whole] = as<Two>(args);
      demand(whole !== 0, "!whole.is_zero()", scope);
      return fraction(part, whole);
    },
  },
  {
    declaration: "fn div<c: Asset>(m: Money<c>, by: Money<c>) -> Int requires !by.is_zero()",
    doc: "How many times `by` goes into the amount, rounded towards minus infinity.",
    examples: ["(10.00 USD).div(3.00 USD) == 3"],
    cost: productOf,
    run: (args, scope) => {
      const [amount, by] = as<Two>(args);
      demand(by !== 0, "!by.is_zero()", scope);
      return divideFloor(amount, by);
    },
  },
  {
    declaration: "fn divide<c: Asset>(m: Money<c>, n: Int, rounding: Rounding) -> Money<c> requires n != 0",
    doc: "The nth part of the amount, rounded as said. `allot` leaves nothing over.",
    examples: ["(1.00 USD).divide(3, down) == 0.33 USD"],
    cost: productOf,
    run: (args, scope) => {
      const [amount, n, rounding] = as<Rounded>(args);
      demand(n !== 0, "n != 0", scope);
      return divideRounded(amount, n as Integer, rounding);
    },
  },
  {
    declaration:
      "fn allot<c: Asset>(whole: Money<c>, weights: List<Nat>) -> List<Money<c>> requires weights.sum() > 0",
    doc: "The whole in parts by weight, which add up to it to the smallest unit: each is rounded down, and what is left over goes to the first of those that lost by it, one unit each.",
    examples: ["(1.00 USD).allot([1, 1, 1]) == [0.34 USD, 0.33 USD, 0.33 USD]"],
    cost: ([, weights]) => 8 + 12 * (weights as PersistentList).length,
    run: ([whole, weights], scope) => {
      const parts = allot(whole as Integer, weights as PersistentList, scope);
      demand(parts !== undefined, "weights.sum() > 0", scope);
      return parts!;
    },
  },
];

/** L58: what can be said of an amount whose asset is not known, so that it may be a Nat. */
const AMOUNTS: readonly BuiltinRecord[] = [
  {
    declaration: "fn amount_add<a: Asset>(x: Amount<a>, y: Amount<a>) -> Amount<a>",
    doc: "The sum of two amounts of one asset, whatever it is: `x + y`.",
    examples: ["3 + 4 == 7"],
    cost: linearOf,
    run: (args, scope) => within(add(...as<Two>(args)), scope),
  },
  {
    declaration: "fn amount_subtract<a: Asset>(x: Amount<a>, y: Amount<a>) -> Amount<a> requires x >= y",
    doc: "The difference of two amounts of one asset, whatever it is: `x - y`.",
    examples: ["4 - 3 == 1"],
    cost: linearOf,
    run: (args, scope) => {
      const [x, y] = as<Two>(args);
      const difference = within(subtract(x, y), scope);
      demand(!isNegative(difference), "x >= y", scope);
      return difference;
    },
  },
];

const compare = (a: Value, b: Value): number => compareIntegers(a as Integer, b as Integer);

export const MONEY = ofModule("std.money", [
  ...SUMS,
  ...comparisons({
    type: "Money<c>",
    params: "<c: Asset>",
    compare,
    cost: linearOf,
    examples: ["1.00 USD", "1.01 USD"],
  }),
  ...SHARES,
  ...AMOUNTS,
  ...comparisons({
    type: "Amount<c>",
    params: "<c: Asset>",
    prefix: "amount_",
    compare,
    cost: linearOf,
    examples: ["3", "4"],
  }),
]);
