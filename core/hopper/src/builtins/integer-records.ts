// What Int and Nat have in common, as records for either. Where the two differ (a difference, a quotient's
// rounding, a remainder's sign) each has its own.

import { add, compareIntegers, divideFloor, modulo, multiply, renderInteger } from "../machine/integer.ts";
import type { Integer, Value } from "../machine/value.ts";
import { comparisons } from "./comparisons.ts";
import { digits, linear, product, raising } from "./cost.ts";
import { fraction, fractionGas } from "./fraction.ts";
import { power } from "./power.ts";
import { as, type BuiltinRecord, demand, within } from "./record.ts";
import { divideRounded } from "./rounding.ts";

type Two = readonly [Integer, Integer];

const linearOf = (args: readonly Value[]): number => linear(...as<readonly Integer[]>(args));
export const productOf = (args: readonly Value[]): number => {
  const [a, b] = as<Two>(args);
  return product(a, b);
};

export function sums(type: "Int" | "Nat"): BuiltinRecord[] {
  return [
    {
      declaration: `fn add(a: ${type}, b: ${type}) -> ${type}`,
      doc: "The sum: `a + b`.",
      examples: ["2 + 3 == 5"],
      cost: linearOf,
      run: (args, scope) => within(add(...as<Two>(args)), scope),
    },
    {
      declaration: `fn multiply(a: ${type}, b: ${type}) -> ${type}`,
      doc: "The product: `a * b`.",
      examples: ["6 * 7 == 42"],
      cost: productOf,
      run: (args, scope) => within(multiply(...as<Two>(args)), scope),
    },
    {
      declaration: `fn min(a: ${type}, b: ${type}) -> ${type}`,
      doc: "The lesser of the two.",
      examples: ["3.min(5) == 3"],
      cost: linearOf,
      run: (args) => {
        const [a, b] = as<Two>(args);
        return compareIntegers(a, b) <= 0 ? a : b;
      },
    },
    {
      declaration: `fn max(a: ${type}, b: ${type}) -> ${type}`,
      doc: "The greater of the two.",
      examples: ["3.max(5) == 5"],
      cost: linearOf,
      run: (args) => {
        const [a, b] = as<Two>(args);
        return compareIntegers(a, b) >= 0 ? a : b;
      },
    },
    ...comparisons({
      type,
      compare: (a, b) => compareIntegers(a as Integer, b as Integer),
      cost: linearOf,
      examples: ["2", "3"],
    }),
  ];
}

export function quotients(type: "Int" | "Nat", examples: Readonly<Record<string, string>>): BuiltinRecord[] {
  const example = (name: string): readonly string[] => [examples[name]!];
  return [
    {
      declaration: `fn div(n: ${type}, by: ${type}) -> ${type} requires by != 0`,
      doc: "How many times `by` goes into `n`, rounded towards minus infinity, so that what is left over is `n mod by`.",
      examples: example("div"),
      cost: productOf,
      run: (args, scope) => {
        const [n, by] = as<Two>(args);
        demand(by !== 0, "by != 0", scope);
        return divideFloor(n, by);
      },
    },
    {
      declaration: `fn divide(n: ${type}, by: ${type}, rounding: Rounding) -> ${type} requires by != 0`,
      doc: "The quotient, rounded as said.",
      examples: example("divide"),
      cost: productOf,
      run: (args, scope) => {
        const [n, by, rounding] = as<readonly [Integer, Integer, Value]>(args);
        demand(by !== 0, "by != 0", scope);
        return divideRounded(n, by, rounding);
      },
    },
    {
      declaration: `fn modulo(n: ${type}, by: ${type}) -> ${type} requires by != 0`,
      doc: "What `div` leaves over, of the sign of `by`: `n mod by`.",
      examples: example("modulo"),
      cost: productOf,
      run: (args, scope) => {
        const [n, by] = as<Two>(args);
        demand(by !== 0, "by != 0", scope);
        return modulo(n, by);
      },
    },
    {
      declaration: `fn ratio(part: ${type}, whole: ${type}) -> Ratio requires whole != 0`,
      doc: "The part as an exact fraction of the whole.",
      examples: example("ratio"),
      cost: ([part, whole]) => fractionGas(part as Integer, whole as Integer),
      run: (args, scope) => {
        const [part, whole] = as<Two>(args);
        demand(whole !== 0, "whole != 0", scope);
        return fraction(part, whole);
      },
    },
  ];
}

export function powers(type: "Int" | "Nat"): BuiltinRecord[] {
  return [
    {
      declaration: `fn pow(n: ${type}, exponent: Nat) -> ${type}`,
      doc: "The power: so many factors `n`. No factors at all give 1.",
      examples: ["2.pow(10) == 1024", "7.pow(0) == 1"],
      cost: (args) => raising(...as<Two>(args)),
      run: (args, scope) => within(power(...as<Two>(args)), scope),
    },
    {
      declaration: `fn to_text(n: ${type}) -> Text`,
      doc: "The decimal digits.",
      examples: ['42.to_text() == "42"'],
      cost: ([n]) => digits(n as Integer),
      run: ([n]) => renderInteger(n as Integer),
    },
  ];
}
