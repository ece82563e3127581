// std.int: whole numbers.

import { absolute, isNegative, negate, subtract } from "../machine/integer.ts";
import { Construct, type Integer } from "../machine/value.ts";
import { linear } from "./cost.ts";
import { powers, quotients, sums } from "./integer-records.ts";
import { as, demand, ofModule, within } from "./record.ts";

const sizeOfFirst = (args: readonly unknown[]): number => linear(args[0] as Integer);

export const INT = ofModule("std.int", [
  ...sums("Int"),
  {
    declaration: "fn subtract(a: Int, b: Int) -> Int",
    doc: "The difference: `a - b`.",
    examples: ["(-2) - 3 == -5"],
    cost: (args) => linear(...as<readonly Integer[]>(args)),
    run: (args, scope) => within(subtract(...as<readonly [Integer, Integer]>(args)), scope),
  },
  {
    declaration: "fn negate(n: Int) -> Int",
    doc: "The number with the other sign: `-n`.",
    examples: ["-(-7) == 7"],
    cost: sizeOfFirst,
    run: ([n]) => negate(n as Integer),
  },
  {
    declaration: "fn abs(n: Int) -> Nat",
    doc: "How far the number is from zero.",
    examples: ["(-7).abs() == 7"],
    cost: sizeOfFirst,
    run: ([n]) => absolute(n as Integer),
  },
  {
    declaration: "fn to_nat(n: Int) -> Nat requires n >= 0",
    doc: "The same number as a Nat.",
    examples: ["(-1 + 2).to_nat() == 1"],
    cost: () => 1,
    run: ([n], scope) => {
      demand(!isNegative(n as Integer), "n >= 0", scope);
      return n as Integer;
    },
  },
  {
    declaration: "fn to_decimal(n: Int) -> Decimal",
    doc: "The same number as a Decimal.",
    examples: ["(-7).to_decimal() + 7.0 == 0.0"],
    cost: () => 2,
    run: ([n]) => new Construct(0, [n!, 0]),
  },
  ...quotients("Int", {
    div: "(-7).div(2) == -4",
    divide: "(-7).divide(2, down) == -3",
    modulo: "(-7) mod 2 == 1",
    ratio: "(-3).ratio(12) == (-1).ratio(4)",
  }),
  ...powers("Int"),
]);
