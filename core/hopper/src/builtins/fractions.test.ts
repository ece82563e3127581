import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyInt, nonZero } from "../../test/builtins/numbers.ts";
import {
  big,
  DOWN,
  failure,
  fields,
  HALF_EVEN,
  int,
  record,
  run,
  UP,
  unmet,
} from "../../test/builtins/scope.ts";
import type { Value } from "../machine/value.ts";

type Rational = { readonly n: bigint; readonly d: bigint };

const rational = fc.record({ n: anyInt, d: nonZero });
const ratioOf = ({ n, d }: Rational): Value => run("std.int.ratio", int(n), int(d));

function expectSame(value: Value, { n, d }: Rational): void {
  const [numerator, denominator] = fields(value).map(big) as [bigint, bigint];
  expect(numerator * d).toBe(n * denominator);
  expect(denominator > 0n).toBe(true);
  const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
  expect(gcd(numerator < 0n ? -numerator : numerator, denominator)).toBe(1n);
}

describe("ratios", () => {
  test("are reduced, and exact", () => {
    fc.assert(
      fc.property(rational, rational, anyInt, (a, b, k) => {
        const [x, y] = [ratioOf(a), ratioOf(b)];
        expectSame(run("std.ratio.add", x, y), { n: a.n * b.d + b.n * a.d, d: a.d * b.d });
        expectSame(run("std.ratio.subtract", x, y), { n: a.n * b.d - b.n * a.d, d: a.d * b.d });
        expectSame(run("std.ratio.multiply", x, y), { n: a.n * b.n, d: a.d * b.d });
        expectSame(run("std.ratio.multiply_int", x, int(k)), { n: a.n * k, d: a.d });
        expectSame(run("std.ratio.times", int(k), x), { n: a.n * k, d: a.d });
        expectSame(run("std.ratio.of_percent", x, int(k)), { n: a.n * k, d: a.d * 100_000_000n });
        expectSame(run("std.percent.of_ratio", int(k), x), { n: a.n * k, d: a.d * 100_000_000n });
        expectSame(run("std.ratio.negate", x), { n: -a.n, d: a.d });
        expect(run("std.ratio.is_zero", x)).toBe(a.n === 0n);
        if (b.n !== 0n) expectSame(run("std.ratio.divide", x, y), { n: a.n * b.d, d: a.d * b.n });
        else expect(failure("std.ratio.divide", x, y)).toEqual(unmet("!b.is_zero()"));
      }),
    );
  });

  test("compare as fractions do", () => {
    fc.assert(
      fc.property(rational, rational, (a, b) => {
        const difference = (a.n * b.d - b.n * a.d) * (a.d < 0n !== b.d < 0n ? -1n : 1n);
        expect(run("std.ratio.less", ratioOf(a), ratioOf(b))).toBe(difference < 0n);
        expect(run("std.ratio.less_or_equal", ratioOf(a), ratioOf(b))).toBe(difference <= 0n);
        expect(run("std.ratio.greater", ratioOf(a), ratioOf(b))).toBe(difference > 0n);
        expect(run("std.ratio.greater_or_equal", ratioOf(a), ratioOf(b))).toBe(difference >= 0n);
      }),
    );
  });

  test("become other numbers as rounding says", () => {
    const third = record(1, 3);
    expect(run("std.ratio.to_percent", third, DOWN)).toBe(33_333_333);
    expect(run("std.ratio.to_percent", third, UP)).toBe(33_333_334);
    expect(fields(run("std.ratio.to_decimal", third, 3, HALF_EVEN))).toEqual([333, 3]);
    expect(fields(run("std.ratio.to_decimal", record(1, 2), 18, DOWN))).toEqual([5, 1]);
    expect(failure("std.ratio.to_decimal", third, 19, DOWN)).toEqual(unmet("decimals <= 18"));
    expect(failure("std.ratio.to_decimal", third, int(1n << 80n), DOWN)).toEqual(unmet("decimals <= 18"));
    expect([run("std.ratio.floor", record(-1, 3)), run("std.ratio.round", record(-1, 3), UP)]).toEqual([
      -1, -1,
    ]);
    expect(fields(run("std.percent.to_ratio", 12_500_000))).toEqual([1, 8]);
    expect(fields(run("std.ratio.abs", record(-2, 3)))).toEqual([2, 3]);
  });
});

