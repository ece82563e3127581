// Patterns: what they bind, at which types, and the value that what they match must then have, by which the types
// that mention it are refined (L57, L17 and L56).

import type { Range } from "../diagnostic/source.ts";
import type { Quantity, TermPattern } from "../kernel/term.ts";
import { bind, type Environment, primitive, type Semantic } from "../kernel/value.ts";
import { integer } from "../machine/value.ts";
import type { Name, Pattern } from "../syntax/ast.ts";
import { complainMismatch, typeText } from "./agree.ts";
import type { Checker, Context } from "./checker.ts";
import type { DataGlobal } from "./global.ts";
import { mayHandle } from "./record.ts";
import { extend, type Scope } from "./scope.ts";
import { suggest } from "./suggest.ts";
import { resolvePath } from "./type-expression.ts";

export type Matched = {
  readonly pattern: TermPattern;
  /** What the matched value is, as far as the pattern says. */
  readonly value: Semantic;
  readonly scope: Scope;
};

type Mutable = { -readonly [K in keyof TermPattern]: TermPattern[K] };

/** A pattern whose quantity is settled when the type is known. */
function leaf(
  checker: Checker,
  type: Semantic,
  pattern: TermPattern & { quantity: Quantity },
): TermPattern & { quantity: Quantity } {
  const mutable = { ...pattern } as Mutable & { quantity: Quantity };
  checker.later(() => {
    mutable.quantity = checker.quantityOf(type);
  });
  return mutable as TermPattern & { quantity: Quantity };
}

/** A pattern as a whole: no name stands in it twice. */
export function elaborateWholePattern(
  checker: Checker,
  context: Context,
  pattern: Pattern,
  type: Semantic,
): Matched {
  const matched = elaboratePattern(checker, context, pattern, type);
  const seen = new Set<string>();
  for (let at = matched.scope; at !== context.scope && at !== null; at = at.next) {
    const { name, range } = at.local.variable;
    if (seen.has(name)) {
      checker.complain(range, {
        code: "H0702",
        message: `\`${name}\` stands twice in one pattern`,
        help: "name the parts apart, and compare them where you need to",
      });
    }
    seen.add(name);
  }
  return matched;
}

function elaboratePattern(checker: Checker, context: Context, pattern: Pattern, type: Semantic): Matched {
  return checker.normal.deeper(() => elaborate(checker, context, pattern, type));
}

function elaborate(checker: Checker, context: Context, pattern: Pattern, type: Semantic): Matched {
  const range = { start: pattern.start, end: pattern.end };
  const { scope, frame } = context;
  const unknown = (): Semantic => checker.unknown(range, type, frame);
  const literal = (value: number | bigint | boolean | string, of: string): Matched => {
    const wanted = checker.force(type);
    const isInt = of === "Nat" && wanted.kind === "primitive" && wanted.name === "Int";
    if (!isInt && !checker.unify(primitive(of), wanted))
      complainMismatch(checker, pattern, primitive(of), wanted);
    return { pattern: { range, kind: "literal", value }, value: { kind: "literal", value }, scope };
  };
  switch (pattern.kind) {
    case "wildcard":
      return {
        pattern: leaf(checker, type, { range, kind: "wildcard", quantity: "ω" }),
        value: unknown(),
        scope,
      };
    case "variable": {
      const variable = checker.variable(pattern.name.text, pattern.name, type, frame);
      const bound = leaf(checker, type, { range, kind: "variable", variable, quantity: "ω" });
      return {
        pattern: bound,
        value: { kind: "variable", id: variable.id, name: variable.name },
        scope: extend(scope, { variable, type, erased: false }),
      };
    }
    case "integer":
      return literal(integer(pattern.value), "Nat");
    case "text":
      return literal(pattern.value, "Text");
    case "boolean":
      return literal(pattern.value, "Bool");
    case "tuple":
      return elaborateTuple(checker, context, pattern, type);
    case "list":
      return elaborateList(checker, context, pattern, type);
    case "constructor":
    case "record":
      return elaborateConstructor(checker, context, pattern, type);
    case "error":
      return { pattern: { range, kind: "wildcard", quantity: "ω" }, value: { kind: "error" }, scope };
  }
}

