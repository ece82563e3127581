// Powers of integers, refused before they are computed if they are too large (L32).

import { bitsOf, INTEGER_BITS_MAX, remainder } from "../machine/integer.ts";
import { type Integer, integer } from "../machine/value.ts";

/** `exponent` is not negative. Undefined: more than 65,536 bits. */
export function power(base: Integer, exponent: Integer): Integer | undefined {
  if (exponent === 0) return 1;
  if (base === 0 || base === 1) return base;
  if (base === -1) return remainder(exponent, 2) === 0 ? 1 : -1;
  // A factor of b bits is at least 2^(b-1): if that is too large, so is the power. A bigint's worth of
  // factors is too many of any size.
  if (typeof exponent === "bigint") return undefined;
  const bits = (bitsOf(base) - 1) * exponent + 1;
  if (bits > INTEGER_BITS_MAX) return undefined;
  // Now the power has at most twice as many bits, since each factor has less than one bit more.
  const result = integer(BigInt(base) ** BigInt(exponent));
  return bitsOf(result) > INTEGER_BITS_MAX ? undefined : result;
}
