import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyInt, anyNat, greaterOf, lesserOf, nonZero } from "../../test/builtins/numbers.ts";
import { big, DOWN, failure, fields, HALF_EVEN, int, run, UP, unmet } from "../../test/builtins/scope.ts";
import { INTEGER_BITS_MAX } from "../machine/integer.ts";

const floor = (a: bigint, b: bigint): bigint => a / b - (a % b !== 0n && a < 0n !== b < 0n ? 1n : 0n);
const GREATEST = (1n << BigInt(INTEGER_BITS_MAX)) - 1n;
const TOO_LARGE = { error: "IntExceeded", max: INTEGER_BITS_MAX };

describe.each(["std.int", "std.nat"])("%s", (module) => {
  const of = module === "std.nat" ? anyNat : anyInt;

  test("adds, multiplies and compares as integers do", () => {
    fc.assert(
      fc.property(of, of, (a, b) => {
        const [x, y] = [int(a), int(b)];
        expect(big(run(`${module}.add`, x, y))).toBe(a + b);
        expect(big(run(`${module}.multiply`, x, y))).toBe(a * b);
        expect(big(run(`${module}.min`, x, y))).toBe(lesserOf(a, b));
        expect(big(run(`${module}.max`, x, y))).toBe(greaterOf(a, b));
        expect(run(`${module}.less`, x, y)).toBe(a < b);
        expect(run(`${module}.less_or_equal`, x, y)).toBe(a <= b);
        expect(run(`${module}.greater`, x, y)).toBe(a > b);
        expect(run(`${module}.greater_or_equal`, x, y)).toBe(a >= b);
        expect(run(`${module}.to_text`, x)).toBe(a.toString());
        expect(big(run(`${module}.negate`, x))).toBe(-a);
      }),
    );
  });

  test("divides downwards, and says what is left over", () => {
    fc.assert(
      fc.property(of, module === "std.nat" ? nonZero.map((n) => (n < 0n ? -n : n)) : nonZero, (a, b) => {
        expect(big(run(`${module}.div`, int(a), int(b)))).toBe(floor(a, b));
        expect(big(run(`${module}.modulo`, int(a), int(b)))).toBe(a - b * floor(a, b));
        const [numerator, denominator] = fields(run(`${module}.ratio`, int(a), int(b))).map(big);
        expect(numerator! * b).toBe(a * denominator!);
        expect(denominator! > 0n).toBe(true);
      }),
    );
    for (const name of ["div", "modulo"])
      expect(failure(`${module}.${name}`, 1, 0)).toEqual(unmet("by != 0"));
    expect(failure(`${module}.divide`, 1, 0, DOWN)).toEqual(unmet("by != 0"));
    expect(failure(`${module}.ratio`, 1, 0)).toEqual(unmet("whole != 0"));
  });

  test("raises to powers up to the limit", () => {
    fc.assert(
      fc.property(of, fc.integer({ min: 0, max: 60 }), (a, n) => {
        expect(big(run(`${module}.pow`, int(a), n))).toBe(a ** BigInt(n));
      }),
    );
    expect(big(run(`${module}.pow`, 2, INTEGER_BITS_MAX - 1))).toBe(1n << BigInt(INTEGER_BITS_MAX - 1));
    expect(run(`${module}.pow`, 1, int(1n << 200n))).toBe(1);
    expect(run(`${module}.pow`, 0, int(1n << 200n))).toBe(0);
    for (const [base, exponent] of [
      [2n, 65_536n],
      [3n, 41_350n],
      [GREATEST, 2n],
      [2n, 1n << 200n],
    ] as const) {
      expect(failure(`${module}.pow`, int(base), int(exponent))).toEqual(TOO_LARGE);
    }
  });

  test("has no number beyond 65,536 bits", () => {
    expect(failure(`${module}.add`, int(GREATEST), 1)).toEqual(TOO_LARGE);
    expect(failure(`${module}.multiply`, int(GREATEST), 2)).toEqual(TOO_LARGE);
    expect(big(run(`${module}.add`, int(GREATEST - 1n), 1))).toBe(GREATEST);
  });
});

