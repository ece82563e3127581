// Names and fields as values: locals, constants, functions, `x.f`, `t[k].f`. Resources are looked at without being moved
// (L14): a path that begins at a variable or a row may end at Data only.

import { isBuiltInError } from "../builtins/errors.ts";
import type { Range } from "../diagnostic/source.ts";
import type { Term } from "../kernel/term.ts";
import { bind, type Environment, primitive, type Semantic } from "../kernel/value.ts";
import type { Expr, Name } from "../syntax/ast.ts";
import { isPrimitive, typeText } from "./agree.ts";
import { elaborateCall, valueFor } from "./call.ts";
import { type Checker, type Context, errorTerm, type Typed } from "./checker.ts";
import type { DataGlobal, FunctionGlobal, Global } from "./global.ts";
import { mayUse } from "./may-use.ts";
import { qualified } from "./qualified.ts";
import { elaborateConstruct } from "./record.ts";
import { findLocal } from "./scope.ts";
import { suggest } from "./suggest.ts";
import { readRow } from "./table-operation.ts";
import { describeGlobal } from "./type-expression.ts";
import { unknownHelp, unknownMessage } from "./unknown-name.ts";

/** Something that can be looked into: `linear` if its type is a resource, `named` if it stays where it is. */
type Place = Typed & {
  readonly linear: boolean;
  readonly named: boolean;
  /** Whether a resource was looked into on the way here. */
  readonly looking: boolean;
};

export function inferName(checker: Checker, context: Context, name: Name, expected?: Semantic): Typed {
  const range = { start: name.start, end: name.end };
  const local = findLocal(context.scope, name.text);
  if (local !== undefined) {
    return { term: { range, kind: "local", id: local.variable.id }, type: local.type };
  }
  const constructor_ = checker.names.constructor_(name.text);
  if (constructor_ !== undefined && !constructor_.type.record) {
    return elaborateConstruct(checker, context, { range, ...constructor_, fields: [], expected });
  }
  const global = checker.names.find(name.text);
  if (global !== undefined) return referTo(checker, context, range, global);
  if (isBuiltInError(name.text)) {
    return {
      term: { range, kind: "name", ref: { module: "", name: name.text } },
      type: primitive("ErrorName"),
    };
  }
  return refuseUnknown(checker, context, name);
}

/** L59: what an invariant sees besides what everybody does. */
function rowHelp(scope: Context["scope"]): string {
  const fields: string[] = [];
  for (let at = scope; at !== null; at = at.next) fields.unshift(at.local.variable.name);
  return `an invariant sees the row's fields that are Data: ${fields.join(", ")}`;
}

export function refuseUnknown(checker: Checker, context: Context, name: Name): Typed {
  if (checker.names.isPoisoned(name.text)) return { term: errorTerm(name), type: { kind: "error" } };
  const known = [...checker.names.all()];
  for (let at = context.scope; at !== null; at = at.next) known.push(at.local.variable.name);
  return checker.refuse(name, {
    code: "H0400",
    message: unknownMessage(checker.names, name.text),
    ...(context.frame.kind === "invariant"
      ? suggest(name.text, known, rowHelp(context.scope))
      : unknownHelp(checker.names, name.text, known)),
  });
}

const isConstant = (fn: FunctionGlobal): boolean =>
  fn.role === "const" || fn.role === "policy" || (fn.role === "builtin" && fn.signature.params.length === 0);

/** A declaration used as a value. */
export function referTo(checker: Checker, context: Context, range: Range, global: Global): Typed {
  switch (global.kind) {
    case "function": {
      if (isConstant(global)) {
        return elaborateCall(checker, context, { range, fn: global, args: [], expected: undefined });
      }
      return functionValue(checker, context, range, global);
    }
    case "asset": {
      const term: Term = { range, kind: "asset", ref: global.ref, args: [] };
      if (global.params.length === 0) return { term, type: primitive("Asset") };
      const names = global.params.map(({ name }) => name).join(", ");
      return checker.refuse(range, {
        code: "H0506",
        message: `\`${global.ref.name}\` is a family of assets: which one?`,
        help: `write \`${global.ref.name}(${names})\``,
      });
    }
    case "error":
    case "capability": {
      const type = primitive(global.kind === "error" ? "ErrorName" : "CapabilityName");
      return { term: { range, kind: "name", ref: global.ref }, type };
    }
    case "table":
      return checker.refuse(range, {
        code: "H0902",
        message: `\`${global.ref.name}\` is a table, not a value`,
        help: `write \`${global.ref.name}[key]\` to look at a row, \`.take(key)\` to move it out`,
      });
    default:
      return checker.refuse(range, {
        code: "H0402",
        message: `\`${global.ref.name}\` is ${describeGlobal(global)}, and a value is expected here`,
        help:
          global.kind === "event"
            ? `write \`emit ${global.ref.name} { … }\` to put it on record`
            : `make a value of it: \`${global.ref.name} { … }\``,
      });
  }
}

function functionValue(checker: Checker, context: Context, range: Range, fn: FunctionGlobal): Typed {
  const { implicit, params, result, effect, checked } = fn.signature;
  if (fn.role === "action") return refuseAction(checker, range, fn);
  mayUse(checker, context, range, { fn, asked: false });
  let environment: Environment = null;
  for (const { id, name, type } of implicit) {
    const sort = checker.normal.type(type, environment);
    environment = bind(environment, id, checker.meta(context.frame, { type: sort, range, what: name }));
  }
  const type: Semantic = {
    kind: "function",
    once: false,
    binders: params,
    result,
    effect: effect === "total" && checked ? "fails" : effect,
    environment,
  };
  return { term: { range, kind: "global", ref: fn.ref }, type };
}

