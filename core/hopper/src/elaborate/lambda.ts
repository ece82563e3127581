// Closures: parameters from annotations or from what is expected; the effect is found, and stands in the type (L1, L15).

import type { Binder, Term } from "../kernel/term.ts";
import { bind, type Semantic, TYPE, UNIT_TYPE } from "../kernel/value.ts";
import { complainMismatch } from "./agree.ts";
import { type Checker, type Context, frameOf, type Lambda, type Typed } from "./checker.ts";
import { extend } from "./scope.ts";

export function elaborateLambda(
  checker: Checker,
  context: Context,
  lambda: Lambda,
  expected: Semantic | undefined,
): Typed {
  const range = { start: lambda.start, end: lambda.end };
  const wanted = expected?.kind === "function" ? expected : undefined;
  if (wanted !== undefined && wanted.binders.length !== lambda.params.length) {
    return checker.refuse(lambda, {
      code: "H0506",
      message: `a function of ${wanted.binders.length} parameters is expected here, and this has ${lambda.params.length}`,
    });
  }
  const frame = frameOf("lambda", context.frame);
  let { scope } = context;
  let environment = wanted?.environment ?? null;
  const binders: { variable: Binder["variable"]; type: Term; quantity: Binder["quantity"] }[] = [];
  for (const [at, param] of lambda.params.entries()) {
    const hint = wanted?.binders[at];
    const known = hint && checker.normal.type(hint.type, environment);
    const type = parameterType(checker, context, param, known);
    const variable = checker.variable(param.name.text, param.name, type, frame);
    scope = extend(scope, { variable, type, erased: false });
    if (hint !== undefined)
      environment = bind(environment, hint.id, { kind: "variable", id: variable.id, name: variable.name });
    const binder = { variable, type: checker.quote(lambda, type), quantity: "ω" as Binder["quantity"] };
    checker.later(() => {
      binder.quantity = checker.quantityOf(type);
    });
    binders.push(binder);
  }
  const body = elaborateBody(
    checker,
    { scope, frame },
    lambda,
    wanted && checker.normal.type(wanted.result, environment),
  );
  mayLeave(checker, context, { lambda, result: body.type, binders });
  const once = wanted?.once ?? lambda.once;
  const term: Term = { range, kind: "lambda", once, binders, body: body.term };
  const type: Semantic = {
    kind: "function",
    once,
    binders: binders.map(({ variable, type: one }) => ({ id: variable.id, name: variable.name, type: one })),
    result: checker.quote(lambda, body.type),
    effect: frame.caller && frame.effect === "total" ? "caller" : frame.effect,
    environment: null,
  };
  if (frame.caller) context.frame.caller = true;
  return { term, type };
}

/** Each call of a closure makes its own; so nothing outside may take two of them for one. */
function mayLeave(
  checker: Checker,
  context: Context,
  parts: { lambda: Lambda; result: Semantic; binders: readonly { variable: Binder["variable"] }[] },
): void {
  const { lambda, result, binders } = parts;
  const outside = checker.meta(context.frame, { type: TYPE, range: lambda, what: "result" });
  checker.normal.solve(outside.id, UNIT_TYPE);
  const own = binders.map(({ variable }) => variable.id);
  if (!checker.unifier.mayLeave(result, outside.id, own)) refuseHidden(checker, lambda);
}

function refuseHidden(checker: Checker, lambda: Lambda): void {
  checker.complain(lambda, {
    code: "H0515",
    message: "the type of what this function gives depends on what is known only inside it",
    help: "give back a pair that carries the value too, or do the whole work inside",
  });
}

function parameterType(
  checker: Checker,
  context: Context,
  param: Lambda["params"][number],
  known: Semantic | undefined,
): Semantic {
  if (param.type === undefined) {
    return known ?? checker.meta(context.frame, { type: TYPE, range: param, what: param.name.text });
  }
  const type = checker.normal.type(checker.type(context.scope, param.type), null);
  if (known !== undefined && !checker.unify(type, known)) complainMismatch(checker, param.type, type, known);
  return type;
}

function elaborateBody(
  checker: Checker,
  context: Context,
  lambda: Lambda,
  result: Semantic | undefined,
): Typed {
  const written = lambda.result && checker.normal.type(checker.type(context.scope, lambda.result), null);
  if (written !== undefined && result !== undefined && !checker.unify(written, result)) {
    complainMismatch(checker, lambda.result!, written, result);
  }
  const wanted = written ?? result;
  if (wanted !== undefined && checker.force(wanted).kind !== "meta") {
    return { term: checker.check(context, lambda.body, wanted), type: wanted };
  }
  const typed = checker.infer(context, lambda.body);
  if (wanted !== undefined && !checker.unify(typed.type, wanted)) refuseHidden(checker, lambda);
  return typed;
}