test("a difference of Nats is one, or a requirement that failed", () => {
  fc.assert(
    fc.property(anyNat, anyNat, (a, b) => {
      const expected = a >= b ? undefined : unmet("a >= b");
      expect(failure("std.nat.subtract", int(a), int(b))).toEqual(expected);
      if (a >= b) expect(big(run("std.nat.subtract", int(a), int(b)))).toBe(a - b);
      expect(big(run("std.nat.monus", int(a), int(b)))).toBe(a >= b ? a - b : 0n);
    }),
  );
});

test("an Int has a sign, and a Nat behind it", () => {
  fc.assert(
    fc.property(anyInt, anyInt, (a, b) => {
      expect(big(run("std.int.subtract", int(a), int(b)))).toBe(a - b);
      expect(big(run("std.int.abs", int(a)))).toBe(a < 0n ? -a : a);
      expect(failure("std.int.to_nat", int(a))).toEqual(a < 0n ? unmet("n >= 0") : undefined);
      expect(failure("std.int.subtract", int(-GREATEST), 1)).toEqual(TOO_LARGE);
    }),
  );
  expect(run("std.int.pow", -1, int((1n << 200n) + 1n))).toBe(-1);
  expect(run("std.int.pow", -1, int(1n << 200n))).toBe(1);
});

describe("rounding", () => {
  const table: readonly (readonly [n: number, by: number, down: number, up: number, even: number])[] = [
    [7, 2, 3, 4, 4],
    [5, 2, 2, 3, 2],
    [-5, 2, -2, -3, -2],
    [-7, 2, -3, -4, -4],
    [5, -2, -2, -3, -2],
    [-5, -2, 2, 3, 2],
    [1, 3, 0, 1, 0],
    [2, 3, 0, 1, 1],
    [-1, 3, 0, -1, 0],
    [-2, 3, 0, -1, -1],
    [1, 2, 0, 1, 0],
    [-1, 2, 0, -1, 0],
    [3, 2, 1, 2, 2],
    [-3, 2, -1, -2, -2],
    [6, 3, 2, 2, 2],
    [0, 5, 0, 0, 0],
  ];

  test.each(table)("%i by %i", (n, by, down, up, even) => {
    expect(run("std.int.divide", n, by, DOWN)).toBe(down);
    expect(run("std.int.divide", n, by, UP)).toBe(up);
    expect(run("std.int.divide", n, by, HALF_EVEN)).toBe(even);
  });

  test("is by less than one unit, to the side that was asked for", () => {
    fc.assert(
      fc.property(anyInt, nonZero, (n, by) => {
        const [down, up, even] = [DOWN, UP, HALF_EVEN].map((way) =>
          big(run("std.int.divide", int(n), int(by), way)),
        ) as [bigint, bigint, bigint];
        const size = (value: bigint): bigint => (value < 0n ? -value : value);
        const off = (quotient: bigint): bigint => size(quotient * by - n);
        expect(size(down * by) <= size(n) && off(down) < size(by)).toBe(true);
        expect(size(up * by) >= size(n) && off(up) < size(by)).toBe(true);
        expect([down, up]).toContain(even);
        expect(off(even) <= off(down) && off(even) <= off(up)).toBe(true);
        if (down !== up && off(down) === off(up)) expect(even % 2n).toBe(0n);
      }),
    );
  });

  test("holds next to the limit, where twice the rest would be too large", () => {
    expect(big(run("std.int.divide", int(GREATEST - 1n), int(GREATEST), HALF_EVEN))).toBe(1n);
    expect(big(run("std.int.divide", int(GREATEST / 2n), int(GREATEST), HALF_EVEN))).toBe(0n);
  });
});
