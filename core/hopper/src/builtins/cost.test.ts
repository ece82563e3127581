import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HALF_EVEN, int, list, ran, record } from "../../test/builtins/scope.ts";
import { PersistentList } from "../machine/persistent-list.ts";
import type { Value } from "../machine/value.ts";
import { BUILTINS } from "./table.ts";

/** Arguments of each size, the size growing; the gas must not fall, and must grow at all. */
const GROWING: readonly (readonly [string, (size: number) => readonly Value[]])[] = [
  ...["std.int.add", "std.nat.multiply", "std.int.div", "std.money.subtract", "std.percent.multiply"].map(
    (name) => [name, (size: number) => [long(size), long(size)]] as const,
  ),
  ["std.int.divide", (size) => [long(2 * size), long(size), HALF_EVEN]],
  ["std.int.pow", (size) => [3, 20 * size]],
  ["std.int.to_text", (size) => [long(size)]],
  ["std.int.ratio", (size) => [long(size), long(size)]],
  ["std.ratio.add", (size) => [record(long(size), 3), record(1, long(size))]],
  ["std.decimal.add", (size) => [record(long(size), 2), record(1, 0)]],
  ["std.money.percent", (size) => [long(size), 5_000_000, HALF_EVEN]],
  ["std.money.allot", (size) => [100, ones(size)]],
  ["std.money.sum", (size) => [ones(size)]],
  ["std.text.length", (size) => ["x".repeat(16 * size)]],
  ["std.text.concat", (size) => ["x".repeat(16 * size), "y"]],
  ["std.text.join", (size) => [", ", list(...Array(size).fill("x"))]],
  ["std.text.split", (size) => ["x,".repeat(size), ","]],
  ["std.text.contains", (size) => ["x".repeat(16 * size), "y"]],
  ["std.text.to_int", (size) => ["1".repeat(19 * size)]],
  ["std.bytes.concat", (size) => [new Uint8Array(32 * size), new Uint8Array(1)]],
  ["std.hash.sha256", (size) => [new Uint8Array(64 * size)]],
  ["std.hash.hash", (size) => [ones(4 * size)]],
  ["std.value.equal", (size) => [ones(4 * size), ones(4 * size)]],
  ["std.list.concat", (size) => [list(), ones(size)]],
  ["std.list.prepend", (size) => [ones(size), 1]],
  ["std.list.reverse", (size) => [ones(size)]],
  ["std.list.contains", (size) => [ones(size), 2]],
  ["std.list.range", (size) => [0, size]],
  ["std.list.zip", (size) => [ones(size), ones(size)]],
  ["std.map.from_list", (size) => [list(...numbers(size).map((n) => record(n, n)))]],
  ["std.map.put", (size) => [record(list(...numbers(size).map((n) => record(n, n)))), -1, 0]],
  ["std.set.union", (size) => [record(list(...numbers(size))), record(list(...numbers(size)))]],
];

function long(limbs: number): Value {
  return int(1n << BigInt(64 * limbs));
}
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const ones = (count: number): PersistentList => PersistentList.of<Value>(Array(count).fill(1));

const SIZES = [1, 2, 3, 5, 8, 16, 31, 32, 33, 64, 100, 200];

describe("gas", () => {
  test.each(GROWING)("of %s grows with its arguments", (name, argumentsOf) => {
    const gas = SIZES.map((size) => ran(name, argumentsOf(size)).gas);
    expect(gas).toEqual([...gas].sort((a, b) => a - b));
    expect(gas.at(-1)!).toBeGreaterThan(2 * gas[0]!);
  });

  test("of a list's ends and of safe numbers does not depend on size", () => {
    for (const [name, ...rest] of [
      ["std.list.append", 1],
      ["std.list.at", 0],
      ["std.list.drop", 1],
      ["std.list.length"],
    ] as const) {
      expect(ran(name, [ones(1_000), ...rest]).gas).toBe(ran(name, [ones(3), ...rest]).gas);
    }
    const safe = fc.maxSafeInteger();
    for (const [name, builtin] of BUILTINS) {
      if (!/^std\.(?:int|nat|money)\.(?:add|subtract|multiply|less|greater)/.test(name)) continue;
      fc.assert(
        fc.property(safe, safe, (a, b) => {
          expect(builtin.cost([a, b])).toBe(1);
        }),
        { numRuns: 20 },
      );
    }
  });

  test("is never beyond what can be counted, whatever a program asks for", () => {
    const huge = int(1n << 60_000n);
    for (const [name, ...args] of [
      ["std.list.range", 0, huge],
      ["std.int.pow", huge, huge],
      ["std.list.take", ones(3), huge],
      ["std.int.ratio", huge, huge],
    ] as const) {
      const cost = BUILTINS.get(name)!.cost(args);
      expect(Number.isSafeInteger(cost) && cost > 0).toBe(true);
    }
    expect(BUILTINS.get("std.list.range")!.cost([0, huge])).toBeGreaterThan(2 ** 40);
  });
});
