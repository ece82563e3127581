// `if` and `match`: branches agree in type; within an arm, what the pattern found out refines what is known.

import type { Term, TermArm } from "../kernel/term.ts";
import { primitive, type Semantic, UNIT_TYPE } from "../kernel/value.ts";
import type { Expr } from "../syntax/ast.ts";
import type { Checker, Context, Typed } from "./checker.ts";
import { elaborateWholePattern, refine } from "./pattern.ts";

/** Arms are tried one after another, and nest in the code that tries them. */
const ARMS_MAX = 100;

export function elaborateIf(
  checker: Checker,
  context: Context,
  expr: Expr & { kind: "if" },
  expected: Semantic | undefined,
): Typed {
  const range = { start: expr.start, end: expr.end };
  const condition = checker.check(context, expr.condition, primitive("Bool"));
  if (expr.else === undefined) {
    // Without an `else` there is nothing to give back.
    const then = checker.check(context, expr.then, UNIT_TYPE);
    const nothing: Term = { range: { start: expr.end, end: expr.end }, kind: "tuple", parts: [] };
    return { term: { range, kind: "if", condition, then, else: nothing }, type: UNIT_TYPE };
  }
  const then = branch(checker, context, expr.then, expected);
  const wanted = expected ?? (then.type.kind === "error" ? undefined : then.type);
  const otherwise = branch(checker, context, expr.else, wanted);
  return {
    term: { range, kind: "if", condition, then: then.term, else: otherwise.term },
    type: wanted ?? otherwise.type,
  };
}

const branch = (checker: Checker, context: Context, expr: Expr, wanted: Semantic | undefined): Typed =>
  wanted === undefined
    ? checker.infer(context, expr)
    : { term: checker.check(context, expr, wanted), type: wanted };

export function elaborateMatch(
  checker: Checker,
  context: Context,
  expr: Expr & { kind: "match" },
  expected: Semantic | undefined,
): Typed {
  const range = { start: expr.start, end: expr.end };
  const scrutinee = checker.infer(context, expr.scrutinee);
  const known = checker.isResource(scrutinee.type)
    ? undefined
    : checker.normal.evaluate(scrutinee.term, null);
  let wanted = expected;
  if (expr.arms.length > ARMS_MAX) {
    checker.complain(expr.scrutinee, {
      code: "H0703",
      message: `this \`match\` has ${expr.arms.length} arms, and ${ARMS_MAX} may be`,
      help: "put what differs into a table or a list, and look it up",
    });
    return { term: scrutinee.term, type: { kind: "error" } };
  }
  const arms = expr.arms.map((arm): TermArm => {
    const matched = elaborateWholePattern(checker, context, arm.pattern, scrutinee.type);
    const forget = refine(checker, known, matched.value);
    const typed = branch(checker, { ...context, scope: matched.scope }, arm.body, wanted);
    forget();
    if (wanted === undefined && typed.type.kind !== "error") wanted = typed.type;
    return { range: { start: arm.start, end: arm.end }, pattern: matched.pattern, body: typed.term };
  });
  return {
    term: { range, kind: "match", scrutinee: scrutinee.term, arms },
    type: wanted ?? { kind: "error" },
  };
}
