// Values of declared types, and errors, events and capabilities: each field once, checked in the order of declaration, later
// types seeing earlier values. L57: only a resource's own module makes it.

import type { Range } from "../diagnostic/source.ts";
import type { Term } from "../kernel/term.ts";
import { bind, type Environment, primitive, type Semantic } from "../kernel/value.ts";
import type { Expr, FieldValue } from "../syntax/ast.ts";
import { agree } from "./agree.ts";
import { type Argument, valueFor } from "./call.ts";
import { type Checker, type Context, errorTerm, type Typed } from "./checker.ts";
import type { DataGlobal, RecordGlobal, SignatureBinder } from "./global.ts";
import { suggest } from "./suggest.ts";
import { describeGlobal, resolvePath } from "./type-expression.ts";
import { unknownHelp } from "./unknown-name.ts";

export type Construction = {
  readonly range: Range;
  readonly type: DataGlobal;
  readonly index: number;
  /** By place; as many as the constructor has, or the wrong number. */
  readonly fields: readonly Argument[];
  readonly expected: Semantic | undefined;
};

export function elaborateConstruct(checker: Checker, context: Context, parts: Construction): Typed {
  const { range, type: global, index, fields, expected } = parts;
  const constructor_ = global.constructors[index]!;
  mayHandle(checker, range, global, "made");
  let environment: Environment = null;
  const params = global.params.map(({ id, name, type }) => {
    const sort = checker.normal.type(type, environment);
    const meta = checker.meta(context.frame, { type: sort, range, what: name });
    environment = bind(environment, id, meta);
    return meta;
  });
  const type: Semantic = { kind: "data", ref: global.ref, args: params };
  const wanted = expected && checker.force(expected);
  if (wanted?.kind === "data" && wanted.ref.name === global.ref.name) checker.unify(type, wanted);
  if (fields.length !== constructor_.fields.length) {
    return checker.refuse(range, {
      code: "H0506",
      message: `\`${constructor_.name}\` takes ${constructor_.fields.length}, and is given ${fields.length}`,
    });
  }
  const terms = elaborateFields(checker, context, { fields, binders: constructor_.fields, environment });
  const paramTerms = params.map((meta): Term => ({ range, kind: "meta", id: meta.id }));
  const term: Term = {
    range,
    kind: "construct",
    type: global.ref,
    constructor_: index,
    params: paramTerms,
    fields: terms,
  };
  return { term, type };
}

function elaborateFields(
  checker: Checker,
  context: Context,
  parts: {
    fields: readonly Argument[];
    binders: readonly SignatureBinder[];
    environment: Environment;
  },
): Term[] {
  let { environment } = parts;
  return parts.binders.map(({ id, type }, at) => {
    const field = parts.fields[at]!;
    const wanted = checker.normal.type(type, environment);
    const term =
      field.kind === "typed"
        ? agree(checker, field.range, field.typed, wanted)
        : checker.check(context, field.expr, wanted);
    environment = bind(environment, id, valueFor(checker, context, term, wanted));
    return term;
  });
}

/** L57: a resource is made and taken apart in its own module only. */
export function mayHandle(
  checker: Checker,
  range: Range,
  global: DataGlobal,
  what: "made" | "taken apart",
): void {
  if (!global.resource || global.ref.module === checker.names.module) return;
  checker.complain(range, {
    code: "H0901",
    message: `\`${global.ref.name}\` is a resource, and can be ${what} only by the module \`${global.ref.module}\`, which declares it`,
    help: `use what \`${global.ref.module}\` offers for it`,
  });
}

/** `Account { owner, funds: x }`; of an error, event or capability too. */
export function elaborateRecord(
  checker: Checker,
  context: Context,
  expr: Expr & { kind: "record" },
  expected: Semantic | undefined,
): Typed {
  const range = { start: expr.start, end: expr.end };
  const name = expr.path.parts.at(-1)?.text ?? "";
  const global = resolvePath(checker, expr.path);
  if (global?.kind === "data" && global.record) {
    const binders = global.constructors[0]?.fields ?? [];
    const fields = arrange(checker, range, { name, binders, given: expr.fields });
    if (fields === undefined) return { term: errorTerm(range), type: { kind: "error" } };
    return elaborateConstruct(checker, context, { range, type: global, index: 0, fields, expected });
  }
  if (global?.kind === "error" || global?.kind === "event" || global?.kind === "capability") {
    return elaborateDeclaredRecord(checker, context, { range, global, given: expr.fields });
  }
  if (global === undefined) {
    for (const field of expr.fields) if (field.value !== undefined) checker.infer(context, field.value);
    const [first] = expr.path.parts;
    if (first !== undefined && checker.names.isPoisoned(first.text)) {
      return { term: errorTerm(range), type: { kind: "error" } };
    }
    return checker.refuse(expr.path, {
      code: "H0400",
      message: `there is no \`${checker.text(expr.path)}\` here`,
      ...unknownHelp(checker.names, name, checker.names.all()),
    });
  }
  return checker.refuse(expr.path, {
    code: "H0402",
    message: `\`${name}\` is ${describeGlobal(global)}, and has no fields to be given`,
    help: "only records, errors, events and capabilities are made with `{ … }`",
  });
}