export function refuseAction(checker: Checker, range: Range, fn: FunctionGlobal): Typed {
  return checker.refuse(range, {
    code: "H0903",
    message: `\`${fn.ref.name}\` is an action: commands call it, code does not`,
    help: "move what both need into a `pub fn`, and call that",
  });
}

export function inferField(checker: Checker, context: Context, expr: Expr & { kind: "field" }): Typed {
  const global = qualified(checker, context, expr.of, expr.name);
  if (global === "unknown") return { term: errorTerm(expr), type: { kind: "error" } };
  if (global !== undefined) return referTo(checker, context, expr, global);
  const place = inferPlace(checker, context, expr);
  if (place.linear) {
    return checker.refuse(expr, {
      code: "H0210",
      message: `\`${checker.text(expr)}\` is a resource, and cannot be moved out of what holds it by itself`,
      help: "take the whole apart with `let`, so that nothing of it is lost",
    });
  }
  return place;
}

export function inferPlace(checker: Checker, context: Context, expr: Expr): Place {
  return checker.typed(placeOf(checker, context, expr));
}

function placeOf(checker: Checker, context: Context, expr: Expr): Place {
  if (expr.kind === "index") {
    const typed = readRow(checker, context, expr);
    return { ...typed, linear: checker.isResource(typed.type), named: true, looking: false };
  }
  if (expr.kind === "field" && qualified(checker, context, expr.of, expr.name) === undefined) {
    const of = inferPlace(checker, context, expr.of);
    if (of.linear && !of.named) {
      checker.complain(expr.of, {
        code: "H0211",
        message: "this makes a resource, and looking at a part of it would lose the rest",
        help: "give it a name with `let`, look at it there, and then move it on",
      });
    }
    const typed = project(checker, context, of, expr);
    return {
      ...typed,
      linear: checker.isResource(typed.type),
      named: of.named,
      looking: of.looking || of.linear,
    };
  }
  const typed = checker.infer(context, expr);
  const named = expr.kind === "name" && findLocal(context.scope, expr.name.text) !== undefined;
  return { ...typed, linear: checker.isResource(typed.type), named, looking: false };
}

function project(checker: Checker, context: Context, of: Place, expr: Expr & { kind: "field" }): Typed {
  const range = { start: expr.start, end: expr.end };
  const type = checker.force(of.type);
  const name = expr.name.text;
  const peek = of.linear || of.looking;
  const field = (index: number): Term => ({ range, kind: "field", of: of.term, index, name, peek });
  if (type.kind === "error") return { term: of.term, type };
  const part = (earlier: string, at: number): Semantic => partOf(checker, context, of, earlier, at);
  if (isPrimitive(type, "Coin") && type.kind === "primitive" && name === "amount") {
    return { term: field(1), type: primitive("Amount", type.args[0]!) };
  }
  if (type.kind === "data") {
    const global = checker.global(type.ref) as DataGlobal;
    const fields = global.record ? (global.constructors[0]?.fields ?? []) : [];
    const index = fields.findIndex((one) => one.name === name);
    if (index !== -1) {
      const types = fieldTypes(checker, global, type.args, (at) => part(fields[at]!.name, at));
      return { term: field(index), type: types[index]! };
    }
    return refuseField(
      checker,
      expr,
      of,
      fields.map((one) => one.name),
    );
  }
  if (type.kind === "telescope") {
    const index = type.binders.findIndex((binder) => binder.name === name && name !== "_");
    if (index !== -1) {
      let { environment } = type;
      for (const [at, { id, name: earlier }] of type.binders.slice(0, index).entries()) {
        environment = bind(environment, id, part(earlier, at));
      }
      return { term: field(index), type: checker.normal.type(type.binders[index]!.type, environment) };
    }
  }
  return refuseField(checker, expr, of, []);
}

function partOf(checker: Checker, context: Context, of: Typed, name: string, index: number): Semantic {
  return checker.normal.project(valueFor(checker, context, of.term, of.type), index, name);
}

/** The types of a record's fields, the earlier fields' values in them. */
export function fieldTypes(
  checker: Checker,
  global: DataGlobal,
  args: readonly Semantic[],
  valueAt: (index: number) => Semantic,
  constructor_ = 0,
): Semantic[] {
  let environment: Environment = null;
  global.params.forEach(({ id }, at) => {
    environment = bind(environment, id, args[at] ?? { kind: "error" });
  });
  return (global.constructors[constructor_]?.fields ?? []).map(({ id, type }, at) => {
    const value = checker.normal.type(type, environment);
    environment = bind(environment, id, valueAt(at));
    return value;
  });
}

function refuseField(
  checker: Checker,
  expr: Expr & { kind: "field" },
  of: Typed,
  known: readonly string[],
): Typed {
  return checker.refuse(expr.name, {
    code: "H0508",
    message: `\`${typeText(checker, of.type)}\` has no field \`${expr.name.text}\``,
    ...suggest(
      expr.name.text,
      known,
      known.length === 0 ? "only records have fields" : `it has ${known.join(", ")}`,
    ),
  });
}
