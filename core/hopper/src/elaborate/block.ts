// Blocks and what stands in them: `let`, `require`, `abort`, `emit`, and expressions for what they do.

import type { Range } from "../diagnostic/source.ts";
import type { Term, TermStatement } from "../kernel/term.ts";
import { primitive, type Semantic, UNIT_TYPE } from "../kernel/value.ts";
import type { Block, Expr, Statement } from "../syntax/ast.ts";
import { agree, typeText } from "./agree.ts";
import { valueFor } from "./call.ts";
import type { Checker, Context, Typed } from "./checker.ts";
import { elaborateWholePattern } from "./pattern.ts";
import { elaborateDeclaredRecord } from "./record.ts";
import { resolvePath } from "./type-expression.ts";

export function elaborateBlock(
  checker: Checker,
  context: Context,
  block: Block,
  expected: Semantic | undefined,
): Typed {
  const range = { start: block.start, end: block.end };
  let inner = context;
  const statements: TermStatement[] = [];
  for (const statement of block.statements) {
    const [term, next] = elaborateStatement(checker, inner, statement);
    statements.push(term);
    inner = next;
  }
  if (block.result === undefined) {
    const end = { start: Math.max(block.start, block.end - 1), end: block.end };
    const nothing: Typed = { term: { range: end, kind: "tuple", parts: [] }, type: UNIT_TYPE };
    const result = expected === undefined ? nothing.term : agree(checker, end, nothing, expected);
    return { term: { range, kind: "block", statements, result }, type: expected ?? UNIT_TYPE };
  }
  const isUnit = expected !== undefined && isUnitType(checker, expected);
  const typed =
    expected === undefined || isUnit
      ? checker.infer(inner, block.result)
      : { term: checker.check(inner, block.result, expected), type: expected };
  if (isUnit && typed.type.kind !== "error" && !isUnitType(checker, typed.type)) {
    return discardResult(checker, block.result, { range, statements, typed, expected });
  }
  return { term: { range, kind: "block", statements, result: typed.term }, type: expected ?? typed.type };
}

const isUnitType = (checker: Checker, type: Semantic): boolean => {
  const known = checker.force(type);
  return known.kind === "telescope" && known.binders.length === 0;
};

/** Where nothing is expected, Data that a last expression gives is dropped; a resource is a mistake. */
function discardResult(
  checker: Checker,
  result: Expr,
  parts: { range: Range; statements: TermStatement[]; typed: Typed; expected: Semantic },
): Typed {
  const { range, statements, typed, expected } = parts;
  if (checker.force(typed.type).kind === "meta") checker.unify(typed.type, UNIT_TYPE);
  if (result.kind !== "call" && !isUnitType(checker, typed.type)) {
    checker.complain(result, {
      code: "H0516",
      message: `nothing is given back here, and this makes a \`${typeText(checker, typed.type)}\``,
      help: "say what it is for: return it, with `-> T` in the head, or leave it out",
    });
  }
  const term = evaluated(checker, typed);
  const nothing: Term = { range: { start: range.end, end: range.end }, kind: "tuple", parts: [] };
  return {
    term: { range, kind: "block", statements: [...statements, term], result: nothing },
    type: expected,
  };
}

function evaluated(checker: Checker, typed: Typed): TermStatement {
  checker.typed(typed);
  return { range: typed.term.range, kind: "evaluate", term: typed.term };
}

function elaborateStatement(
  checker: Checker,
  context: Context,
  statement: Statement,
): [TermStatement, Context] {
  const range = { start: statement.start, end: statement.end };
  if (statement.kind === "expression")
    return [evaluated(checker, checker.infer(context, statement.expr)), context];
  const typed = elaborateBound(checker, context, statement);
  const matched = elaborateWholePattern(checker, context, statement.pattern, typed.type);
  if (matched.pattern.kind === "variable" && !checker.isResource(typed.type)) {
    const value = checker.normal.evaluate(typed.term, null);
    if (value !== undefined) checker.normal.define(matched.pattern.variable.id, value);
  }
  const term: TermStatement = { range, kind: "let", pattern: matched.pattern, value: typed.term };
  return [term, { ...context, scope: matched.scope }];
}

function elaborateBound(checker: Checker, context: Context, statement: Statement & { kind: "let" }): Typed {
  if (statement.type === undefined) return checker.infer(context, statement.value);
  const type = checker.normal.type(checker.type(context.scope, statement.type), null);
  return { term: checker.check(context, statement.value, type), type };
}

