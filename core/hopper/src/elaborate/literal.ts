// Literals: numbers by the type expected, amounts by the currency's decimals (L52), texts.

import type { Term } from "../kernel/term.ts";
import { ERROR, primitive, type Semantic } from "../kernel/value.ts";
import { integer } from "../machine/value.ts";
import type { Expr } from "../syntax/ast.ts";
import { isPrimitive } from "./agree.ts";
import { type Checker, errorTerm, type Typed } from "./checker.ts";
import { resolvePath } from "./type-expression.ts";

type Literal = Expr & { kind: "integer" | "decimal" | "money" | "percent" | "text" | "boolean" };

export const isLiteral = (expr: Expr): expr is Literal =>
  expr.kind === "integer" ||
  expr.kind === "decimal" ||
  expr.kind === "money" ||
  expr.kind === "percent" ||
  expr.kind === "text" ||
  expr.kind === "boolean";

/** Percents are counted in millionths of one percent. */
const PERCENT_DECIMALS = 6;

export function inferLiteral(checker: Checker, expr: Literal, expected?: Semantic): Typed {
  const range = { start: expr.start, end: expr.end };
  const literal = (
    value: Term & { kind: "literal" } extends { value: infer V } ? V : never,
    type: string,
  ): Typed => ({
    term: { range, kind: "literal", value },
    type: primitive(type),
  });
  switch (expr.kind) {
    case "integer": {
      const wanted = expected && checker.force(expected);
      const isInt = wanted !== undefined && isPrimitive(wanted, "Int");
      return literal(integer(expr.value), isInt ? "Int" : "Nat");
    }
    case "text":
      return literal(expr.value, "Text");
    case "boolean":
      return literal(expr.value, "Bool");
    case "percent": {
      const value = scaled(expr, PERCENT_DECIMALS);
      if (value !== undefined) return literal(integer(value), "Percent");
      return checker.refuse(expr, {
        code: "H0301",
        message: "a percentage has at most 6 decimals",
        help: "write fewer",
      });
    }
    case "decimal": {
      let [coefficient, scale] = [expr.coefficient, expr.scale];
      while (scale > 0 && coefficient % 10n === 0n) {
        coefficient /= 10n;
        scale -= 1;
      }
      if (scale > 18)
        return checker.refuse(expr, {
          code: "H0301",
          message: "a decimal has at most 18 decimals",
          help: "write fewer",
        });
      const parts = [coefficient, BigInt(scale)].map(
        (value): Term => ({ range, kind: "literal", value: integer(value) }),
      );
      return { term: { range, kind: "tuple", parts }, type: primitive("Decimal") };
    }
    case "money":
      return inferMoney(checker, expr);
  }
}

/** The value in units of 10^-decimals; undefined if that is not exact. */
function scaled(number: { coefficient: bigint; scale: number }, decimals: number): bigint | undefined {
  const { coefficient, scale } = number;
  if (scale <= decimals) return coefficient * 10n ** BigInt(decimals - scale);
  const divisor = 10n ** BigInt(scale - decimals);
  return coefficient % divisor === 0n && scale - decimals < 1_000 ? coefficient / divisor : undefined;
}

function inferMoney(checker: Checker, expr: Expr & { kind: "money" }): Typed {
  const range = { start: expr.start, end: expr.end };
  const name = checker.text(expr.currency);
  const global = resolvePath(checker, expr.currency);
  if (global?.kind !== "asset" || !global.currency) {
    const [first] = expr.currency.parts;
    if (first !== undefined && checker.names.isPoisoned(first.text))
      return { term: errorTerm(range), type: ERROR };
    return checker.refuse(expr.currency, {
      code: "H0405",
      message: `there is no currency \`${name}\` here`,
      help: `declare it, \`currency ${name} { decimals: 2, mint: … }\`, or import it from the module that does`,
    });
  }
  const type = primitive("Money", { kind: "asset", ref: global.ref, args: [] });
  const value = expr.scale > global.decimals ? undefined : scaled(expr, global.decimals);
  if (value === undefined) {
    checker.complain(expr, {
      code: "H0301",
      message: `\`${name}\` has ${global.decimals} decimals, and this amount has ${expr.scale}`,
      help: "amounts are exact: write no more decimals than the currency has",
    });
    return { term: errorTerm(range), type };
  }
  return { term: { range, kind: "literal", value: integer(value) }, type };
}
