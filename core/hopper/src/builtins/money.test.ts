import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyInt, anyNat, greaterOf, lesserOf, nonZero } from "../../test/builtins/numbers.ts";
import {
  array,
  big,
  DOWN,
  failure,
  fields,
  HALF_EVEN,
  int,
  list,
  run,
  UP,
  unmet,
} from "../../test/builtins/scope.ts";
import { INTEGER_BITS_MAX } from "../machine/integer.ts";

const towardsZero = (n: bigint, d: bigint): bigint => n / d;
const PERCENT = 1_000_000n;

describe("money", () => {
  test("adds, subtracts and multiplies in smallest units", () => {
    fc.assert(
      fc.property(anyInt, anyInt, (a, b) => {
        const [x, y] = [int(a), int(b)];
        expect(big(run("std.money.add", x, y))).toBe(a + b);
        expect(big(run("std.money.subtract", x, y))).toBe(a - b);
        expect(big(run("std.money.multiply", x, y))).toBe(a * b);
        expect(big(run("std.money.times", x, y))).toBe(a * b);
        expect(big(run("std.money.negate", x))).toBe(-a);
        expect(big(run("std.money.abs", x))).toBe(a < 0n ? -a : a);
        expect(big(run("std.money.min", x, y))).toBe(lesserOf(a, b));
        expect(big(run("std.money.max", x, y))).toBe(greaterOf(a, b));
        expect(run("std.money.less", x, y)).toBe(a < b);
        expect(run("std.money.amount_greater_or_equal", x, y)).toBe(a >= b);
        expect(run("std.money.is_zero", x)).toBe(a === 0n);
        expect(big(run("std.money.sum", list(x, y, x)))).toBe(a + b + a);
      }),
    );
    expect(run("std.money.sum", list())).toBe(0);
  });

  test.each([
    [99, 50, 49, 50, 50],
    [97, 50, 48, 49, 48],
    [-99, 50, -49, -50, -50],
    [-97, 50, -48, -49, -48],
    [100_000, 5, 5_000, 5_000, 5_000],
    [1, 0, 0, 0, 0],
    [1, 100, 1, 1, 1],
    [1, 0.000001, 0, 1, 0],
    [0, 50, 0, 0, 0],
    [199, -50, -99, -100, -100],
  ])("%i units at %d percent", (amount, rate, down, up, even) => {
    const percent = Math.round(rate * 1_000_000);
    expect(run("std.money.percent", amount, percent, DOWN)).toBe(down);
    expect(run("std.money.percent", amount, percent, UP)).toBe(up);
    expect(run("std.money.percent", amount, percent, HALF_EVEN)).toBe(even);
  });

  test("takes percentages and fractions exactly before it rounds", () => {
    fc.assert(
      fc.property(anyInt, anyInt, nonZero, (amount, n, d) => {
        expect(big(run("std.money.percent", int(amount), int(n), DOWN))).toBe(
          towardsZero(amount * n, 100n * PERCENT),
        );
        const ratio = run("std.int.ratio", int(n), int(d));
        expect(big(run("std.money.scale", int(amount), ratio, DOWN))).toBe(towardsZero(amount * n, d));
        expect(big(run("std.money.divide", int(amount), int(d), DOWN))).toBe(towardsZero(amount, d));
      }),
    );
  });

  test("has no part of nothing", () => {
    expect(failure("std.money.ratio", 1, 0)).toEqual(unmet("!whole.is_zero()"));
    expect(failure("std.money.div", 1, 0)).toEqual(unmet("!by.is_zero()"));
    expect(failure("std.money.divide", 1, 0, UP)).toEqual(unmet("n != 0"));
    expect(fields(run("std.money.ratio", -25, 100))).toEqual([-1, 4]);
    expect(run("std.money.div", -10, 3)).toBe(-4);
  });

  test("never ends beyond the limit", () => {
    const greatest = int((1n << BigInt(INTEGER_BITS_MAX)) - 1n);
    const tooLarge = { error: "IntExceeded", max: INTEGER_BITS_MAX };
    expect(failure("std.money.percent", greatest, 200_000_000, DOWN)).toEqual(tooLarge);
    expect(failure("std.money.sum", list(greatest, greatest))).toEqual(tooLarge);
    expect(failure("std.money.allot", greatest, list(2, 1))).toEqual(tooLarge);
  });
});

describe("allotting", () => {
  const weights = fc.array(fc.oneof(fc.constant(0n), anyNat), { minLength: 1, maxLength: 12 });

  test("adds up to the whole, each part to within a unit of its share", () => {
    fc.assert(
      fc.property(anyInt, weights, (whole, shares) => {
        const sum = shares.reduce((a, b) => a + b, 0n);
        const given = list(...shares.map(int));
        if (sum === 0n) {
          expect(failure("std.money.allot", int(whole), given)).toEqual(unmet("weights.sum() > 0"));
          return;
        }
        const parts = array(run("std.money.allot", int(whole), given)).map(big);
        expect(parts).toHaveLength(shares.length);
        expect(parts.reduce((a, b) => a + b, 0n)).toBe(whole);
        for (const [at, part] of parts.entries()) {
          const share = shares[at]!;
          const off = part * sum - whole * share;
          expect((off < 0n ? -off : off) < sum).toBe(true);
          if (share === 0n) expect(part).toBe(0n);
        }
      }),
    );
  });

  test("gives what is left over to the first that lost by rounding", () => {
    expect(array(run("std.money.allot", 100, list(1, 1, 1)))).toEqual([34, 33, 33]);
    expect(array(run("std.money.allot", -100, list(1, 1, 1)))).toEqual([-34, -33, -33]);
    expect(array(run("std.money.allot", 5, list(0, 1, 0, 1)))).toEqual([0, 3, 0, 2]);
    expect(array(run("std.money.allot", 10, list(5, 3, 3)))).toEqual([5, 3, 2]);
    expect(array(run("std.money.allot", 7, list(2, 1, 1)))).toEqual([4, 2, 1]);
    expect(array(run("std.money.allot", 6, list(4, 3, 1)))).toEqual([3, 3, 0]);
    expect(failure("std.money.allot", 5, list())).toEqual(unmet("weights.sum() > 0"));
  });
});

test("an amount of an unknown asset is never negative", () => {
  expect(run("std.money.amount_add", 3, 4)).toBe(7);
  expect(run("std.money.amount_subtract", 4, 3)).toBe(1);
  expect(failure("std.money.amount_subtract", 3, 4)).toEqual(unmet("x >= y"));
});
