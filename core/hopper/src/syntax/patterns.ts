// Patterns of `let` and `match`. A name with a capital is a constructor or a record, one without a
// variable (L53).

import type { Range } from "../diagnostic/source.ts";
import type { Name, Pattern } from "./ast.ts";
import { parseDigits } from "./number-literal.ts";
import type { Parser } from "./parser.ts";
import { skipGroup } from "./recovery.ts";
import { commas, lines } from "./sequences.ts";
import { isCapitalised } from "./token.ts";

export const pattern = (p: Parser): Pattern =>
  p.nested(
    () => anyPattern(p),
    (range: Range): Pattern => ({ kind: "error", ...range }),
  );

function anyPattern(p: Parser): Pattern {
  const { kind, start, end, value } = p.token;
  const mark = p.mark();
  if (p.isOutside) {
    p.expected("a pattern");
    return { kind: "error", ...p.place() };
  }
  switch (kind) {
    case "name":
      return namedPattern(p);
    case "(":
      return tuplePattern(p);
    case "[":
      return listPattern(p);
    case "integer":
    case "-":
      return integerPattern(p);
    case "text":
      p.bump();
      p.close(mark, "literal");
      return { kind: "text", value, start, end };
    case "true":
    case "false":
      p.bump();
      p.close(mark, "literal");
      return { kind: "boolean", value: kind === "true", start, end };
    case "else":
      p.expected("a pattern", { help: "the case for everything else is `_ => …`" });
      p.bump();
      return { kind: "wildcard", start, end };
    case "decimal":
    case "percent":
      p.expected("a pattern", { help: "amounts and percentages are compared with `if`, not matched" });
      p.bump();
      return { kind: "error", start, end };
    default:
      p.expected("a pattern");
      return { kind: "error", ...p.place() };
  }
}

function integerPattern(p: Parser): Pattern {
  const mark = p.mark();
  const { start } = p.token;
  const negative = p.eat("-");
  const { value } = p.token;
  if (!p.expect("integer", "a whole number")) return { kind: "error", ...p.rangeFrom(start) };
  p.close(mark, "literal");
  const { coefficient } = parseDigits(value);
  return { kind: "integer", value: negative ? -coefficient : coefficient, ...p.rangeFrom(start) };
}

function namedPattern(p: Parser): Pattern {
  const mark = p.mark();
  const { start } = p.token;
  const first = p.name("a name");
  if (first.text === "_") {
    p.close(mark, "name");
    return { kind: "wildcard", start, end: first.end };
  }
  const parts = [first];
  while (p.eat(".")) parts.push(p.name("a constructor"));
  const last = parts.at(-1)!;
  if (parts.length === 1 && !isCapitalised(first.text)) {
    p.close(mark, "name");
    if (p.is("(") && p.onSameLine) refuseLowercase(p, first);
    return { kind: "variable", name: first, start, end: first.end };
  }
  const path = { parts, ...p.rangeFrom(start) };
  p.close(mark, "path");
  if (p.is("{") && !p.token.newlineBefore) {
    const fields = patternFields(p);
    p.close(mark, "record-pattern");
    return { kind: "record", path, fields, ...p.rangeFrom(start) };
  }
  const args: Pattern[] = [];
  if (p.is("(") && p.onSameLine) {
    const argsMark = p.mark();
    commas(p, ")", () => {
      args.push(pattern(p));
    });
    p.close(argsMark, "arguments");
  }
  p.close(mark, "constructor-pattern");
  if (!isCapitalised(last.text)) refuseLowercase(p, last);
  return { kind: "constructor", path, args, ...p.rangeFrom(start) };
}

function refuseLowercase(p: Parser, name: Name): void {
  if (p.isRefused) return;
  p.report({
    code: "H0124",
    start: name.start,
    end: name.end,
    message: `\`${name.text}\` is no constructor`,
    help: "types and constructors begin with a capital: `Some(x)`",
  });
  if (p.is("(")) skipGroup(p);
}

function patternFields(p: Parser): { name: Name; pattern: Pattern | undefined }[] {
  const mark = p.mark();
  const fields: { name: Name; pattern: Pattern | undefined }[] = [];
  lines(p, () => {
    const fieldMark = p.mark();
    if (p.is("..")) return refuseRest(p);
    const before = p.position;
    const name = p.name("a field's name");
    if (p.position === before) return;
    fields.push({ name, pattern: p.eat(":") ? pattern(p) : undefined });
    p.close(fieldMark, "field-value");
  });
  p.close(mark, "field-values");
  return fields;
}

/** L17: Data fields are left out by not naming them. */
function refuseRest(p: Parser): void {
  const { start, end } = p.bump();
  const message = "`..` says nothing in a record pattern";
  const help = "leave it out: fields with data need not be named, fields with a resource must be";
  p.report({ code: "H0120", start, end, message, help });
}

function tuplePattern(p: Parser): Pattern {
  const mark = p.mark();
  const { start } = p.token;
  const parts: Pattern[] = [];
  commas(p, ")", () => {
    parts.push(pattern(p));
  });
  p.close(mark, "tuple-pattern");
  if (parts.length === 0 && !p.isRefused) {
    const range = p.rangeFrom(start);
    p.report({
      code: "H0101",
      ...range,
      message: "there is nothing between these parentheses",
      help: "write `_`",
    });
  }
  if (parts.length === 1) return parts[0]!;
  return { kind: "tuple", parts, ...p.rangeFrom(start) };
}

function listPattern(p: Parser): Pattern {
  const mark = p.mark();
  const { start } = p.token;
  const items: Pattern[] = [];
  let rest: Pattern | undefined;
  commas(p, "]", () => {
    if (rest !== undefined && !p.isRefused) {
      p.report({
        code: "H0120",
        start: rest.start,
        end: rest.end,
        message: "`..` stands last in a list",
        help: "a list can be taken apart from its front only: `[first, ..rest]`",
      });
    }
    const restMark = p.mark();
    if (!p.eat("..")) {
      items.push(pattern(p));
      return;
    }
    rest = restPattern(p);
    p.close(restMark, "rest");
  });
  p.close(mark, "list-pattern");
  return { kind: "list", items, rest, ...p.rangeFrom(start) };
}

function restPattern(p: Parser): Pattern {
  const rest = pattern(p);
  if (rest.kind !== "variable" && rest.kind !== "wildcard" && rest.kind !== "error") {
    p.report({
      code: "H0120",
      start: rest.start,
      end: rest.end,
      message: "behind `..` stands a name or `_`",
      help: "bind the rest to a name, and match on that: `[first, ..rest]`",
    });
  }
  return rest;
}
