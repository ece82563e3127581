// Bodies: of functions with their clauses, of constants, policies, invariants, tests, migrations. What each does is held
// against what its head says (L1, L2, L18).

import type { Range } from "../diagnostic/source.ts";
import type { Binder, Term, TermStatement } from "../kernel/term.ts";
import { primitive, type Semantic, UNIT_TYPE } from "../kernel/value.ts";
import type { Block, Effect, Expr } from "../syntax/ast.ts";
import { checkCondition } from "./block.ts";
import { type Checker, type Context, type Frame, frameOf, isWithin, joinEffects } from "./checker.ts";
import type { Declared } from "./declare-function.ts";
import type { FunctionGlobal, SignatureBinder } from "./global.ts";
import { extend, type Scope } from "./scope.ts";

/** A function ready for the passes that follow: its binders' quantities are settled. */
export type CheckedFunction = {
  readonly name: string;
  readonly role: FunctionGlobal["role"] | "test" | "invariant";
  readonly binders: readonly Binder[];
  readonly body: Term;
  readonly range: Range;
  /** Where it is named, for messages about it as a whole. */
  readonly nameRange: Range;
  readonly partial: boolean;
};

/** Binders with their quantities; types parameters and the like are erased. */
function bindersOf(
  checker: Checker,
  params: readonly SignatureBinder[],
  erased: boolean,
  range: Range,
): Binder[] {
  return params.map(({ id, name, type }) => ({
    variable: { id, name, range },
    type,
    quantity: erased ? "0" : checker.quantityOf(checker.normal.type(type, null)),
  }));
}

export function checkFunction(checker: Checker, declared: Declared): CheckedFunction | undefined {
  const { declaration, global, scope } = declared;
  if (declaration.body === undefined) return undefined;
  const frame = frameOf(declaration.kind);
  const { signature } = global;
  const result = checker.normal.type(signature.result, null);
  const range = { start: declaration.start, end: declaration.end };
  const context = { scope, frame };
  const requires = declaration.requires.map((clause) => requireTerm(checker, context, clause));
  const body = checker.check(context, declaration.body, result);
  const ensured = ensure(checker, context, { clauses: declaration.ensures, body, result, range });
  const term: Term =
    requires.length === 0 && ensured.length === 0
      ? body
      : {
          range,
          kind: "block",
          statements: [...requires, ...ensured.slice(0, -1)],
          result: lastOf(ensured, body),
        };
  checkEffect(checker, declared, frame);
  const binders = [
    ...bindersOf(checker, signature.implicit, true, declaration.name),
    ...bindersOf(checker, signature.params, false, declaration.name),
  ];
  global.body = term;
  return {
    name: global.ref.name,
    role: global.role,
    binders,
    body: term,
    range,
    nameRange: global.range,
    partial: signature.partial,
  };
}

const lastOf = (ensured: readonly TermStatement[], body: Term): Term => {
  const last = ensured.at(-1);
  return last?.kind === "evaluate" ? last.term : body;
};

function requireTerm(checker: Checker, context: Context, clause: Expr): TermStatement {
  const range = { start: clause.start, end: clause.end };
  const before = context.frame.effect;
  const condition = checkCondition(checker, context, clause);
  // That a clause may fail is the caller's effect (L55); what it reads is this function's.
  if (before === "total" && context.frame.effect === "fails") context.frame.effect = "total";
  const text = checker.text(clause);
  const term: Term = { range, kind: "require", condition, otherwise: undefined, clause: text };
  return { range, kind: "evaluate", term: checker.typed({ term, type: UNIT_TYPE }).term };
}

/** `let result = body`, the clauses, and `result`; nothing if there are no clauses. */
function ensure(
  checker: Checker,
  context: Context,
  parts: { clauses: readonly Expr[]; body: Term; result: Semantic; range: Range },
): TermStatement[] {
  const { clauses, body, result, range } = parts;
  if (clauses.length === 0) return [];
  const variable = checker.variable("result", range, result, context.frame);
  const inner = { ...context, scope: extend(context.scope, { variable, type: result, erased: false }) };
  const bound: TermStatement = {
    range,
    kind: "let",
    pattern: { range, kind: "variable", variable, quantity: checker.quantityOf(result) },
    value: body,
  };
  const checks = clauses.map((clause) => requireTerm(checker, inner, clause));
  const back: TermStatement = { range, kind: "evaluate", term: { range, kind: "local", id: variable.id } };
  return [bound, ...checks, back];
}

const DOES: Readonly<Record<Effect, string>> = {
  total: "does nothing but compute",
  fails: "may fail",
  reads: "reads the ledger",
  writes: "writes to the ledger",
};

