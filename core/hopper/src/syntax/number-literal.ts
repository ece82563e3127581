// Numbers: digits, in groups divided by `_` if one likes, perhaps a point with digits behind it, perhaps
// `%` right after (L52: `5%` is a percent literal, the remainder is `mod`). A refused number counts as 0.

import type { Reports } from "../diagnostic/reports.ts";
import { brief } from "./brief.ts";
import { isDigit, isNamePart, isNameStart } from "./characters.ts";
import { LITERAL_DIGITS_MAX } from "./limits.ts";

export type NumberLiteral = {
  readonly kind: "integer" | "decimal" | "percent";
  readonly end: number;
  /** Digits, and a point if there is one: without `_` and `%`. */
  readonly value: string;
};

const UNDERSCORE = 0x5f;
const POINT = 0x2e;
const PERCENT = 0x25;

function digitsEnd(text: string, start: number): number {
  let at = start;
  while (isDigit(text.charCodeAt(at)) || text.charCodeAt(at) === UNDERSCORE) at += 1;
  return at;
}

/** What is wrong with the spelling of digits, if anything. */
function misspelling(digits: string): { message: string; help: string } | undefined {
  if (digits.endsWith("_") || digits.includes("__")) {
    return {
      message: "an underscore in a number stands between two digits",
      help: "divide digits into groups like 1_000_000",
    };
  }
  if (digits.length > 1 && digits.startsWith("0")) {
    return {
      message: "a number does not begin with a zero",
      help: 'leave the leading zeros out; an identifier such as an account number is a text: "007"',
    };
  }
  return undefined;
}

/** Reads the number whose first digit is at `start`. */
export function readNumber(reports: Reports, start: number): NumberLiteral {
  const { text } = reports.source;
  let end = digitsEnd(text, start);
  let wrong = misspelling(text.slice(start, end));
  let kind: NumberLiteral["kind"] = "integer";
  if (text.charCodeAt(end) === POINT && isDigit(text.charCodeAt(end + 1))) {
    const fraction = end + 1;
    end = digitsEnd(text, fraction);
    if (text.charCodeAt(end - 1) === UNDERSCORE) wrong ??= misspelling("_");
    kind = "decimal";
  }
  let value = text.slice(start, end).replaceAll("_", "");
  const digits = value.replace(".", "").length;
  if (digits > LITERAL_DIGITS_MAX) {
    const message = `this number has ${digits} digits, more than the ${LITERAL_DIGITS_MAX} that may stand in a source`;
    reports.error({ code: "H0007", start, end, message, help: "compute large numbers from smaller ones" });
    value = "0";
  } else if (wrong !== undefined) {
    reports.error({ code: "H0006", start, end, ...wrong });
    value = "0";
  }
  if (text.charCodeAt(end) === PERCENT) return { kind: "percent", end: end + 1, value };
  return { kind, end: isNameStart(text.charCodeAt(end)) ? refuseGluedName(reports, start, end) : end, value };
}

/** `10USD`: the name is a token of its own; in `0xFF` and `1e6` it belongs to the number. Returns the number's end. */
function refuseGluedName(reports: Reports, start: number, end: number): number {
  const { text } = reports.source;
  let nameEnd = end;
  while (isNamePart(text.charCodeAt(nameEnd))) nameEnd += 1;
  const number = brief(text.slice(start, end));
  const name = brief(text.slice(end, nameEnd));
  const foreign = /^(?:0[xXbBoO][0-9a-fA-F]*|.*[0-9][eE][0-9]+)$/.test(number + name);
  reports.error({
    code: "H0006",
    start,
    end: nameEnd,
    message: `\`${number}${name}\` is neither a number nor a name`,
    help: foreign
      ? "write numbers in decimal digits; there are no hexadecimal and no exponent forms"
      : `put a space between them: ${number} ${name}`,
  });
  return foreign ? nameEnd : end;
}

/** The digits as one integer, and how many of them stood behind the point. */
export function parseDigits(value: string): { coefficient: bigint; scale: number } {
  const point = value.indexOf(".");
  if (point === -1) return { coefficient: BigInt(value), scale: 0 };
  return {
    coefficient: BigInt(value.slice(0, point) + value.slice(point + 1)),
    scale: value.length - point - 1,
  };
}
