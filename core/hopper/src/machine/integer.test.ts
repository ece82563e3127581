import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  absolute,
  add,
  bitsOf,
  compareIntegers,
  divideFloor,
  divideTruncated,
  greatestCommonDivisor,
  INTEGER_BITS_MAX,
  limbsOf,
  modulo,
  multiply,
  negate,
  parseInteger,
  remainder,
  renderInteger,
  subtract,
} from "./integer.ts";
import { type Integer, integer } from "./value.ts";

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Near zero, near the edge of the safe integers, and far beyond. */
const big = fc.oneof(
  fc.bigInt({ min: -20n, max: 20n }),
  fc.bigInt({ min: -3n, max: 3n }).chain((near) => fc.constantFrom(SAFE + near, -SAFE + near)),
  fc.bigInt({ min: -SAFE, max: SAFE }),
  fc.bigInt({ min: -(1n << 300n), max: 1n << 300n }),
);

const LIMIT = (1n << BigInt(INTEGER_BITS_MAX)) - 1n;

function expectForm(result: Integer | undefined, exact: bigint): void {
  expect(result).toBe(integer(exact));
  expect(Object.is(result, -0)).toBe(false);
}

describe("integers", () => {
  it("add, subtract and multiply exactly, each result in its one form", () => {
    fc.assert(
      fc.property(big, big, (a, b) => {
        expectForm(add(integer(a), integer(b)), a + b);
        expectForm(subtract(integer(a), integer(b)), a - b);
        expectForm(multiply(integer(a), integer(b)), a * b);
        expectForm(negate(integer(a)), -a);
        expectForm(absolute(integer(a)), a < 0n ? -a : a);
        expect(Math.sign(compareIntegers(integer(a), integer(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it("have no zero with a sign", () => {
    expectForm(multiply(0, -5), 0n);
    expectForm(multiply(-5, 0), 0n);
    expectForm(negate(0), 0n);
    for (const divide of [divideFloor, divideTruncated, modulo, remainder]) {
      expectForm(divide(0, -5), 0n);
      expectForm(divide(0, 5), 0n);
    }
    expectForm(remainder(-5, 5), 0n);
    expectForm(modulo(-5, 5), 0n);
    expectForm(divideTruncated(-4, 5), 0n);
  });

  it("divide towards zero and towards minus infinity", () => {
    fc.assert(
      fc.property(
        big,
        big.filter((b) => b !== 0n),
        (a, b) => {
          const floor = (a - (((a % b) + b) % b)) / b;
          expectForm(divideTruncated(integer(a), integer(b)), a / b);
          expectForm(remainder(integer(a), integer(b)), a % b);
          expectForm(divideFloor(integer(a), integer(b)), floor);
          expectForm(modulo(integer(a), integer(b)), a - floor * b);
        },
      ),
    );
    expect([divideFloor(-7, 2), divideTruncated(-7, 2), modulo(-7, 2), remainder(-7, 2)]).toEqual([
      -4, -3, 1, -1,
    ]);
    expect([divideFloor(7, -2), divideTruncated(7, -2), modulo(7, -2), remainder(7, -2)]).toEqual([
      -4, -3, -1, 1,
    ]);
    for (const divide of [divideFloor, divideTruncated, modulo, remainder]) {
      expect(() => divide(1, 0)).toThrow("a divisor is not zero");
    }
  });

  it("find the greatest common divisor", () => {
    fc.assert(
      fc.property(big, big, (a, b) => {
        const found = BigInt(greatestCommonDivisor(integer(a), integer(b)));
        if (a === 0n && b === 0n) {
          expect(found).toBe(0n);
          return;
        }
        expect(a % found).toBe(0n);
        expect(b % found).toBe(0n);
        expect(greatestCommonDivisor(integer(a / found), integer(b / found))).toBe(1);
      }),
    );
  });

  it("count bits and limbs", () => {
    fc.assert(
      fc.property(fc.nat({ max: 3_000 }), fc.boolean(), (bits, negative) => {
        const low = 1n << BigInt(bits);
        const sign = negative ? -1n : 1n;
        expect(bitsOf(integer(sign * low))).toBe(bits + 1);
        expect(bitsOf(integer(sign * (low - 1n)))).toBe(bits);
        expect(limbsOf(integer(sign * low))).toBe(Math.floor(bits / 64) + 1);
        expect(limbsOf(integer(sign * (low - 1n)))).toBe(Math.max(1, Math.ceil(bits / 64)));
      }),
    );
    expect(bitsOf(integer(LIMIT))).toBe(INTEGER_BITS_MAX);
    expect(limbsOf(integer(LIMIT))).toBe(INTEGER_BITS_MAX / 64);
  });

  it("end where the limit of bits is", () => {
    const max = integer(LIMIT);
    expect(add(max, 1)).toBeUndefined();
    expect(add(max, negate(1))).toBe(integer(LIMIT - 1n));
    expect(subtract(negate(max), 1)).toBeUndefined();
    expect(subtract(max, max)).toBe(0);
    expect(multiply(max, 1)).toBe(max);
    expect(multiply(max, 0)).toBe(0);
    expect(multiply(max, 2)).toBeUndefined();
    expect(multiply(max, negate(max))).toBeUndefined();
    const half = integer(1n << 32_767n);
    expect(multiply(half, half)).toBe(1n << 65_534n);
    expect(multiply(half, integer(1n << 32_768n))).toBe(1n << 65_535n);
    expect(multiply(half, integer(1n << 32_769n))).toBeUndefined();
  });

  it("have one decimal text", () => {
    fc.assert(
      fc.property(big, (a) => {
        const text = renderInteger(integer(a));
        expect(text).toBe(a.toString());
        expectForm(parseInteger(text), a);
      }),
    );
    for (const text of ["", "-", "-0", "00", "01", "-01", "+1", "1.0", "1e3", " 1", "1 ", "0x1", "１"]) {
      expect(parseInteger(text)).toBeUndefined();
    }
    expect(parseInteger(LIMIT.toString())).toBe(integer(LIMIT));
    expect(parseInteger((-LIMIT).toString())).toBe(integer(-LIMIT));
    expect(parseInteger((LIMIT + 1n).toString())).toBeUndefined();
    expect(parseInteger("9".repeat(30_000))).toBeUndefined();
  });
});