const TYPE_OF = { error: "Error", event: "Event", capability: "Capability" } as const;

export function elaborateDeclaredRecord(
  checker: Checker,
  context: Context,
  parts: { range: Range; global: RecordGlobal; given: readonly FieldValue[] },
): Typed {
  const { range, global, given } = parts;
  const fields = arrange(checker, range, { name: global.ref.name, binders: global.fields, given });
  const type = primitive(TYPE_OF[global.kind]);
  if (fields === undefined) return { term: errorTerm(range), type };
  const terms = elaborateFields(checker, context, { fields, binders: global.fields, environment: null });
  return { term: { range, kind: "record", ref: global.ref, fields: terms }, type };
}

/** The given fields in the order of declaration; undefined, and told, if one is missing, unknown or twice. */
function arrange(
  checker: Checker,
  range: Range,
  parts: { name: string; binders: readonly SignatureBinder[]; given: readonly FieldValue[] },
): Argument[] | undefined {
  const { name, binders, given } = parts;
  let sound = true;
  const of = new Map<string, Argument>();
  for (const field of given) {
    if (!binders.some((binder) => binder.name === field.name.text)) {
      const names = binders.map((binder) => binder.name);
      checker.complain(field.name, {
        code: "H0508",
        message: `\`${name}\` has no field \`${field.name.text}\``,
        ...suggest(field.name.text, names, `it has ${names.join(", ")}`),
      });
      sound = false;
    } else if (of.has(field.name.text)) {
      checker.complain(field.name, {
        code: "H0509",
        message: `\`${field.name.text}\` is given twice`,
        help: "give each field once",
      });
      sound = false;
    } else {
      of.set(field.name.text, { kind: "expr", expr: field.value ?? punned(field) });
    }
  }
  const missing = binders.filter((binder) => !of.has(binder.name));
  if (missing.length > 0 && sound) {
    checker.complain(range, {
      code: "H0511",
      message: `\`${name}\` is made without ${missing.map((one) => `\`${one.name}\``).join(", ")}`,
      help: `give each of its fields: ${binders.map((one) => one.name).join(", ")}`,
    });
    sound = false;
  }
  return sound ? binders.map((binder) => of.get(binder.name)!) : undefined;
}

const punned = (field: FieldValue): Expr => ({
  kind: "name",
  name: field.name,
  start: field.name.start,
  end: field.name.end,
});

/** `r with { f: e }`: a record like `r`, with other values in the fields named. */
export function elaborateWith(checker: Checker, context: Context, expr: Expr & { kind: "with" }): Typed {
  const range = { start: expr.start, end: expr.end };
  const of = checker.infer(context, expr.of);
  const type = checker.force(of.type);
  const global = type.kind === "data" ? checker.global(type.ref) : undefined;
  if (type.kind === "error") return { term: of.term, type };
  if (global?.kind !== "data" || !global.record || checker.isResource(type)) {
    return checker.refuse(expr.of, {
      code: "H0512",
      message: "`with` makes a changed copy, and so needs a record that is Data",
      help: "take a resource apart with `let` and make it anew, so that nothing of it is lost",
    });
  }
  const variable = checker.variable("_", expr.of, of.type, context.frame);
  const local: Term = { range, kind: "local", id: variable.id };
  checker.typed({ term: local, type: of.type });
  const value = checker.normal.evaluate(of.term, null);
  if (value !== undefined) checker.normal.define(variable.id, value);
  const binders = global.constructors[0]?.fields ?? [];
  const kept = binders.filter(({ name }) => !expr.fields.some((field) => field.name.text === name));
  const given = arrange(checker, range, {
    name: global.ref.name,
    binders,
    given: [
      ...expr.fields,
      ...kept.map(({ name }) => ({ name: { text: name, ...range }, value: undefined })),
    ],
  });
  if (given === undefined) return { term: errorTerm(range), type };
  const args = type.kind === "data" ? type.args : [];
  let environment: Environment = null;
  global.params.forEach(({ id }, at) => {
    environment = bind(environment, id, args[at]!);
  });
  const fields = binders.map(({ id, name, type: fieldType }, index): Argument => {
    const old = checker.normal.type(fieldType, environment);
    environment = bind(
      environment,
      id,
      checker.normal.project({ kind: "variable", id: variable.id, name: "_" }, index, name),
    );
    if (expr.fields.some((field) => field.name.text === name)) return given[index]!;
    const term: Term = { range, kind: "field", of: local, index, name, peek: false };
    return { kind: "typed", range, typed: checker.typed({ term, type: old }) };
  });
  const made = elaborateConstruct(checker, context, {
    range,
    type: global,
    index: 0,
    fields,
    expected: type,
  });
  const statement = {
    range,
    kind: "let" as const,
    pattern: { range, kind: "variable" as const, variable, quantity: "ω" as const },
    value: of.term,
  };
  return { term: { range, kind: "block", statements: [statement], result: made.term }, type: made.type };
}