/** `require c else E`; without `else` it ends as `RequirementFailed {clause}`. */
export function elaborateRequire(
  checker: Checker,
  context: Context,
  expr: Expr & { kind: "require" },
): Typed {
  const condition = checkCondition(checker, context, expr.condition);
  const otherwise = expr.otherwise && elaborateError(checker, context, expr.otherwise);
  checker.perform(context, "fails", expr);
  const clause = checker.text(expr.condition);
  const range = { start: expr.start, end: expr.end };
  return { term: { range, kind: "require", condition, otherwise, clause }, type: UNIT_TYPE };
}

/** L55: `allowed` stands only as a conjunct of a `require`: what it spends must not depend on a branch. */
export function checkCondition(checker: Checker, context: Context, condition: Expr): Term {
  const conjuncts: Expr[] = [condition];
  for (let at = 0; at < conjuncts.length; at++) {
    const expr = conjuncts[at]!;
    if (expr.kind === "binary" && expr.operator === "&&") conjuncts.push(expr.left, expr.right);
    else checker.conjuncts.add(expr);
  }
  return checker.check(context, condition, primitive("Bool"));
}

export function elaborateAbort(checker: Checker, context: Context, expr: Expr & { kind: "abort" }): Typed {
  const error = elaborateError(checker, context, expr.error);
  checker.perform(context, "fails", expr);
  // An abort never gives anything back, so it fits wherever anything is expected.
  return {
    term: { range: { start: expr.start, end: expr.end }, kind: "abort", error },
    type: { kind: "error" },
  };
}

/** An error value: a record, or the bare name of an error without fields. */
function elaborateError(checker: Checker, context: Context, expr: Expr): Term {
  const path =
    expr.kind === "name"
      ? [expr.name]
      : expr.kind === "field" && expr.of.kind === "name"
        ? [expr.of.name, expr.name]
        : undefined;
  if (path !== undefined) {
    const global = resolvePath(checker, { parts: path, start: expr.start, end: expr.end });
    if (global?.kind === "error") {
      return elaborateDeclaredRecord(checker, context, { range: expr, global, given: [] }).term;
    }
  }
  return checker.check(context, expr, primitive("Error"));
}

export function elaborateEmit(checker: Checker, context: Context, expr: Expr & { kind: "emit" }): Typed {
  const event = checker.check(context, expr.event, primitive("Event"));
  checker.perform(context, "writes", expr);
  return { term: { range: { start: expr.start, end: expr.end }, kind: "emit", event }, type: UNIT_TYPE };
}

export function elaborateTuple(
  checker: Checker,
  context: Context,
  expr: Expr & { kind: "tuple" },
  expected: Semantic | undefined,
): Typed {
  const range = { start: expr.start, end: expr.end };
  const wanted = expected && checker.force(expected);
  if (wanted?.kind === "telescope" && wanted.binders.length === expr.parts.length) {
    let { environment } = wanted;
    const parts = wanted.binders.map(({ id, type }, at) => {
      const part = checker.normal.type(type, environment);
      const term = checker.check(context, expr.parts[at]!, part);
      environment = { id, value: valueFor(checker, context, term, part), next: environment };
      return term;
    });
    return { term: { range, kind: "tuple", parts }, type: wanted };
  }
  const typed = expr.parts.map((part) => checker.infer(context, part));
  const binders = typed.map(({ type }) => {
    const variable = checker.variable("_", range, type);
    return { id: variable.id, name: "_", type: checker.quote(range, type) };
  });
  return {
    term: { range, kind: "tuple", parts: typed.map(({ term }) => term) },
    type: { kind: "telescope", binders, environment: null },
  };
}

export function elaborateList(
  checker: Checker,
  context: Context,
  expr: Expr & { kind: "list" },
  expected: Semantic | undefined,
): Typed {
  const range = { start: expr.start, end: expr.end };
  const wanted = expected && checker.force(expected);
  const given = wanted?.kind === "primitive" && wanted.name === "List" ? wanted.args[0]! : undefined;
  const item =
    given ?? checker.meta(context.frame, { type: { kind: "sort", sort: "Data" }, range, what: "item" });
  const items = expr.items.map((one) => checker.check(context, one, item));
  const type = primitive("List", item);
  const rest = expr.rest && checker.check(context, expr.rest, type);
  return { term: { range, kind: "list", items, rest }, type };
}
