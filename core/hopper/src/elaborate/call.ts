// Calls of functions known by name: implicit arguments by unification, arguments left to right, the result's type
// with the arguments' values in it, and what the call performs (L1, L3, L55 and L54).

import type { Range } from "../diagnostic/source.ts";
import type { Term } from "../kernel/term.ts";
import { bind, type Environment, type Semantic } from "../kernel/value.ts";
import type { Expr } from "../syntax/ast.ts";
import { agree, typeText } from "./agree.ts";
import { type Checker, type Context, joinEffects, type Typed } from "./checker.ts";
import { functionsCompared } from "./comparable.ts";
import type { FunctionGlobal, SignatureBinder } from "./global.ts";

/** An argument not yet checked, or one that is, such as a receiver or an operand. */
export type Argument =
  | { readonly kind: "expr"; readonly expr: Expr }
  | { readonly kind: "typed"; readonly range: Range; readonly typed: Typed };

export type Call = {
  readonly range: Range;
  readonly fn: FunctionGlobal;
  readonly args: readonly Argument[];
  readonly expected: Semantic | undefined;
};

export const rangeOf = (argument: Argument): Range =>
  argument.kind === "expr" ? argument.expr : argument.range;

/** What a term is for the types that follow; something of its own if that is not known. */
export function valueFor(checker: Checker, context: Context, term: Term, type: Semantic): Semantic {
  return checker.normal.evaluate(term, null) ?? checker.unknown(term.range, type, context.frame);
}

export function elaborateCall(checker: Checker, context: Context, call: Call): Typed {
  const { range, fn, args, expected } = call;
  const { implicit, params, result } = fn.signature;
  let environment: Environment = null;
  const metas: Semantic[] = [];
  for (const { id, name, type } of implicit) {
    const meta = checker.meta(context.frame, {
      type: checker.normal.type(type, environment),
      range,
      what: name,
    });
    metas.push(meta);
    environment = bind(environment, id, meta);
  }
  if (args.length !== params.length) return refuseArity(checker, call);
  if (expected !== undefined && implicit.length > 0 && !mentions(result, params)) {
    expect(checker, checker.normal.type(result, environment), expected);
  }
  const checked = elaborateArguments(checker, context, { args, params, environment });
  const type = checker.normal.type(result, checked.environment);
  performCall(checker, context, call, checked.effect);
  checker.later(() => {
    const refused = functionsCompared(checker, fn, metas);
    if (refused !== undefined) checker.complain(range, refused);
  });
  const term: Term = {
    range: { start: range.start, end: range.end },
    kind: "call",
    fn: fn.ref,
    implicit: metas.map((meta) => ({ range, kind: "meta", id: meta.kind === "meta" ? meta.id : 0 })),
    args: checked.terms,
  };
  return { term, type };
}

/** Lets the expected type speak first, where that only helps: no complaint if it does not fit. */
function expect(checker: Checker, result: Semantic, expected: Semantic): void {
  const [a, b] = [checker.force(result), checker.force(expected)];
  if (b.kind === "meta") return;
  const sameHead =
    a.kind === "meta" ||
    (a.kind === b.kind &&
      (a.kind !== "primitive" || (b.kind === "primitive" && a.name === b.name)) &&
      (a.kind !== "data" || (b.kind === "data" && a.ref.name === b.ref.name)));
  if (sameHead) checker.unify(a, b);
}

type Checked = {
  readonly terms: readonly Term[];
  readonly environment: Environment;
  /** Of the closures among them. */
  readonly effect: Context["frame"]["effect"];
};

/** Closures are checked after all else, since the other arguments tell their parameters' types. */
function elaborateArguments(
  checker: Checker,
  context: Context,
  parts: { args: readonly Argument[]; params: readonly SignatureBinder[]; environment: Environment },
): Checked {
  let environment = parts.environment;
  let effect: Context["frame"]["effect"] = "total";
  const terms: (Term | undefined)[] = [];
  const late: number[] = [];
  for (const [at, { id, type }] of parts.params.entries()) {
    const argument = parts.args[at]!;
    if (argument.kind === "expr" && argument.expr.kind === "lambda") {
      late.push(at);
      environment = bind(environment, id, checker.unknown(argument.expr, { kind: "error" }, context.frame));
      continue;
    }
    const wanted = checker.normal.type(type, environment);
    const term = elaborateArgument(checker, context, argument, wanted);
    terms[at] = term.term;
    effect = joinEffects(effect, term.effect);
    environment = bind(environment, id, valueFor(checker, context, term.term, wanted));
  }
  for (const at of late) {
    const wanted = checker.normal.type(parts.params[at]!.type, environment);
    const { term, effect: own } = elaborateArgument(checker, context, parts.args[at]!, wanted);
    terms[at] = term;
    effect = joinEffects(effect, own);
  }
  return { terms: terms.map((term) => term!), environment, effect };
}

