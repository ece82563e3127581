// A few builtins for tests of the machines, apart from the library's: some have opcodes of their own, some
// fail, some are costly, one makes large values.

import type { Builtin } from "../../src/builtins/builtin.ts";
import { equalValues } from "../../src/machine/compare.ts";
import { add, compareIntegers, limbsOf, subtract } from "../../src/machine/integer.ts";
import type { Builtins } from "../../src/machine/linkage.ts";
import type { PersistentList } from "../../src/machine/persistent-list.ts";
import { sizeOf } from "../../src/machine/size.ts";
import { Construct, type Integer, UNIT, type Value } from "../../src/machine/value.ts";

type Run = Builtin["run"];

const builtin = (module: string, name: string, cost: Builtin["cost"], run: Run): Builtin => ({
  module,
  name,
  declaration: "",
  doc: "",
  examples: [],
  cost,
  run,
});

const integers = (args: readonly Value[]): [Integer, Integer] => [args[0] as Integer, args[1] as Integer];
const limbs = (args: readonly Value[]): number => Math.max(...args.map((arg) => limbsOf(arg as Integer)));
const listOf = (args: readonly Value[]): PersistentList => args[0] as PersistentList;

const tooLarge = { max: 65_536 };

const RECORDS: readonly Builtin[] = [
  builtin(
    "std.int",
    "add",
    limbs,
    (args, scope) => add(...integers(args)) ?? scope.fail("IntExceeded", tooLarge),
  ),
  builtin(
    "std.int",
    "subtract",
    limbs,
    (args, scope) => subtract(...integers(args)) ?? scope.fail("IntExceeded", tooLarge),
  ),
  builtin("std.int", "less", limbs, (args) => compareIntegers(...integers(args)) < 0),
  builtin("std.int", "less_or_equal", limbs, (args) => compareIntegers(...integers(args)) <= 0),
  builtin(
    "std.value",
    "equal",
    () => 1,
    (args) => compareIntegers(...integers(args)) === 0,
  ),
  builtin(
    "std.bool",
    "not",
    () => 1,
    ([value]) => !(value as boolean),
  ),
  builtin(
    "std.list",
    "length",
    () => 1,
    (args) => listOf(args).length,
  ),
  builtin(
    "std.list",
    "get",
    () => 3,
    (args, scope) => {
      const index = args[1] as number;
      const list = listOf(args);
      if (index < 0 || index >= list.length) scope.fail("OutOfRange", { index, length: list.length });
      return list.get(index);
    },
  ),
  builtin(
    "std.list",
    "push",
    () => 40,
    (args) => listOf(args).push(args[1]!),
  ),
  // Half of its work is charged as it goes.
  builtin(
    "test",
    "equal",
    () => 2,
    ([a, b], scope) => {
      scope.charge(Math.min(sizeOf(a!, 1_000), sizeOf(b!, 1_000)));
      return equalValues(a!, b!);
    },
  ),
  builtin(
    "test",
    "pair",
    () => 2,
    ([a, b]) => new Construct(0, [a!, b!]),
  ),
  builtin(
    "test",
    "count",
    ([length]) => length as number,
    ([length]) => length!,
  ),
  builtin(
    "test",
    "sign",
    () => 1,
    (_, scope) => {
      scope.effects.testing?.signing(["ann"]);
      return UNIT;
    },
  ),
  builtin(
    "test",
    "module",
    () => 5,
    (_, scope) => scope.module,
  ),
  builtin(
    "test",
    "text",
    ([length]) => length as number,
    ([length]) => "x".repeat(length as number),
  ),
  builtin(
    "test",
    "bytes",
    ([length]) => length as number,
    ([length]) => new Uint8Array(length as number),
  ),
  builtin(
    "test",
    "wrap",
    () => 1,
    ([value]) => new Construct(0, [value!]),
  ),
  builtin(
    "test",
    "crash",
    () => 1,
    () => {
      throw new RangeError("a bug");
    },
  ),
];

export const SAMPLE_BUILTINS: Builtins = new Map(
  RECORDS.map((record) => [`${record.module}.${record.name}`, record]),
);