function checkEffect(checker: Checker, declared: Declared, frame: Frame): void {
  const { declaration, global } = declared;
  const { effect } = global.signature;
  if (!isWithin(frame.effect, effect)) {
    const { name } = declaration;
    const promise =
      declaration.kind === "query" ? "a query only reads" : `its head says that it ${DOES[effect]}`;
    const head = { span: { source: checker.source, start: name.start, end: name.end }, label: "its head" };
    checker.complain(frame.cause ?? name, {
      code: "H0600",
      message: `\`${global.ref.name}\` ${DOES[frame.effect]}, and ${promise}`,
      label: `this ${DOES[frame.effect]}`,
      notes: [head],
      help:
        declaration.kind === "query"
          ? "make it an action, or leave the writing out"
          : `write \`${frame.effect}\` after the result's type`,
    });
  } else if (
    declaration.kind === "fn" &&
    checker.errors === 0 &&
    effect !== "total" &&
    !isWithin(effect, frame.effect)
  ) {
    checker.complain(declaration.name, {
      code: "H0601",
      severity: "warning",
      message: `the head of \`${global.ref.name}\` says that it ${DOES[effect]}, and it ${DOES[frame.effect]}`,
      help: frame.effect === "total" ? `leave \`${effect}\` out` : `write \`${frame.effect}\` instead`,
    });
  }
}

/** A constant or policy: a function of nothing. */
export function checkConstant(
  checker: Checker,
  parts: { name: string; role: "const" | "policy"; value: Expr; type: Semantic | undefined; range: Range },
): CheckedFunction & { type: Semantic } {
  const { name, role, value, range } = parts;
  const frame = frameOf("fn");
  const context = { scope: null, frame };
  const typed =
    parts.type === undefined
      ? checker.infer(context, value)
      : { term: checker.check(context, value, parts.type), type: parts.type };
  if (frame.effect !== "total") {
    checker.complain(value, {
      code: "H0600",
      message: `a ${role} is computed from literals and other constants; this ${DOES[joinEffects(frame.effect, "fails")]}`,
      help: "compute it where it is needed, in a function",
    });
  }
  if (checker.isResource(typed.type)) {
    checker.complain(range, {
      code: "H0522",
      message: `\`${name}\` would be a resource that everybody can use again and again`,
      help: "a resource lives in a table's row; a constant is Data",
    });
  }
  return {
    name,
    role,
    binders: [],
    body: typed.term,
    range,
    nameRange: range,
    partial: false,
    type: typed.type,
  };
}

/** L45: makes a row of the table as it is now from one as it was. */
export function checkMigration(
  checker: Checker,
  parts: {
    name: string;
    params: readonly SignatureBinder[];
    scope: Scope;
    row: Semantic;
    body: Block;
    range: Range;
  },
): CheckedFunction {
  const { name, params, scope, row, range } = parts;
  const frame = frameOf("fn");
  const body = checker.check({ scope, frame }, parts.body, row);
  if (!isWithin(frame.effect, "fails")) {
    checker.complain(range, {
      code: "H0600",
      message: `a migration makes a row of a row, and this ${DOES[frame.effect]}`,
      help: "compute the new row from the old one alone",
    });
  }
  return {
    name,
    role: "migrate",
    binders: bindersOf(checker, params, false, range),
    body,
    range,
    nameRange: range,
    partial: false,
  };
}

export function checkTest(
  checker: Checker,
  parts: { name: string; body: Block; range: Range },
): CheckedFunction {
  const frame = frameOf("test");
  const body = checker.check({ scope: null, frame }, parts.body, UNIT_TYPE);
  return {
    name: parts.name,
    role: "test",
    binders: [],
    body,
    range: parts.range,
    nameRange: parts.range,
    partial: true,
  };
}

/** L59: a condition over the Data fields of a row. The function takes the row. */
export function checkInvariant(
  checker: Checker,
  parts: {
    name: string;
    condition: Expr;
    row: Semantic;
    fields: readonly { name: string; type: Semantic; index: number }[];
  },
): CheckedFunction {
  const { name, condition, row, fields } = parts;
  const range = { start: condition.start, end: condition.end };
  const frame = frameOf("invariant");
  const whole = checker.variable("row", range, row, frame);
  let scope: Scope = null;
  const statements: TermStatement[] = [];
  for (const field of fields) {
    if (checker.isResource(field.type)) continue;
    const variable = checker.variable(field.name, range, field.type, frame);
    scope = extend(scope, { variable, type: field.type, erased: false });
    const of = checker.typed({ term: { range, kind: "local", id: whole.id } as const, type: row }).term;
    const { index, name, type } = field;
    const value: Term = { range, kind: "field", of, index, name, peek: true };
    checker.typed({ term: value, type });
    statements.push({
      range,
      kind: "let",
      pattern: { range, kind: "variable", variable, quantity: "ω" },
      value,
    });
  }
  const result = checker.check({ scope, frame }, condition, primitive("Bool"));
  if (!isWithin(frame.effect, "fails")) {
    checker.complain(condition, {
      code: "H0600",
      message: "an invariant speaks of one row alone, and this reads the ledger",
      help: "compare the row's own fields; what depends on other rows is for `require`, where the row is written",
    });
  }
  const body: Term = { range, kind: "block", statements, result };
  // The row is looked at and stays with whoever writes it: not theirs to use up.
  const binder: Binder = { variable: whole, type: { range, kind: "telescope", binders: [] }, quantity: "ω" };
  return { name, role: "invariant", binders: [binder], body, range, nameRange: range, partial: false };
}