function elaborateArgument(
  checker: Checker,
  context: Context,
  argument: Argument,
  wanted: Semantic,
): { term: Term; effect: Context["frame"]["effect"] } {
  const known = checker.force(wanted);
  // L55: where no effect is written on a parameter, the call has the closure's effect.
  if (known.kind === "function" && known.effect === "caller") {
    const typed =
      argument.kind === "typed"
        ? argument.typed
        : argument.expr.kind === "lambda"
          ? checker.lambda(context, argument.expr, known)
          : checker.infer(context, argument.expr);
    const type = checker.force(typed.type);
    if (type.kind !== "function")
      return { term: agree(checker, rangeOf(argument), typed, wanted), effect: "total" };
    if (type.effect === "caller") context.frame.caller = true;
    agree(checker, rangeOf(argument), { ...typed, type: { ...type, effect: "caller" } }, wanted);
    return { term: typed.term, effect: type.effect === "caller" ? "total" : type.effect };
  }
  if (argument.kind === "typed") {
    return { term: agree(checker, argument.range, argument.typed, wanted), effect: "total" };
  }
  return { term: checker.check(context, argument.expr, wanted), effect: "total" };
}

function performCall(
  checker: Checker,
  context: Context,
  call: Call,
  closures: Context["frame"]["effect"],
): void {
  const { effect, checked } = call.fn.signature;
  checker.perform(context, effect, call.range);
  checker.perform(context, closures, call.range);
  if (checked) checker.perform(context, "fails", call.range);
}

function refuseArity(checker: Checker, call: Call): Typed {
  const { params } = call.fn.signature;
  const wanted = params.map(({ name }) => name).join(", ");
  const count = params.length === 1 ? "1 argument" : `${params.length} arguments`;
  return checker.refuse(call.range, {
    code: "H0506",
    message: `\`${call.fn.ref.name}\` takes ${count}, and is given ${call.args.length}`,
    help: `call it as \`${call.fn.ref.name}(${wanted})\``,
  });
}

/** Whether a term mentions one of the variables. */
export function mentions(term: Term, variables: readonly SignatureBinder[]): boolean {
  switch (term.kind) {
    case "local":
      return variables.some(({ id }) => id === term.id);
    case "primitive":
    case "data":
    case "asset":
    case "call":
      return term.args.some((arg) => mentions(arg, variables));
    case "field":
      return mentions(term.of, variables);
    case "construct":
      return term.fields.some((field) => mentions(field, variables));
    case "tuple":
      return term.parts.some((part) => mentions(part, variables));
    case "telescope":
      return term.binders.some(({ type }) => mentions(type, variables));
    case "function":
      return term.binders.some(({ type }) => mentions(type, variables)) || mentions(term.result, variables);
    default:
      return false;
  }
}

/** A closure called: its type tells all there is to know. */
export function elaborateApply(
  checker: Checker,
  context: Context,
  parts: { range: Range; closure: Typed; args: readonly Expr[] },
): Typed {
  const type = checker.force(parts.closure.type);
  const { range } = parts;
  if (type.kind === "error") return { term: parts.closure.term, type };
  if (type.kind !== "function") {
    return checker.refuse(range, {
      code: "H0507",
      message: `this is called, and it is not a function but a \`${typeText(checker, type)}\``,
      help: "only functions are called; a table or a list is asked by name, as in `t.get(key)`",
    });
  }
  if (type.binders.length !== parts.args.length) {
    return checker.refuse(range, {
      code: "H0506",
      message: `this function takes ${type.binders.length}, and is given ${parts.args.length} arguments`,
    });
  }
  let { environment } = type;
  const args = type.binders.map(({ id, type: param }, at) => {
    const wanted = checker.normal.type(param, environment);
    const term = checker.check(context, parts.args[at]!, wanted);
    environment = bind(environment, id, valueFor(checker, context, term, wanted));
    return term;
  });
  if (type.effect === "caller") context.frame.caller = true;
  else checker.perform(context, type.effect, range);
  const term: Term = { range, kind: "apply", closure: parts.closure.term, args };
  return { term, type: checker.normal.type(type.result, environment) };
}
