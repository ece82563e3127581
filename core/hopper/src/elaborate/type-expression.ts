// Types as written → types as terms. A bare name between `<` and `>` may be a type or a value; which of them is
// known from the parameter it stands for.

import { PRIMITIVE_TYPES } from "../builtins/primitive-types.ts";
import type { Range } from "../diagnostic/source.ts";
import { UNKNOWN } from "../kernel/normalizer.ts";
import type { Binder, Term } from "../kernel/term.ts";
import { bind, type Environment, primitive, type Semantic } from "../kernel/value.ts";
import type { Expr, Path, TypeArgument, TypeExpr, TypePart } from "../syntax/ast.ts";
import { typeText } from "./agree.ts";
import { type Checker, errorTerm, frameOf } from "./checker.ts";
import { type Global, offeredBy, type SignatureBinder } from "./global.ts";
import { extend, findLocal, type Scope } from "./scope.ts";
import { unknownHelp, unknownMessage } from "./unknown-name.ts";

/** A type that could not be read; agrees with everything. */
export const unknownType = (range: Range): Term => ({ range, kind: "primitive", name: UNKNOWN, args: [] });

/** L2, L1: nothing is performed while a type is read. */
const typeContext = (scope: Scope) => ({
  scope,
  frame: frameOf("fn"),
});

export function elaborateType(checker: Checker, scope: Scope, type: TypeExpr): Term {
  const range = { start: type.start, end: type.end };
  switch (type.kind) {
    case "named":
      return elaborateNamed(checker, scope, type);
    case "tuple":
      return { range, kind: "telescope", binders: elaborateParts(checker, scope, type.parts).binders };
    case "exists": {
      const parts = [
        { name: type.name, type: type.type },
        { name: undefined, type: type.body },
      ];
      return { range, kind: "telescope", binders: elaborateParts(checker, scope, parts).binders };
    }
    case "function": {
      const { binders, scope: inner } = elaborateParts(checker, scope, type.params);
      const result: Term =
        type.result === undefined
          ? { range, kind: "telescope", binders: [] }
          : checker.type(inner, type.result);
      return { range, kind: "function", once: type.once, binders, result, effect: type.effect ?? "total" };
    }
    case "error":
      return errorTerm(range);
  }
}

/** A telescope: each part may mention those before it that have names. */
export function elaborateParts(
  checker: Checker,
  scope: Scope,
  parts: readonly TypePart[],
): { binders: Binder[]; scope: Scope } {
  let inner = scope;
  const binders: Binder[] = [];
  for (const { name, type } of parts) {
    const term = checker.type(inner, type);
    const value = checker.normal.type(term, null);
    const variable = checker.variable(name?.text ?? "_", name ?? type, value);
    binders.push({ variable, type: term, quantity: "ω" });
    if (name !== undefined) inner = extend(inner, { variable, type: value, erased: true });
  }
  return { binders, scope: inner };
}

function elaborateNamed(checker: Checker, scope: Scope, type: TypeExpr & { kind: "named" }): Term {
  const range = { start: type.start, end: type.end };
  const [first, ...rest] = type.path.parts;
  if (first === undefined) return errorTerm(range);
  if (rest.length === 0) {
    const local = findLocal(scope, first.text);
    if (local !== undefined) return { range, kind: "local", id: local.variable.id };
    if (first.text === "Data" || first.text === "Type") return { range, kind: "sort", sort: first.text };
  }
  const global = resolvePath(checker, type.path);
  if (global !== undefined) return elaborateDeclared(checker, scope, type, global);
  const builtIn = rest.length === 0 ? PRIMITIVE_TYPES.get(first.text) : undefined;
  if (builtIn === undefined) {
    const name = type.path.parts.map(({ text }) => text).join(".");
    if (checker.names.isPoisoned(first.text)) return unknownType(range);
    const known = [...checker.names.all(), ...PRIMITIVE_TYPES.keys()];
    checker.complain(range, {
      code: "H0401",
      message: unknownMessage(checker.names, name, "type "),
      ...unknownHelp(checker.names, name, known),
    });
    return unknownType(range);
  }
  const params: ParameterKind[] = builtIn.parameters.map((parameter, at) => ({
    name: parameter,
    id: -1 - at,
    type: (): Semantic =>
      parameter === "Asset"
        ? primitive("Asset")
        : { kind: "sort", sort: parameter === "Type" ? "Type" : "Data" },
  }));
  const args = elaborateArguments(checker, scope, type, params);
  return { range, kind: "primitive", name: builtIn.name, args };
}

function elaborateDeclared(
  checker: Checker,
  scope: Scope,
  type: TypeExpr & { kind: "named" },
  global: Global,
): Term {
  const range = { start: type.start, end: type.end };
  if (global.kind === "data") {
    const args = elaborateArguments(checker, scope, type, declaredParameters(checker, global.params));
    return { range, kind: "data", ref: global.ref, args };
  }
  if (global.kind === "alias") {
    const args = elaborateArguments(checker, scope, type, declaredParameters(checker, global.params));
    return substitute(checker, global.type, global.params, args);
  }
  checker.complain(range, {
    code: "H0501",
    message: `\`${checker.text(range)}\` is ${describeGlobal(global)}, not a type`,
    ...(global.kind === "asset"
      ? { help: `write \`Coin<${global.ref.name}>\` or \`Money<${global.ref.name}>\`` }
      : {}),
  });
  return errorTerm(range);
}

type ParameterKind = {
  readonly name: string;
  readonly id: number;
  readonly type: (environment: Environment) => Semantic;
};

