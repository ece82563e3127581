// Builtins that have an opcode of their own, because programs do little else. For safe numbers the machine
// computes them itself; whatever else comes, it calls the record as for every other builtin. So the
// record stays the meaning, and its cost for safe numbers must be one constant.

import { assert } from "@juno/base";
import type { Builtin } from "../builtins/builtin.ts";
import type { OpcodeName } from "./bytecode.ts";

export type Intrinsic = {
  readonly opcode: OpcodeName;
  /** The builtin's cost for safe numbers. */
  readonly gas: number;
};

const COMPARISONS: readonly (readonly [string, OpcodeName])[] = [
  ["less", "less"],
  ["less_or_equal", "lessOrEqual"],
  ["greater", "greater"],
  ["greater_or_equal", "greaterOrEqual"],
];
const INTEGERS: readonly (readonly [string, OpcodeName])[] = [
  ["add", "add"],
  ["subtract", "subtract"],
  ["multiply", "multiply"],
  ...COMPARISONS,
];

const within = (prefix: string, names: typeof INTEGERS): [string, OpcodeName][] =>
  names.map(([name, opcode]) => [`${prefix}${name}`, opcode]);

export const INTRINSICS: ReadonlyMap<string, OpcodeName> = new Map([
  ...within("std.int.", INTEGERS),
  ...within("std.nat.", INTEGERS),
  ["std.nat.subtract", "subtractNat"],
  ...within("std.money.", INTEGERS),
  ["std.money.amount_add", "add"],
  ...within("std.money.amount_", COMPARISONS),
  ["std.value.equal", "equal"],
]);

export function intrinsicOf(builtin: Builtin): Intrinsic | undefined {
  const opcode = INTRINSICS.get(`${builtin.module}.${builtin.name}`);
  if (opcode === undefined) return undefined;
  const gas = builtin.cost([1, 1]);
  const most = builtin.cost([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]);
  assert(gas === most, `${builtin.name} costs the same for all safe numbers`);
  return { opcode, gas };
}
