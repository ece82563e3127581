// std.percent: percentages, counted in millionths of one percent.

import { add, compareIntegers, multiply, negate, subtract } from "../machine/integer.ts";
import type { Integer, Value } from "../machine/value.ts";
import { comparisons } from "./comparisons.ts";
import { bits, denominatorOf, linear, numeratorOf, product, reducing } from "./cost.ts";
import { fraction, fractionGas, fractionOf } from "./fraction.ts";
import { WHOLE } from "./money.ts";
import { as, ofModule, within } from "./record.ts";

type Two = readonly [Integer, Integer];

const linearOf = (args: readonly Value[]): number => linear(...as<readonly Integer[]>(args));
const productOf = (args: readonly Value[]): number => product(args[0] as Integer, args[1] as Integer);

export const PERCENT = ofModule("std.percent", [
  {
    declaration: "fn add(a: Percent, b: Percent) -> Percent",
    doc: "The sum: `a + b`.",
    examples: ["1.5% + 0.5% == 2%"],
    cost: linearOf,
    run: (args, scope) => within(add(...as<Two>(args)), scope),
  },
  {
    declaration: "fn subtract(a: Percent, b: Percent) -> Percent",
    doc: "The difference: `a - b`.",
    examples: ["100% - 0.25% == 99.75%"],
    cost: linearOf,
    run: (args, scope) => within(subtract(...as<Two>(args)), scope),
  },
  {
    declaration: "fn negate(p: Percent) -> Percent",
    doc: "The percentage with the other sign: `-p`.",
    examples: ["0% - 5% + 5% == 0%"],
    cost: linearOf,
    run: ([p]) => negate(p as Integer),
  },
  {
    declaration: "fn multiply(p: Percent, n: Int) -> Percent",
    doc: "So many times the percentage: `p * n`.",
    examples: ["2.5% * 4 == 10%"],
    cost: productOf,
    run: (args, scope) => within(multiply(...as<Two>(args)), scope),
  },
  {
    declaration: "fn times(n: Int, p: Percent) -> Percent",
    doc: "So many times the percentage: `n * p`.",
    examples: ["4 * 2.5% == 10%"],
    cost: productOf,
    run: (args, scope) => within(multiply(...as<Two>(args)), scope),
  },
  {
    declaration: "fn to_ratio(p: Percent) -> Ratio",
    doc: "The percentage as an exact fraction.",
    examples: ["25%.to_ratio() == 1.ratio(4)"],
    cost: ([p]) => fractionGas(p as Integer, WHOLE),
    run: ([p]) => fraction(p as Integer, WHOLE),
  },
  {
    declaration: "fn of_ratio(p: Percent, r: Ratio) -> Ratio",
    doc: "So many percent of the fraction: `p * r`.",
    examples: ["50% * 1.ratio(2) == 1.ratio(4)"],
    cost: ([p, r]) =>
      4 + 2 * product(p as Integer, numeratorOf(r!)) + reducing(bits(WHOLE) + bits(denominatorOf(r!))),
    run: ([p, r], scope) => {
      const { numerator, denominator } = fractionOf(r!);
      const top = within(multiply(p as Integer, numerator), scope);
      return fraction(top, within(multiply(denominator, WHOLE), scope));
    },
  },
  ...comparisons({
    type: "Percent",
    compare: (a, b) => compareIntegers(a as Integer, b as Integer),
    cost: linearOf,
    examples: ["4.5%", "5%"],
  }),
]);