const declaredParameters = (checker: Checker, params: readonly SignatureBinder[]): ParameterKind[] =>
  params.map(({ id, name, type }) => ({
    name,
    id,
    type: (environment) => checker.normal.type(type, environment),
  }));

function elaborateArguments(
  checker: Checker,
  scope: Scope,
  type: TypeExpr & { kind: "named" },
  params: readonly ParameterKind[],
): Term[] {
  if (type.args.length !== params.length) {
    const wanted = params.length === 0 ? "takes none" : `takes ${params.length}`;
    checker.complain(type, {
      code: "H0502",
      message: `\`${checker.text(type.path)}\` ${wanted} between \`<\` and \`>\`, and is given ${type.args.length}`,
      ...(params.length > 0
        ? { help: `write \`${checker.text(type.path)}<${params.map((p) => p.name).join(", ")}>\`` }
        : {}),
    });
  }
  let environment: Environment = null;
  return params.map((param, at) => {
    const given = type.args[at];
    const expected = param.type(environment);
    const term = given === undefined ? errorTerm(type) : elaborateArgument(checker, scope, given, expected);
    environment = bind(environment, param.id, checker.normal.evaluate(term, null) ?? { kind: "error" });
    return term;
  });
}

function elaborateArgument(checker: Checker, scope: Scope, given: TypeArgument, expected: Semantic): Term {
  const sort = checker.force(expected);
  if (sort.kind === "sort") {
    if (given.kind === "value") {
      checker.complain(given.expr, {
        code: "H0503",
        message: "a type is expected here, and this is a value",
        help: "write the name of a type here, such as `Text`",
      });
      return errorTerm(given.expr);
    }
    const term = checker.type(scope, given.type);
    if (sort.sort === "Data" && checker.isResource(checker.normal.type(term, null))) {
      checker.complain(given.type, {
        code: "H0504",
        message: `\`${checker.text(given.type)}\` is a resource, and this parameter takes Data only`,
        help: "a resource cannot be copied, so what holds many of it must be a table",
      });
    }
    return term;
  }
  const expr = given.kind === "value" ? given.expr : valueOfType(given.type);
  if (expr === undefined) {
    checker.complain(given.kind === "type" ? given.type : given.expr, {
      code: "H0503",
      message: "a value is expected here, and this is a type",
      help: `write a value of type \`${typeText(checker, expected)}\``,
    });
    return errorTerm(given.kind === "type" ? given.type : given.expr);
  }
  const context = typeContext(scope);
  const term = checker.check(context, expr, expected);
  if (context.frame.effect !== "total" || checker.normal.evaluate(term, null) === undefined) {
    checker.complain(expr, {
      code: "H0505",
      message: "a type may mention only what is known without running anything",
      help: "give it a name with `let`, or use a parameter, a field or a constant",
    });
    return errorTerm(expr);
  }
  return term;
}

/** A bare name that the parser took for a type. */
function valueOfType(type: TypeExpr): Expr | undefined {
  if (type.kind !== "named" || type.args.length > 0) return undefined;
  const [first, ...rest] = type.path.parts;
  if (first === undefined) return undefined;
  let expr: Expr = { kind: "name", name: first, start: first.start, end: first.end };
  for (const name of rest) expr = { kind: "field", of: expr, name, start: type.start, end: name.end };
  return expr;
}

/** An alias's type with its parameters replaced; its own binders are renamed, so that nothing is captured. */
function substitute(
  checker: Checker,
  type: Term,
  params: readonly SignatureBinder[],
  args: readonly Term[],
): Term {
  const of = new Map(params.map(({ id }, at) => [id, args[at]!]));
  const rename = (binder: Binder): Binder => {
    const walked = walk(binder.type);
    const { name, range } = binder.variable;
    const variable = checker.variable(name, range, { kind: "error" });
    of.set(binder.variable.id, { range, kind: "local", id: variable.id });
    return { ...binder, variable, type: walked };
  };
  const walk = (term: Term): Term => {
    checker.normal.spend();
    switch (term.kind) {
      case "local":
        return of.get(term.id) ?? term;
      case "primitive":
      case "data":
      case "asset":
      case "call":
        return { ...term, args: term.args.map(walk) };
      case "field":
        return { ...term, of: walk(term.of) };
      case "construct":
        return { ...term, fields: term.fields.map(walk) };
      case "telescope":
        return { ...term, binders: term.binders.map(rename) };
      case "function":
        return { ...term, binders: term.binders.map(rename), result: walk(term.result) };
      default:
        return term;
    }
  };
  return walk(type);
}

/** `Account`, `bank.Account`; complains only if the qualifier is known and the name is not. */
export function resolvePath(checker: Checker, path: Path): Global | undefined {
  const [first, second] = path.parts;
  if (first === undefined) return undefined;
  if (path.parts.length === 1) return checker.names.find(first.text);
  const qualifier = path.parts.length === 2 ? checker.names.qualifier(first.text) : undefined;
  const module =
    qualifier ??
    path.parts
      .slice(0, -1)
      .map(({ text }) => text)
      .join(".");
  const name = path.parts.at(-1) ?? second;
  const found = checker.names.interface(module);
  return found && offeredBy(found).get(name?.text ?? "");
}

export function describeGlobal(global: Global): string {
  switch (global.kind) {
    case "function":
      return global.role === "fn" || global.role === "builtin" ? "a function" : `a ${global.role}`;
    case "data":
      return global.resource ? "a resource" : "a type";
    case "alias":
      return "a type";
    case "asset":
      return global.currency ? "a currency" : "an asset";
    case "error":
    case "event":
      return `an ${global.kind}`;
    default:
      return `a ${global.kind}`;
  }
}
