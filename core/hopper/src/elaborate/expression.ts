// One switch over expressions, in two directions: what type is this (infer), and is it of that type (check).

import type { Term } from "../kernel/term.ts";
import type { Semantic } from "../kernel/value.ts";
import type { Expr } from "../syntax/ast.ts";
import { agree, typeText } from "./agree.ts";
import {
  elaborateAbort,
  elaborateBlock,
  elaborateEmit,
  elaborateList,
  elaborateRequire,
  elaborateTuple,
} from "./block.ts";
import { inferCall } from "./callee.ts";
import { type Checker, type Context, errorTerm, type Recursion, type Typed } from "./checker.ts";
import { elaborateLambda } from "./lambda.ts";
import { inferLiteral, isLiteral } from "./literal.ts";
import { elaborateIf, elaborateMatch } from "./match.ts";
import { inferBinary, inferUnary } from "./operator.ts";
import { elaborateRecord, elaborateWith } from "./record.ts";
import { inferField, inferName } from "./reference.ts";
import { readRow } from "./table-operation.ts";
import { elaborateType } from "./type-expression.ts";
import { elaborateUpdate } from "./update.ts";

/** The expression with its type; `expected` helps where it is known, and binds nobody. */
function elaborate(checker: Checker, context: Context, expr: Expr, expected: Semantic | undefined): Typed {
  if (isLiteral(expr)) return inferLiteral(checker, expr, expected);
  switch (expr.kind) {
    case "name":
      return inferName(checker, context, expr.name, expected);
    case "field":
      return inferField(checker, context, expr);
    case "call":
      return inferCall(checker, context, expr, expected);
    case "index":
      return inferRow(checker, context, expr);
    case "record":
      return elaborateRecord(checker, context, expr, expected);
    case "with":
      return elaborateWith(checker, context, expr);
    case "tuple":
      return elaborateTuple(checker, context, expr, expected);
    case "list":
      return elaborateList(checker, context, expr, expected);
    case "binary":
      return inferBinary(checker, context, expr);
    case "unary":
      return inferUnary(checker, context, expr);
    case "if":
      return elaborateIf(checker, context, expr, expected);
    case "match":
      return elaborateMatch(checker, context, expr, expected);
    case "lambda":
      return elaborateLambda(checker, context, expr, expected && checker.force(expected));
    case "block":
      return elaborateBlock(checker, context, expr, expected);
    default:
      return elaborateDoing(checker, context, expr, expected);
  }
}

function elaborateDoing(
  checker: Checker,
  context: Context,
  expr: Expr,
  expected: Semantic | undefined,
): Typed {
  switch (expr.kind) {
    case "require":
      return elaborateRequire(checker, context, expr);
    case "abort":
      return elaborateAbort(checker, context, expr);
    case "emit":
      return elaborateEmit(checker, context, expr);
    case "update":
      return elaborateUpdate(checker, context, expr);
    case "hole":
      return checker.refuse(expr, {
        code: "H0520",
        message: `the hole \`?${expr.name.text}\` is to be filled${
          expected === undefined ? "" : ` with a \`${typeText(checker, expected)}\``
        }`,
        known: namesInScope(checker, context),
        help: "write an expression in its place",
      });
    default:
      return { term: errorTerm(expr), type: { kind: "error" } };
  }
}

function namesInScope(checker: Checker, context: Context): string[] {
  const known: string[] = [];
  for (let at = context.scope; at !== null; at = at.next) {
    known.push(`${at.local.variable.name}: ${typeText(checker, at.local.type)}`);
  }
  return known;
}

/** A row as a whole can be read only if it is Data. */
function inferRow(checker: Checker, context: Context, expr: Expr & { kind: "index" }): Typed {
  const typed = readRow(checker, context, expr);
  if (!checker.isResource(typed.type)) return typed;
  return checker.refuse(expr, {
    code: "H0210",
    message: `this row is a resource (\`${typeText(checker, typed.type)}\`): it can be looked at, not copied`,
    help: `move it out with \`${checker.text(expr.of)}.take(${checker.text(expr.key)})\`, or look at one of its fields`,
  });
}

function check(checker: Checker, context: Context, expr: Expr, expected: Semantic): Term {
  const typed = elaborate(checker, context, expr, expected);
  return agree(checker, expr, typed, expected);
}

export const RECURSION: Recursion = {
  infer: (checker, context, expr) => elaborate(checker, context, expr, undefined),
  check,
  type: elaborateType,
  lambda: elaborateLambda,
};