function elaborateTuple(
  checker: Checker,
  context: Context,
  pattern: Pattern & { kind: "tuple" },
  type: Semantic,
): Matched {
  const range = { start: pattern.start, end: pattern.end };
  const known = checker.force(type);
  const parts: TermPattern[] = [];
  const values: Semantic[] = [];
  let { scope } = context;
  if (known.kind !== "telescope" || known.binders.length !== pattern.parts.length) {
    if (known.kind !== "error") {
      checker.complain(pattern, {
        code: "H0700",
        message: `a pattern of ${pattern.parts.length} parts cannot match \`${typeText(checker, known)}\``,
        help: "write a pattern for each part of the tuple, and no more",
      });
    }
    return everyPart(checker, context, { range, parts: pattern.parts });
  }
  let { environment } = known;
  for (const [at, { id, type: part }] of known.binders.entries()) {
    const matched = elaboratePattern(
      checker,
      { ...context, scope },
      pattern.parts[at]!,
      checker.normal.type(part, environment),
    );
    parts.push(matched.pattern);
    values.push(matched.value);
    scope = matched.scope;
    environment = bind(environment, id, matched.value);
  }
  return { pattern: { range, kind: "tuple", parts }, value: { kind: "tuple", parts: values }, scope };
}

/** After a complaint: binds the variables, so that they are not complained about as well. */
function everyPart(
  checker: Checker,
  context: Context,
  { range, parts }: { range: Range; parts: readonly Pattern[] },
): Matched {
  let { scope } = context;
  for (const part of parts)
    scope = elaboratePattern(checker, { ...context, scope }, part, { kind: "error" }).scope;
  return { pattern: { range, kind: "wildcard", quantity: "ω" }, value: { kind: "error" }, scope };
}

function elaborateList(
  checker: Checker,
  context: Context,
  pattern: Pattern & { kind: "list" },
  type: Semantic,
): Matched {
  const range = { start: pattern.start, end: pattern.end };
  const item = checker.meta(context.frame, { type: { kind: "sort", sort: "Type" }, range, what: "item" });
  const list = primitive("List", item);
  if (!checker.unify(list, type)) complainMismatch(checker, pattern, list, type);
  let { scope } = context;
  const items = pattern.items.map((part) => {
    const matched = elaboratePattern(checker, { ...context, scope }, part, item);
    scope = matched.scope;
    return matched;
  });
  const rest = pattern.rest && elaboratePattern(checker, { ...context, scope }, pattern.rest, list);
  return {
    pattern: { range, kind: "list", items: items.map((one) => one.pattern), rest: rest?.pattern },
    value:
      rest === undefined
        ? { kind: "list", items: items.map((one) => one.value) }
        : checker.unknown(range, type, context.frame),
    scope: rest?.scope ?? scope,
  };
}

type Named = Pattern & { kind: "constructor" | "record" };

function elaborateConstructor(checker: Checker, context: Context, pattern: Named, type: Semantic): Matched {
  const range = { start: pattern.start, end: pattern.end };
  const name = pattern.path.parts.at(-1)?.text ?? "";
  const subpatterns =
    pattern.kind === "constructor"
      ? pattern.args
      : pattern.fields.map((field) => field.pattern ?? punned(field.name));
  const found = findConstructor(checker, pattern, name);
  if (found === undefined) {
    if (!checker.names.isPoisoned(pattern.path.parts[0]?.text ?? ""))
      checker.complain(pattern.path, {
        code: "H0406",
        message: `there is no constructor \`${name}\` here`,
        ...suggest(
          name,
          checker.names.all(),
          "a pattern with a capital names a constructor; variables are small",
        ),
      });
    return everyPart(checker, context, { range, parts: subpatterns });
  }
  const { type: global, index } = found;
  mayHandle(checker, pattern, global, "taken apart");
  const params = global.params.map(
    ({ name: param, type: sort }): Semantic =>
      checker.meta(context.frame, { type: checker.normal.type(sort, null), range, what: param }),
  );
  const whole: Semantic = { kind: "data", ref: global.ref, args: params };
  if (!checker.unify(whole, type)) complainMismatch(checker, pattern, whole, type);
  const constructor_ = global.constructors[index]!;
  const ordered = arrange(checker, pattern, constructor_);
  if (ordered === undefined) return everyPart(checker, context, { range, parts: subpatterns });
  return matchFields(checker, context, { range, global, index, params, ordered });
}

