// The one form of a Decimal: the least number of decimals that holds it exactly, at most 18.

import { withFewestDecimals } from "../machine/digits.ts";
import { Construct, type Integer, integer, type Value } from "../machine/value.ts";

/** Of a Decimal. */
export const SCALE_MAX = 18;

/** 10 to the powers 0 … 36: a product of two Decimals has up to 36 decimals. */
export const POWERS_OF_TEN: readonly Integer[] = Array.from({ length: 2 * SCALE_MAX + 1 }, (_, i) =>
  integer(10n ** BigInt(i)),
);

export type DecimalParts = { readonly coefficient: Integer; readonly scale: number };

export function partsOfDecimal(decimal: Value): DecimalParts {
  const [coefficient, scale] = (decimal as Construct).fields as readonly [Integer, number];
  return { coefficient, scale };
}

/** The layout of a Decimal; `scale` is at most 18. */
export function decimalOf(coefficient: Integer, scale: number): Construct {
  const least = withFewestDecimals({ coefficient, decimals: scale });
  return new Construct(0, [least.coefficient, least.decimals]);
}
