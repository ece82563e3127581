// The heads of functions, actions, queries: parameters, result, effect (L1, L2). A resource never arrives from outside.

import type { Range } from "../diagnostic/source.ts";
import type { Term } from "../kernel/term.ts";
import type { Declaration, FunctionDeclaration, Parameter } from "../syntax/ast.ts";
import type { Checker } from "./checker.ts";
import { elaborateTypeParameters, head } from "./declare.ts";
import type { Global, SignatureBinder } from "./global.ts";
import { extend, type Scope } from "./scope.ts";
import { unknownType } from "./type-expression.ts";

const EFFECT_OF = { fn: undefined, action: "writes", query: "reads", init: "writes" } as const;

export type Declared = {
  readonly declaration: FunctionDeclaration & Declaration;
  readonly global: Global & { kind: "function" };
  readonly scope: Scope;
};

/** The function's head; its parameters' variables are those its body uses. */
export function declareFunction(
  checker: Checker,
  one: FunctionDeclaration & Declaration,
  role = one.kind as Role,
): Declared {
  const { binders: implicit, scope: outer } = elaborateTypeParameters(checker, one.typeParams);
  const params: SignatureBinder[] = [];
  let scope = outer;
  for (const param of one.params) {
    const range: Range = param;
    const type = parameterType(checker, scope, param);
    const value = checker.normal.type(type, null);
    if (one.kind !== "fn" && checker.isResource(value)) {
      checker.complain(range, {
        code: "H0603",
        message: `a resource cannot arrive from outside: \`${param.name.text}\` of the ${one.kind} \`${one.name.text}\` must be Data`,
        help: "take it from a table here, by its key",
      });
    }
    const variable = checker.variable(param.name.text, param.name, value);
    params.push({ id: variable.id, name: param.name.text, type });
    scope = extend(scope, { variable, type: value, erased: false });
  }
  const result: Term =
    one.result === undefined
      ? { range: { start: one.start, end: one.start }, kind: "telescope", binders: [] }
      : checker.type(scope, one.result);
  if (one.kind !== "fn" && checker.isResource(checker.normal.type(result, null))) {
    checker.complain(one.result ?? one.name, {
      code: "H0604",
      message: `the ${one.kind} \`${one.name.text}\` would hand out a resource`,
      help: "answer with Data: an amount, a record of texts and amounts",
    });
  }
  const signature = {
    implicit,
    params,
    result,
    effect: EFFECT_OF[one.kind] ?? one.effect ?? "total",
    partial: one.partial || one.kind === "action" || one.kind === "init",
    checked: one.requires.length > 0 || one.ensures.length > 0,
  } as const;
  const global = {
    ...head(checker, one, one.name),
    kind: "function" as const,
    role,
    public: one.public || one.kind !== "fn" || role === "builtin",
    signature,
    body: undefined as Term | undefined,
  };
  return { declaration: one, global, scope };
}

type Role = (Global & { kind: "function" })["role"];

/** L55: a parameter that is a function has the effect of whatever is given, unless it says otherwise. */
function parameterType(checker: Checker, scope: Scope, param: Parameter): Term {
  // The parser has complained about it.
  if (param.type === undefined) return unknownType({ start: param.start, end: param.end });
  const type = checker.type(scope, param.type);
  const silent = param.type.kind === "function" && param.type.effect === undefined;
  return silent && type.kind === "function" ? { ...type, effect: "caller" } : type;
}
