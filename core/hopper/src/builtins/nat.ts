// std.nat: whole numbers that are not negative.

import { compareIntegers, negate, subtract } from "../machine/integer.ts";
import { Construct, type Integer } from "../machine/value.ts";
import { linear } from "./cost.ts";
import { powers, quotients, sums } from "./integer-records.ts";
import { as, demand, ofModule, within } from "./record.ts";

type Two = readonly [Integer, Integer];

const linearOf = (args: readonly unknown[]): number => linear(...(args as readonly Integer[]));

export const NAT = ofModule("std.nat", [
  ...sums("Nat"),
  {
    // L58.
    declaration: "fn subtract(a: Nat, b: Nat) -> Nat requires a >= b",
    doc: "The difference: `a - b`. Where it may be negative, one of the two must be an Int.",
    examples: ["5 - 3 == 2"],
    cost: linearOf,
    run: (args, scope) => {
      const [a, b] = as<Two>(args);
      demand(compareIntegers(a, b) >= 0, "a >= b", scope);
      return within(subtract(a, b), scope);
    },
  },
  {
    declaration: "fn monus(a: Nat, b: Nat) -> Nat",
    doc: "By how much `a` exceeds `b`: the difference, or 0 if `b` is greater.",
    examples: ["5.monus(3) == 2", "3.monus(5) == 0"],
    cost: linearOf,
    run: (args, scope) => {
      const [a, b] = as<Two>(args);
      return compareIntegers(a, b) <= 0 ? 0 : within(subtract(a, b), scope);
    },
  },
  {
    declaration: "fn negate(n: Nat) -> Int",
    doc: "The number with the other sign: `-n`.",
    examples: ["-(3 + 4) + 7 == 0"],
    cost: linearOf,
    run: ([n]) => negate(n as Integer),
  },
  {
    declaration: "fn to_int(n: Nat) -> Int",
    doc: "The same number as an Int.",
    examples: ["3.to_int() - 5 == -2"],
    cost: () => 1,
    run: ([n]) => n as Integer,
  },
  {
    declaration: "fn to_decimal(n: Nat) -> Decimal",
    doc: "The same number as a Decimal.",
    examples: ["7.to_decimal() == 7.0"],
    cost: () => 2,
    run: ([n]) => new Construct(0, [n!, 0]),
  },
  ...quotients("Nat", {
    div: "7.div(2) == 3",
    divide: "7.divide(2, up) == 4",
    modulo: "7 mod 2 == 1",
    ratio: "3.ratio(12) == 1.ratio(4)",
  }),
  ...powers("Nat"),
]);
