// How running code failed, for people: a sentence, the source with carets, who called.

import { canonicalText, type JsonObject } from "@juno/base";
import { BUILT_IN_ERRORS, type Diagnostic, positionOf, render, type TestFailure } from "@juno/hopper";
import type { Paint } from "../terminal/paint.ts";
import { grouped } from "./counting.ts";
import { styleOf } from "./draw-diagnostics.ts";

export const lastName = (full: string): string => full.slice(full.lastIndexOf(".") + 1);

const textOf = (fields: JsonObject, name: string): string => {
  const value = fields.get(name);
  return typeof value === "string" ? value : value === undefined ? "?" : canonicalText(value);
};

/** `account: "alice", have: 0.00 USD`; amounts and the like are texts in JSON, and no reader misses their quotes. */
const spelled = (fields: JsonObject): string =>
  [...fields]
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : canonicalText(value)}`)
    .join(", ");

function checkSentence(fields: JsonObject): string {
  const [expected, found] = [textOf(fields, "expected"), textOf(fields, "found")];
  if (expected === "true" && found === "false") return "the check does not hold";
  if (found === "no error") return `\`${expected}\` was expected, and nothing failed`;
  return `\`${expected}\` was expected, and it failed with \`${found}\``;
}

/** One sentence without a full stop. */
export function errorSentence({ error, fields }: Pick<TestFailure, "error" | "fields">): string {
  switch (error) {
    case "CheckFailed":
      return checkSentence(fields);
    case "RequirementFailed":
      return `\`${textOf(fields, "clause")}\` does not hold`;
    case "InvariantFailed":
      return `a row of \`${textOf(fields, "table")}\` would break the invariant \`${textOf(fields, "clause")}\``;
    case "RowMissing":
      return `there is no row ${textOf(fields, "key")} in \`${textOf(fields, "table")}\``;
    case "RowPresent":
      return `there is a row ${textOf(fields, "key")} in \`${textOf(fields, "table")}\` already`;
    case "OutOfGas":
      return `all gas is used up, ${grouped(Number(textOf(fields, "limit")))}: either it does not end, or it needs a higher limit`;
    default: {
      const known = BUILT_IN_ERRORS.get(error);
      if (known !== undefined) return `${known.doc.replace(/\.$/, "")}: ${spelled(fields)}`;
      return fields.size === 0 ? `it ends with \`${error}\`` : spelled(fields);
    }
  }
}

const SIDE_CHARS_MAX = 60;

/** `0.00 USD == 1.00 USD`: what stood on the two sides. */
function comparedText({ left, operator, right }: NonNullable<TestFailure["compared"]>): string {
  const cut = (text: string): string =>
    text.length > SIDE_CHARS_MAX ? `${text.slice(0, SIDE_CHARS_MAX - 1)}…` : text;
  return `${cut(left)} ${operator} ${cut(right)}`;
}

/** Without a newline at its end. */
export function drawRunError(failed: TestFailure, paint: Paint): string {
  const { compared } = failed;
  const [place, ...callers] = failed.places;
  if (place === undefined) return `${lastName(failed.error)}: ${errorSentence(failed)}`;
  const diagnostic: Diagnostic = {
    code: lastName(failed.error),
    severity: "error",
    message: errorSentence(failed),
    span: place,
    label: compared === undefined ? "fails here" : comparedText(compared),
    notes: callers.map((span) => ({ span, label: "called from here" })),
    known: [],
  };
  return render(diagnostic, styleOf(paint));
}

/** For programs. */
export function runErrorJson({ error, fields, places, compared }: TestFailure): Record<string, unknown> {
  const [place] = places;
  const where = place && { file: place.source.name, ...positionOf(place.source, place.start) };
  const more = compared === undefined ? {} : { compared };
  return { name: error, fields: JSON.parse(canonicalText(fields)) as unknown, ...more, ...where };
}