function matchFields(
  checker: Checker,
  context: Context,
  parts: {
    range: Range;
    global: DataGlobal;
    index: number;
    params: readonly Semantic[];
    ordered: readonly (Pattern | undefined)[];
  },
): Matched {
  const { range, global, index, params, ordered } = parts;
  let { scope } = context;
  const values: Semantic[] = [];
  const fields: TermPattern[] = [];
  let environment: Environment = null;
  global.params.forEach(({ id }, at) => {
    environment = bind(environment, id, params[at]!);
  });
  for (const [at, { id, type }] of global.constructors[index]!.fields.entries()) {
    const sub = ordered[at] ?? { kind: "wildcard" as const, ...range };
    const matched = elaboratePattern(
      checker,
      { ...context, scope },
      sub,
      checker.normal.type(type, environment),
    );
    scope = matched.scope;
    fields.push(matched.pattern);
    values.push(matched.value);
    environment = bind(environment, id, matched.value);
  }
  return {
    pattern: { range, kind: "construct", type: global.ref, constructor_: index, fields },
    value: { kind: "construct", type: global.ref, constructor_: index, fields: values },
    scope,
  };
}

function findConstructor(checker: Checker, pattern: Named, name: string) {
  if (pattern.path.parts.length === 1) return checker.names.constructor_(name);
  const global = resolvePath(checker, pattern.path);
  if (global?.kind === "data" && global.record) return { type: global, index: 0 };
  return undefined;
}

/** Subpatterns by place; of a record, undefined for the fields left out (L17). */
function arrange(
  checker: Checker,
  pattern: Named,
  constructor_: DataGlobal["constructors"][number],
): (Pattern | undefined)[] | undefined {
  const { fields } = constructor_;
  if (pattern.kind === "constructor") {
    if (pattern.args.length === fields.length) return [...pattern.args];
    checker.complain(pattern, {
      code: "H0701",
      message: `\`${constructor_.name}\` has ${fields.length} ${fields.length === 1 ? "part" : "parts"}, and this pattern has ${pattern.args.length}`,
      help: "write a pattern for each part; `_` stands for one that does not matter",
    });
    return undefined;
  }
  for (const { name } of pattern.fields) {
    if (fields.some((field) => field.name === name.text)) continue;
    const names = fields.map((field) => field.name);
    checker.complain(name, {
      code: "H0508",
      message: `\`${constructor_.name}\` has no field \`${name.text}\``,
      ...suggest(name.text, names, `it has ${names.join(", ")}`),
    });
    return undefined;
  }
  return fields.map((field) => {
    const given = pattern.fields.find(({ name }) => name.text === field.name);
    return given && (given.pattern ?? punned(given.name));
  });
}

const punned = (name: Name): Pattern => ({
  kind: "variable",
  name,
  start: name.start,
  end: name.end,
});

/**
 * L56: within an arm, a variable that is matched stands for what the pattern says. Returns what
 * ends it.
 */
export function refine(checker: Checker, matched: Semantic | undefined, value: Semantic): () => void {
  const refined: number[] = [];
  const walk = (scrutinee: Semantic, found: Semantic): void => {
    const known = checker.force(scrutinee);
    if (known.kind === "tuple" && found.kind === "tuple") {
      for (const [at, part] of known.parts.entries()) walk(part, found.parts[at] ?? { kind: "error" });
    } else if (known.kind === "variable" && (found.kind === "construct" || found.kind === "literal")) {
      if (checker.normal.isDefined(known.id)) return;
      checker.normal.define(known.id, found);
      refined.push(known.id);
    }
  };
  if (matched !== undefined) walk(matched, value);
  return () => {
    for (const id of refined) checker.normal.forget(id);
  };
}
