// Numbers in text, read by hand: one spelling each, no host parser whose leniency could differ (L33).

import { parseInteger, renderInteger } from "./integer.ts";
import { type Integer, integer } from "./value.ts";

const ZERO = 0x30;

export const isDigit = (unit: number): boolean => unit >= ZERO && unit <= ZERO + 9;

/** Whether there are digits from `from` to before `to`, and nothing else; at least one. */
export function allDigits(text: string, from: number, to: number): boolean {
  if (from >= to || to > text.length) return false;
  for (let i = from; i < to; i++) if (!isDigit(text.charCodeAt(i))) return false;
  return true;
}

/** A number of so many decimals: `coefficient` units of 10^-decimals. */
export type Fixed = { readonly coefficient: Integer; readonly decimals: number };

/** "-0.050": minus sign unless zero, no leading zeros, digits around the point; undefined for all else. */
export function parseFixed(text: string): Fixed | undefined {
  const point = text.indexOf(".");
  if (point < 0) {
    const coefficient = parseInteger(text);
    return coefficient === undefined ? undefined : { coefficient, decimals: 0 };
  }
  const first = text.startsWith("-") ? 1 : 0;
  if (!allDigits(text, first, point) || !allDigits(text, point + 1, text.length)) return undefined;
  if (point > first + 1 && text.charCodeAt(first) === ZERO) return undefined;
  let significant = first;
  while (significant < text.length - 1 && (text.charCodeAt(significant) === ZERO || significant === point)) {
    significant += 1;
  }
  const digits =
    significant < point ? text.slice(significant, point) + text.slice(point + 1) : text.slice(significant);
  // Refuses a zero with a sign, as everywhere.
  const coefficient = parseInteger(first === 1 ? `-${digits}` : digits);
  return coefficient === undefined ? undefined : { coefficient, decimals: text.length - point - 1 };
}

export function renderFixed({ coefficient, decimals }: Fixed): string {
  if (decimals === 0) return renderInteger(coefficient);
  const sign = coefficient < 0 ? "-" : "";
  const digits = renderInteger(coefficient)
    .slice(sign.length)
    .padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The same number with the fewest decimals. */
export function withFewestDecimals({ coefficient, decimals }: Fixed): Fixed {
  let rest = BigInt(coefficient);
  let left = decimals;
  while (left > 0 && rest % 10n === 0n) {
    rest /= 10n;
    left -= 1;
  }
  return { coefficient: integer(rest), decimals: left };
}
