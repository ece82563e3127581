// The leaves of expressions and what stands in brackets. Words that other languages have here are
// understood only to be refused with what to write instead.

import type { Expr } from "./ast.ts";
import { control } from "./control.ts";
import { refuseForeignWord } from "./foreign.ts";
import { lambda } from "./lambda.ts";
import { parseDigits } from "./number-literal.ts";
import type { Parser } from "./parser.ts";
import { commas } from "./sequences.ts";
import { isCapitalised, type Token } from "./token.ts";

/** An expression that needs no operator to its left. If there is none, an `error` and nothing consumed. */
export function primary(p: Parser): Expr {
  const { token } = p;
  const { kind, start, end } = token;
  if (p.isOutside) {
    p.expected("an expression");
    return { kind: "error", ...p.place() };
  }
  switch (kind) {
    case "name":
      return nameOrForeign(p, token);
    case "integer":
    case "decimal":
    case "percent":
      return number(p, token);
    case "text":
    case "true":
    case "false":
    case "hole":
      return leaf(p, token);
    case "(":
      return parenthesised(p);
    case "[":
      return list(p);
    case "{":
      return unitOrBlock(p);
    case "fn":
      return lambda(p);
    default: {
      const statement = control(p);
      if (statement !== undefined) return statement;
      refuseMissing(p);
      return { kind: "error", start, end: kind === "end" ? start : end };
    }
  }
}

function refuseMissing(p: Parser): void {
  if (p.is("+")) return p.expected("an expression", { help: "a number has no sign `+`" });
  if (p.is("="))
    return p.expected("an expression", {
      help: "nothing is assigned: bind a new name with `let`; to compare, write `==`",
    });
  p.expected("an expression");
}

function nameOrForeign(p: Parser, token: Token): Expr {
  const { value: text, start, end } = token;
  if (text === "once" && p.peek().kind === "fn") return lambda(p);
  const foreign = refuseForeignWord(p);
  if (foreign !== undefined) return foreign;
  const mark = p.mark();
  p.bump();
  p.close(mark, "name");
  return { kind: "name", name: { text, start, end }, start, end };
}

function leaf(p: Parser, token: Token): Expr {
  const mark = p.mark();
  const { value, start, end } = p.bump();
  p.close(mark, "literal");
  if (token.kind === "text") return { kind: "text", value, start, end };
  if (token.kind === "hole")
    return { kind: "hole", name: { text: value, start: start + 1, end }, start, end };
  return { kind: "boolean", value: token.kind === "true", start, end };
}

/** How many tokens a currency after a number takes: `USD`, `bank.USD`; 0 if there is none. */
function currencyLength(p: Parser): number {
  for (let at = 1; ; at += 2) {
    const name = p.peek(at);
    if (name.kind !== "name" || (at === 1 && name.newlineBefore)) return 0;
    if (isCapitalised(name.value)) return at;
    if (p.peek(at + 1).kind !== ".") return 0;
  }
}

/** L52: a number followed on the same line by a currency is money. */
function number(p: Parser, token: Token): Expr {
  const mark = p.mark();
  const { start, end } = token;
  const { coefficient, scale } = parseDigits(token.value);
  const length = token.kind === "percent" ? 0 : currencyLength(p);
  p.bump();
  if (length === 0) {
    p.close(mark, "literal");
    if (token.kind === "percent") return { kind: "percent", coefficient, scale, start, end };
    if (token.kind === "decimal") return { kind: "decimal", coefficient, scale, start, end };
    return { kind: "integer", value: coefficient, start, end };
  }
  const pathMark = p.mark();
  const first = p.token.start;
  const parts = [p.name("a currency")];
  while (p.eat(".") && parts.length * 2 <= length) parts.push(p.name("a currency"));
  const currency = { parts, ...p.rangeFrom(first) };
  p.close(pathMark, "path");
  p.close(mark, "money");
  return { kind: "money", coefficient, scale, currency, ...p.rangeFrom(start) };
}

/** `(e)` is `e`; `(a, b)` a tuple. */
function parenthesised(p: Parser): Expr {
  const mark = p.mark();
  const { start } = p.token;
  const parts: Expr[] = [];
  commas(p, ")", () => {
    parts.push(p.rules.expression(p));
  });
  const range = p.rangeFrom(start);
  p.close(mark, parts.length === 1 ? "parenthesised" : "tuple");
  if (p.is("=>")) refuseArrowFunction(p, start);
  if (parts.length === 1) return parts[0]!;
  if (parts.length === 0) refuseEmptyTuple(p, range);
  return { kind: "tuple", parts, ...range };
}

function refuseEmptyTuple(p: Parser, range: { start: number; end: number }): void {
  if (p.is("=>") || p.isRefused) return;
  const help = "the value that says nothing is `{}`";
  p.report({ code: "H0101", ...range, message: "there is nothing between these parentheses", help });
}

function refuseArrowFunction(p: Parser, start: number): void {
  p.report({
    code: "H0119",
    start,
    end: p.token.end,
    message: "a function is not written with `=>`",
    help: "write `fn(x: Text) { … }`",
  });
  p.bump();
  p.rules.expression(p);
}

function list(p: Parser): Expr {
  const mark = p.mark();
  const { start } = p.token;
  const items: Expr[] = [];
  let rest: Expr | undefined;
  commas(p, "]", () => {
    if (rest !== undefined) {
      const message = "`..` stands last in a list";
      p.report({ code: "H0120", start: rest.start, end: rest.end, message, help: "append lists with `++`" });
    }
    const restMark = p.mark();
    const isRest = p.eat("..");
    const item = p.rules.expression(p);
    if (isRest) p.close(restMark, "rest");
    if (isRest) rest = item;
    else items.push(item);
  });
  p.close(mark, "list");
  return { kind: "list", items, rest, ...p.rangeFrom(start) };
}

/** `{}` is Unit; anything else between braces is a block. */
function unitOrBlock(p: Parser): Expr {
  if (p.peek().kind !== "}") return p.rules.block(p);
  const mark = p.mark();
  const { start } = p.bump();
  p.bump();
  p.close(mark, "unit");
  return { kind: "tuple", parts: [], ...p.rangeFrom(start) };
}
