// What a call calls: a closure, a function, a constructor, an asset, a table's operation, a method found by the receiver's
// type (L54).

import { PRIMITIVE_TYPES } from "../builtins/primitive-types.ts";
import type { Term } from "../kernel/term.ts";
import { bind, type Environment, primitive, type Semantic } from "../kernel/value.ts";
import type { Expr, Name } from "../syntax/ast.ts";
import { typeText } from "./agree.ts";
import { type Argument, elaborateApply, elaborateCall, valueFor } from "./call.ts";
import { type Checker, type Context, errorTerm, type Typed } from "./checker.ts";
import { type AssetGlobal, type FunctionGlobal, type Global, isVisible, offeredBy } from "./global.ts";
import { inTest, mayUse } from "./may-use.ts";
import { qualified } from "./qualified.ts";
import { elaborateConstruct } from "./record.ts";
import { inferPlace, referTo, refuseAction, refuseUnknown } from "./reference.ts";
import { findLocal } from "./scope.ts";
import { suggest } from "./suggest.ts";
import { elaborateTableCall, tableOf } from "./table-operation.ts";
import { laterHelp } from "./unknown-name.ts";

type CallExpr = Expr & { kind: "call" };

const asArguments = (exprs: readonly Expr[]): Argument[] => exprs.map((expr) => ({ kind: "expr", expr }));

export function inferCall(
  checker: Checker,
  context: Context,
  expr: CallExpr,
  expected: Semantic | undefined,
): Typed {
  const { callee } = expr;
  if (callee.kind === "name") return callName(checker, context, expr, callee.name, expected);
  if (callee.kind === "field") {
    const table = tableOf(checker, context, callee.of);
    if (table !== undefined) {
      return elaborateTableCall(checker, context, { range: expr, table, name: callee.name, args: expr.args });
    }
    const global = qualified(checker, context, callee.of, callee.name);
    if (global === "unknown") return { term: errorTerm(expr), type: { kind: "error" } };
    if (global !== undefined) return callGlobal(checker, context, expr, global, expected);
    return callMethod(checker, context, expr, callee, expected);
  }
  const closure = checker.infer(context, callee);
  return elaborateApply(checker, context, { range: expr, closure, args: expr.args });
}

function callName(
  checker: Checker,
  context: Context,
  expr: CallExpr,
  name: Name,
  expected: Semantic | undefined,
): Typed {
  const local = findLocal(context.scope, name.text);
  if (local !== undefined) {
    const term: Term = { range: { start: name.start, end: name.end }, kind: "local", id: local.variable.id };
    return elaborateApply(checker, context, {
      range: expr,
      closure: { term, type: local.type },
      args: expr.args,
    });
  }
  const constructor_ = checker.names.constructor_(name.text);
  if (constructor_ !== undefined && !constructor_.type.record) {
    const fields = asArguments(expr.args);
    return elaborateConstruct(checker, context, { range: expr, ...constructor_, fields, expected });
  }
  if (name.text === "attempt" && checker.names.module === "std.testing")
    return attempt(checker, context, expr);
  const global = checker.names.find(name.text);
  if (global === undefined) return refuseUnknown(checker, context, name);
  return callGlobal(checker, context, expr, global, expected);
}

/** Only in std.testing: how a closure ends, as the name of an error. */
function attempt(checker: Checker, context: Context, expr: CallExpr): Typed {
  const [body] = expr.args;
  const closure = body === undefined ? errorTerm(expr) : checker.infer(context, body).term;
  checker.perform(context, "writes", expr);
  return { term: { range: expr, kind: "attempt", closure }, type: primitive("ErrorName") };
}

function callGlobal(
  checker: Checker,
  context: Context,
  expr: CallExpr,
  global: Global,
  expected: Semantic | undefined,
): Typed {
  if (global.kind === "asset") return familyMember(checker, context, expr, global);
  if (global.kind !== "function") {
    const typed = referTo(checker, context, expr.callee, global);
    if (typed.type.kind === "error") return typed;
    return checker.refuse(expr, {
      code: "H0507",
      message: `\`${global.ref.name}\` is called, and it is not a function`,
      help: `its fields are given as \`${global.ref.name} { … }\``,
    });
  }
  mayUse(checker, context, expr, { fn: global, asked: checker.conjuncts.has(expr) });
  const args = asArguments(expr.args);
  if (global.role !== "action") {
    const typed = elaborateCall(checker, context, { range: expr, fn: global, args, expected });
    if (global.ref.module === "std.coin" && global.ref.name === "mint") mayMint(checker, expr, typed.type);
    return typed;
  }
  if (!inTest(context.frame)) return refuseAction(checker, expr, global);
  const typed = elaborateCall(checker, context, { range: expr, fn: global, args, expected });
  // L60: each action called in a test is a command of its own.
  if (typed.term.kind !== "call") return typed;
  return {
    term: { range: typed.term.range, kind: "command", fn: global.ref, args: typed.term.args },
    type: typed.type,
  };
}

