// Amounts as people type them: ratios as in the first Juno (`100%1`, `201 % 2`), and decimals (`100`,
// `100.5`, `100.50`). The ledger counts whole minor units, so a ratio that is no whole number of them is
// refused with the reason. Exact: no floats anywhere.

import { ok, type Result } from "@juno/base";
import { type Fault, fault } from "./fault.ts";

export type Currency = { readonly code: string; readonly decimals: number };

/** The ledger writes at most so many digits before the point. */
const WHOLE_DIGITS_MAX = 15;
/** More digits than any amount can have; keeps the arithmetic small. */
const INPUT_DIGITS_MAX = 40;

const RATIO = /^(-?)(\d+)(\s*%\s*)(-?)(\d+)$/;
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** The unit that is counted, in words. */
const unitOf = ({ code, decimals }: Currency): string => {
  if (decimals === 0) return `a whole number of ${code}`;
  return decimals === 2
    ? "a whole number of cents"
    : `a whole number of 1/${10n ** BigInt(decimals)} ${code}`;
};

/** The ledger's spelling of an amount in minor units: "100.00 USD". */
function spelled(minor: bigint, { code, decimals }: Currency): string {
  const digits = String(minor).padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  return `${decimals === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`} ${code}`;
}

function counted(minor: bigint, currency: Currency): Result<string, Fault> {
  if (minor === 0n) return fault(0, "an amount is above zero");
  if (minor >= 10n ** BigInt(WHOLE_DIGITS_MAX + currency.decimals)) {
    return fault(0, `an amount has at most ${WHOLE_DIGITS_MAX} digits before the point`);
  }
  return ok(spelled(minor, currency));
}

/** About how much a fraction is, to show why it does not fit: "3.333". */
function approximately(numerator: bigint, denominator: bigint, decimals: number): string {
  const scale = 10n ** BigInt(decimals + 1);
  const scaled = (numerator * scale) / denominator;
  return `${scaled / scale}.${String(scaled % scale).padStart(decimals + 1, "0")}`;
}

function ratio(match: RegExpExecArray, currency: Currency): Result<string, Fault> {
  const [whole, minus, over, percent, minusBelow, under] = match;
  if (minus !== "") return fault(0, "an amount is above zero, so it has no minus sign");
  const below = minus!.length + over!.length + percent!.length;
  if (minusBelow !== "") return fault(below, "an amount is above zero, so it has no minus sign");
  const numerator = BigInt(over!);
  const denominator = BigInt(under!);
  if (denominator === 0n) return fault(below, "nothing can be divided by zero");
  const minor = numerator * 10n ** BigInt(currency.decimals);
  if (minor % denominator !== 0n) {
    const value = approximately(numerator, denominator, currency.decimals);
    return fault(0, `${whole} is ${value}… ${currency.code}, which is not ${unitOf(currency)}`);
  }
  return counted(minor / denominator, currency);
}

function decimal(match: RegExpExecArray, currency: Currency): Result<string, Fault> {
  const [, minus, whole, fraction = ""] = match;
  const { code, decimals } = currency;
  if (minus !== "") return fault(0, "an amount is above zero, so it has no minus sign");
  if (fraction.length > decimals) {
    const at = whole!.length + (decimals === 0 ? 0 : 1 + decimals);
    return fault(at, `${code} has ${decimals} decimals, so an amount is ${unitOf(currency)}`);
  }
  return counted(BigInt(whole! + fraction.padEnd(decimals, "0")), currency);
}

/** The ledger's spelling of what was typed, such as "100.00 USD"; or what is wrong with it, and where. */
export function parseAmount(text: string, currency: Currency): Result<string, Fault> {
  if (text.length > INPUT_DIGITS_MAX) return fault(0, `an amount has at most ${INPUT_DIGITS_MAX} characters`);
  const suffix = ` ${currency.code}`;
  const number = text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
  const fraction = RATIO.exec(number);
  if (fraction !== null) return ratio(fraction, currency);
  const match = DECIMAL.exec(number);
  if (match !== null) return decimal(match, currency);
  const at = /^[\d.%\s-]*/.exec(text)![0].length;
  const place = at < text.length ? at : 0;
  return fault(place, "an amount is expected, such as 100%1 or 100.00");
}
