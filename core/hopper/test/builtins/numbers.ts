// Numbers for properties: small ones, those around the borders of what a host's number holds, and long ones.

import fc from "fast-check";

const border = fc.integer({ min: -3, max: 3 });

export const anyInt: fc.Arbitrary<bigint> = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map(BigInt),
  fc
    .tuple(fc.constantFrom(0, 31, 32, 52, 53, 62, 63, 64, 128, 300), border, fc.boolean())
    .map(([bits, off, negative]) => ((1n << BigInt(bits)) + BigInt(off)) * (negative ? -1n : 1n)),
  fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }),
);

export const anyNat: fc.Arbitrary<bigint> = anyInt.map((n) => (n < 0n ? -n : n));

export const nonZero: fc.Arbitrary<bigint> = anyInt.filter((n) => n !== 0n);

export const lesserOf = (a: bigint, b: bigint): bigint => (a - b < 0n ? a : b);
export const greaterOf = (a: bigint, b: bigint): bigint => (a - b < 0n ? b : a);
