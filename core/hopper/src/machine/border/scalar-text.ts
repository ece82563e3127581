// Scalars that are texts at the border: percentages, decimals, ratios, amounts of money. One value has one
// text, so what reads them refuses every other spelling.

import { type Fixed, parseFixed, renderFixed, withFewestDecimals } from "../digits.ts";
import { bitsOf, greatestCommonDivisor, multiply, parseInteger, renderInteger } from "../integer.ts";
import type { CurrencyShape } from "../shape.ts";
import { Construct, type Integer } from "../value.ts";

/** A percentage counts millionths of one percent. */
const PERCENT_DECIMALS = 6;
const DECIMAL_DECIMALS_MAX = 18;
/** Reducing takes time that grows with the square of the size; this keeps it small. */
const RATIO_BITS_MAX = 1_024;
const RATIO_DIGITS_MAX = 310;

/** As `parseFixed`, but no more decimals than needed. */
function parseShortest(text: string, decimalsMax: number): Fixed | undefined {
  const fixed = parseFixed(text);
  if (fixed === undefined || fixed.decimals > decimalsMax) return undefined;
  return fixed.decimals > 0 && text.endsWith("0") ? undefined : fixed;
}

export function parsePercent(text: string): Integer | undefined {
  if (!text.endsWith("%")) return undefined;
  const fixed = parseShortest(text.slice(0, -1), PERCENT_DECIMALS);
  return fixed && multiply(fixed.coefficient, 10 ** (PERCENT_DECIMALS - fixed.decimals));
}

export const renderPercent = (millionths: Integer): string =>
  `${renderFixed(withFewestDecimals({ coefficient: millionths, decimals: PERCENT_DECIMALS }))}%`;

export function parseDecimal(text: string): Construct | undefined {
  const fixed = parseShortest(text, DECIMAL_DECIMALS_MAX);
  return fixed && new Construct(0, [fixed.coefficient, fixed.decimals]);
}

export const renderDecimal = ({ fields }: Construct): string =>
  renderFixed({ coefficient: fields[0] as Integer, decimals: fields[1] as number });

export function parseRatio(text: string): Construct | undefined {
  const slash = text.indexOf("/");
  if (slash < 0 || text.length > 2 * RATIO_DIGITS_MAX) return undefined;
  const numerator = parseInteger(text.slice(0, slash));
  const denominator = parseInteger(text.slice(slash + 1));
  if (numerator === undefined || denominator === undefined || denominator <= 0) return undefined;
  if (bitsOf(numerator) > RATIO_BITS_MAX || bitsOf(denominator) > RATIO_BITS_MAX) return undefined;
  if (greatestCommonDivisor(numerator, denominator) !== 1) return undefined;
  return new Construct(0, [numerator, denominator]);
}

/** Undefined: too large to cross the border. */
export function renderRatio({ fields }: Construct): string | undefined {
  const [numerator, denominator] = fields as readonly [Integer, Integer];
  if (bitsOf(numerator) > RATIO_BITS_MAX || bitsOf(denominator) > RATIO_BITS_MAX) return undefined;
  return `${renderInteger(numerator)}/${renderInteger(denominator)}`;
}

/** Minor units of "40.00 USD": all decimals of the currency, no others (C5). */
export function parseAmount(text: string, { symbol, decimals }: CurrencyShape): Integer | undefined {
  const end = text.length - symbol.length - 1;
  if (end < 1 || text[end] !== " " || !text.endsWith(symbol)) return undefined;
  const fixed = parseFixed(text.slice(0, end));
  return fixed?.decimals === decimals ? fixed.coefficient : undefined;
}

export const renderAmount = (minor: Integer, { symbol, decimals }: CurrencyShape): string =>
  `${renderFixed({ coefficient: minor, decimals })} ${symbol}`;