/** L41: only the module that declares an asset mints it. An asset that is not known here is asked for at run time. */
function mayMint(checker: Checker, expr: CallExpr, coin: Semantic): void {
  const known = checker.force(coin);
  const asset = known.kind === "primitive" && known.args[0] ? checker.force(known.args[0]) : undefined;
  if (asset?.kind !== "asset" || asset.ref.module === checker.names.module) return;
  checker.complain(expr, {
    code: "H0915",
    message: `\`${asset.ref.name}\` is minted by \`${asset.ref.module}\` alone, which declares it`,
    help: `take coins from where they are, with what \`${asset.ref.module}\` offers`,
  });
}

/** `SEC(isin)`: one asset of a family. */
function familyMember(checker: Checker, context: Context, expr: CallExpr, asset: AssetGlobal): Typed {
  if (asset.params.length !== expr.args.length) {
    return checker.refuse(expr, {
      code: "H0506",
      message: `\`${asset.ref.name}\` takes ${asset.params.length}, and is given ${expr.args.length}`,
    });
  }
  let environment: Environment = null;
  const args = asset.params.map(({ id, type }, at) => {
    const wanted = checker.normal.type(type, environment);
    const term = checker.check(context, expr.args[at]!, wanted);
    environment = bind(environment, id, valueFor(checker, context, term, wanted));
    return term;
  });
  const range = { start: expr.start, end: expr.end };
  return { term: { range, kind: "asset", ref: asset.ref, args }, type: primitive("Asset") };
}

/** `x.f(…)`: the function `f` of the module that declares x's type, with x first; else a field that is a function. */
function callMethod(
  checker: Checker,
  context: Context,
  expr: CallExpr,
  callee: Expr & { kind: "field" },
  expected: Semantic | undefined,
): Typed {
  const receiver = inferPlace(checker, context, callee.of);
  const type = checker.force(receiver.type);
  if (type.kind === "error") {
    for (const arg of expr.args) checker.infer(context, arg);
    return { term: receiver.term, type };
  }
  const fn = methodOf(checker, type, callee.name.text);
  if (fn === undefined) return callField(checker, context, expr, callee, type);
  // A part of something that stays where it is cannot be handed over by itself.
  if (receiver.linear && callee.of.kind !== "name" && receiver.named) {
    return checker.refuse(callee.of, {
      code: "H0210",
      message: `\`${checker.text(callee.of)}\` is a resource, and cannot be moved out of what holds it by itself`,
      help: "take the whole apart with `let`, or change it in place with `update`",
    });
  }
  mayUse(checker, context, expr, { fn, asked: checker.conjuncts.has(expr) });
  const args: Argument[] = [{ kind: "typed", range: callee.of, typed: receiver }, ...asArguments(expr.args)];
  return elaborateCall(checker, context, { range: expr, fn, args, expected });
}

function homesOf(type: Semantic): readonly string[] {
  if (type.kind === "data") return [type.ref.module];
  if (type.kind !== "primitive") return [];
  const home = PRIMITIVE_TYPES.get(type.name)?.home;
  if (home === undefined) return [];
  return type.name === "Amount" ? ["std.money"] : [home];
}

function methodOf(checker: Checker, type: Semantic, name: string): FunctionGlobal | undefined {
  for (const module of homesOf(type)) {
    const global = checker.names.offered({ module, name });
    if (global?.kind !== "function" || global.role === "action") continue;
    if (module === checker.names.module || isVisible(global)) return global;
  }
  return undefined;
}

function callField(
  checker: Checker,
  context: Context,
  expr: CallExpr,
  callee: Expr & { kind: "field" },
  type: Semantic,
): Typed {
  const global = type.kind === "data" ? checker.global(type.ref) : undefined;
  const isField =
    global?.kind === "data" &&
    global.record &&
    global.constructors[0]?.fields.some((field) => field.name === callee.name.text);
  if (isField) {
    const closure = checker.infer(context, callee);
    return elaborateApply(checker, context, { range: expr, closure, args: expr.args });
  }
  const homes = homesOf(type);
  const known = homes.flatMap((module) => functionNames(checker, module));
  const later = homes.flatMap((module) => laterHelp(module, callee.name.text) ?? [])[0];
  return checker.refuse(callee.name, {
    code: "H0517",
    message: `\`${typeText(checker, type)}\` has no function \`${callee.name.text}\``,
    ...(later ?? suggest(callee.name.text, known, "call it by name, with this as an argument")),
  });
}

function functionNames(checker: Checker, module: string): string[] {
  const found = checker.names.interface(module);
  const globals = found === undefined ? checker.names.own() : offeredBy(found);
  return [...globals.values()].filter(({ kind }) => kind === "function").map(({ ref }) => ref.name);
}