describe("percentages", () => {
  test("add and multiply as their millionths do", () => {
    fc.assert(
      fc.property(anyInt, anyInt, (a, b) => {
        expect(big(run("std.percent.add", int(a), int(b)))).toBe(a + b);
        expect(big(run("std.percent.subtract", int(a), int(b)))).toBe(a - b);
        expect(big(run("std.percent.multiply", int(a), int(b)))).toBe(a * b);
        expect(big(run("std.percent.times", int(a), int(b)))).toBe(a * b);
        expect(big(run("std.percent.negate", int(a)))).toBe(-a);
        expect(run("std.percent.less", int(a), int(b))).toBe(a < b);
      }),
    );
  });
});

describe("decimals", () => {
  const decimal = fc.record({ coefficient: anyInt, scale: fc.integer({ min: 0, max: 18 }) });
  type Decimal = { readonly coefficient: bigint; readonly scale: number };
  const ten = (power: number): bigint => 10n ** BigInt(power);

  /** The value in units of 10^-40. */
  const fine = (value: Value): bigint => {
    const [coefficient, scale] = fields(value) as readonly [Value, number];
    return big(coefficient) * ten(40 - scale);
  };

  const normal = ({ coefficient, scale }: Decimal): Value => {
    let [c, s] = [coefficient, scale];
    while (s > 0 && c % 10n === 0n) [c, s] = [c / 10n, s - 1];
    return record(int(c), s);
  };

  test("are exact, and have one form", () => {
    fc.assert(
      fc.property(decimal, decimal, anyInt, (a, b, k) => {
        const [x, y] = [normal(a), normal(b)];
        const made: readonly (readonly [Value, bigint])[] = [
          [run("std.decimal.add", x, y), fine(x) + fine(y)],
          [run("std.decimal.subtract", x, y), fine(x) - fine(y)],
          [run("std.decimal.multiply", x, int(k)), fine(x) * k],
          [run("std.decimal.times", int(k), x), fine(x) * k],
          [run("std.decimal.negate", x), -fine(x)],
        ];
        for (const [value, expected] of made) {
          expect(fine(value)).toBe(expected);
          const [coefficient, scale] = fields(value) as readonly [Value, number];
          expect(value).toEqual(normal({ coefficient: big(coefficient), scale }));
        }
        expect(run("std.decimal.less", x, y)).toBe(fine(x) < fine(y));
        expect(run("std.decimal.greater_or_equal", x, y)).toBe(fine(x) >= fine(y));
        expect(run("std.decimal.is_zero", x)).toBe(a.coefficient === 0n);
        const [n, d] = fields(run("std.decimal.to_ratio", x)).map(big) as [bigint, bigint];
        expect(n * ten(40)).toBe(fine(x) * d);
      }),
    );
  });

  test("round to as many decimals as are asked for", () => {
    fc.assert(
      fc.property(decimal, decimal, fc.integer({ min: 0, max: 18 }), (a, b, places) => {
        const [x, y] = [normal(a), normal(b)];
        const unit = ten(40 - places);
        expect(fine(run("std.decimal.round", x, places, DOWN))).toBe((fine(x) / unit) * unit);
        expect(big(run("std.decimal.to_int", x, DOWN))).toBe(fine(x) / ten(40));
        const exact = a.coefficient * b.coefficient * ten(40 - a.scale - b.scale);
        expect(fine(run("std.decimal.product", x, y, DOWN))).toBe((exact / ten(22)) * ten(22));
      }),
    );
    expect(failure("std.decimal.round", record(1, 0), 19, UP)).toEqual(unmet("decimals <= 18"));
  });

  test.each([
    [record(15, 1), "1.5"],
    [record(-5, 2), "-0.05"],
    [record(0, 0), "0"],
    [record(12, 0), "12"],
  ])("are written with a point", (value, text) => {
    expect(run("std.decimal.to_text", value)).toBe(text);
  });

  test("come from whole numbers", () => {
    expect(fields(run("std.int.to_decimal", -700))).toEqual([-700, 0]);
    expect(fields(run("std.nat.to_decimal", 0))).toEqual([0, 0]);
  });
});
