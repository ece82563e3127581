// Operators: `&&`, `||`, `!` are conditionals; `==` compares any Data; the others are found in the library's table by
// the types of their operands, a Nat standing for an Int where that helps.

import { OPERATORS } from "../builtins/operators.ts";
import { PRIMITIVE_TYPES } from "../builtins/primitive-types.ts";
import type { Term } from "../kernel/term.ts";
import { primitive, type Semantic } from "../kernel/value.ts";
import { integer } from "../machine/value.ts";
import type { Expr } from "../syntax/ast.ts";
import { agree, isPrimitive, typeText } from "./agree.ts";
import { elaborateCall } from "./call.ts";
import type { Checker, Context, Typed } from "./checker.ts";
import { isComparable } from "./comparable.ts";
import type { FunctionGlobal } from "./global.ts";

type Binary = Expr & { kind: "binary" };

/** Chains such as `a && b && c` are flat loops, however long. */
export function inferBinary(checker: Checker, context: Context, expr: Binary): Typed {
  const range = { start: expr.start, end: expr.end };
  if (expr.operator === "&&" || expr.operator === "||") {
    const left = checker.check(context, expr.left, primitive("Bool"));
    const right = checker.check(context, expr.right, primitive("Bool"));
    const known = (value: boolean): Term => ({ range, kind: "literal", value });
    const term: Term =
      expr.operator === "&&"
        ? { range, kind: "if", condition: left, then: right, else: known(false) }
        : { range, kind: "if", condition: left, then: known(true), else: right };
    return { term, type: primitive("Bool") };
  }
  const left = checker.infer(context, expr.left);
  if (expr.operator === "==" || expr.operator === "!=") return inferEquality(checker, context, expr, left);
  const right = checker.infer(context, expr.right);
  return inferArithmetic(checker, context, expr, { left, right });
}

function inferEquality(checker: Checker, context: Context, expr: Binary, left: Typed): Typed {
  const range = { start: expr.start, end: expr.end };
  const leftType = checker.force(left.type);
  const isNat = isPrimitive(leftType, "Nat");
  const right = isNat ? checker.infer(context, expr.right) : undefined;
  const rightTerm =
    right === undefined
      ? checker.check(context, expr.right, leftType)
      : isPrimitive(checker.force(right.type), "Int")
        ? right.term
        : agree(checker, expr.right, right, leftType);
  checker.later(() => {
    if (isComparable(checker, left.type)) return;
    checker.complain(expr.at, {
      code: "H0513",
      message: `values of \`${typeText(checker, left.type)}\` cannot be compared`,
      help: "only Data without functions can; of a coin, compare the `.amount`",
    });
  });
  const equal: Term = {
    range,
    kind: "call",
    fn: { module: "std.value", name: "equal" },
    implicit: [],
    args: [left.term, rightTerm],
  };
  return { term: expr.operator === "==" ? equal : negated(equal), type: primitive("Bool") };
}

/** The term itself stays as it is: what the checker knows of it is kept by its identity. */
export const negated = (term: Term, range = term.range): Term => ({
  range,
  kind: "if",
  condition: term,
  then: { range, kind: "literal", value: false },
  else: { range, kind: "literal", value: true },
});

const headOf = (text: string): string => /^\w+/.exec(text)?.[0] ?? "";

const TABLE: ReadonlyMap<string, string> = new Map(
  OPERATORS.map(({ operator, left, right, builtin }) => [
    `${headOf(left)} ${operator} ${headOf(right)}`,
    builtin,
  ]),
);

function headName(checker: Checker, type: Semantic): string {
  const known = checker.force(type);
  return known.kind === "primitive" ? known.name : known.kind === "error" ? "error" : "";
}

function inferArithmetic(
  checker: Checker,
  context: Context,
  expr: Binary,
  operands: { left: Typed; right: Typed },
): Typed {
  const range = { start: expr.start, end: expr.end };
  const { left, right } = operands;
  // A parameter whose type is not known yet has the other operand's.
  if (checker.force(left.type).kind === "meta" || checker.force(right.type).kind === "meta") {
    checker.unify(left.type, right.type);
  }
  const [a, b] = [headName(checker, left.type), headName(checker, right.type)];
  // What has no type was refused, or ends by `abort` and must still do so.
  if (a === "error" || b === "error")
    return { term: a === "error" ? left.term : right.term, type: { kind: "error" } };
  const widen = (head: string): string => (head === "Nat" ? "Int" : head);
  const builtin =
    TABLE.get(`${a} ${expr.operator} ${b}`) ??
    TABLE.get(`${widen(a)} ${expr.operator} ${b}`) ??
    TABLE.get(`${a} ${expr.operator} ${widen(b)}`) ??
    TABLE.get(`${widen(a)} ${expr.operator} ${widen(b)}`);
  const fn = builtin === undefined ? undefined : libraryFunction(checker, builtin);
  if (fn === undefined) {
    const [x, y] = [typeText(checker, left.type), typeText(checker, right.type)];
    return checker.refuse(expr.at, {
      code: "H0514",
      message: `\`${expr.operator}\` is not defined for \`${x}\` and \`${y}\``,
      ...operatorHelp(expr.operator, x, y),
    });
  }
  const args = [
    { kind: "typed" as const, range: expr.left, typed: left },
    { kind: "typed" as const, range: expr.right, typed: right },
  ];
  return elaborateCall(checker, context, { range, fn, args, expected: undefined });
}

function operatorHelp(operator: string, left: string, right: string): { help: string } {
  if (operator === "+" && left === "Text") return { help: "texts are joined with `++`" };
  if (left.startsWith("Coin<") && right.startsWith("Coin<")) {
    return { help: "coins are joined with `.join(…)`; their amounts are compared with `.amount`" };
  }
  return { help: "both sides must be of kinds that go together; convert one of them" };
}

function libraryFunction(checker: Checker, name: string): FunctionGlobal | undefined {
  const dot = name.lastIndexOf(".");
  const global = checker.names.global({ module: name.slice(0, dot), name: name.slice(dot + 1) });
  return global?.kind === "function" ? global : undefined;
}

export function inferUnary(checker: Checker, context: Context, expr: Expr & { kind: "unary" }): Typed {
  const range = { start: expr.start, end: expr.end };
  if (expr.operator === "!") {
    const term = checker.check(context, expr.operand, primitive("Bool"));
    return { term: negated(term, range), type: primitive("Bool") };
  }
  if (expr.operand.kind === "integer") {
    return { term: { range, kind: "literal", value: integer(-expr.operand.value) }, type: primitive("Int") };
  }
  const operand = checker.infer(context, expr.operand);
  const head = headName(checker, operand.type);
  if (head === "error") return operand;
  const home = PRIMITIVE_TYPES.get(head)?.home;
  const fn = home === undefined ? undefined : libraryFunction(checker, `${home}.negate`);
  if (fn === undefined) {
    return checker.refuse(expr, {
      code: "H0514",
      message: `\`-\` is not defined for \`${typeText(checker, operand.type)}\``,
    });
  }
  const args = [{ kind: "typed" as const, range: expr.operand, typed: operand }];
  return elaborateCall(checker, context, { range, fn, args, expected: undefined });
}
