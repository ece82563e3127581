// `update t[k] { f => e }` (L17): within `e`, `f` is the old value, and a resource among them is moved. The
// row that is written is of the row's type again: later fields are checked against what stands in the earlier
// ones now, and what is left alone must not have meant what they were.

import type { Range } from "../diagnostic/source.ts";
import type { Term } from "../kernel/term.ts";
import { bind, type Environment, type Semantic, UNIT_TYPE } from "../kernel/value.ts";
import type { Expr, Name } from "../syntax/ast.ts";
import { valueFor } from "./call.ts";
import { type Checker, type Context, errorTerm, type Typed } from "./checker.ts";
import type { DataGlobal, SignatureBinder } from "./global.ts";
import { suggest } from "./suggest.ts";
import { elaborateKey, tableOf } from "./table-operation.ts";

type UpdateExpr = Expr & { kind: "update" };
type UpdatedField = (Term & { kind: "update" })["fields"][number];
type Given = UpdateExpr["fields"][number];

export function elaborateUpdate(checker: Checker, context: Context, expr: UpdateExpr): Typed {
  const range = { start: expr.start, end: expr.end };
  const table = tableOf(checker, context, expr.table);
  if (table === undefined) {
    return checker.refuse(expr.table, { code: "H0904", message: "`update` changes a row of a table" });
  }
  const { key, row } = elaborateKey(checker, context, table, expr.key);
  checker.perform(context, "writes", expr);
  const type = checker.force(row);
  const global = type.kind === "data" ? checker.global(type.ref) : undefined;
  if (type.kind !== "data" || global?.kind !== "data" || !global.record) {
    return checker.refuse(expr, {
      code: "H0907",
      message: "`update` changes fields, and this table's rows are no records",
      help: "take the row, and put another",
    });
  }
  const given = byField(checker, global, expr.fields);
  const updated = updatedFields(checker, context, { range, type, global, given });
  // They are computed in the order of the source.
  const fields = [...given.keys()].map((index) => updated.get(index)!);
  return { term: { range, kind: "update", table: table.ref, key, fields }, type: UNIT_TYPE };
}

/** What is given by the field's index, in the order of the source; unknown and doubled ones are told. */
function byField(checker: Checker, global: DataGlobal, fields: readonly Given[]): Map<number, Given> {
  const names = (global.constructors[0]?.fields ?? []).map((field) => field.name);
  const given = new Map<number, Given>();
  for (const field of fields) {
    const { name } = field;
    const index = names.indexOf(name.text);
    if (index === -1) {
      checker.complain(name, {
        code: "H0508",
        message: `\`${global.ref.name}\` has no field \`${name.text}\``,
        ...suggest(name.text, names, `it has ${names.join(", ")}`),
      });
    } else if (given.has(index)) {
      checker.complain(name, {
        code: "H0509",
        message: `\`${name.text}\` is given twice`,
        help: "say once what becomes of it",
      });
    } else {
      given.set(index, field);
    }
  }
  return given;
}

function updatedFields(
  checker: Checker,
  context: Context,
  parts: {
    range: Range;
    type: Semantic & { kind: "data" };
    global: DataGlobal;
    given: ReadonlyMap<number, Given>;
  },
): Map<number, UpdatedField> {
  const { range, type, global, given } = parts;
  const row = checker.unknown(range, type, context.frame);
  let before = null as Environment;
  global.params.forEach(({ id }, at) => {
    before = bind(before, id, type.args[at]!);
  });
  let after = before;
  const updated = new Map<number, UpdatedField>();
  for (const [index, field] of (global.constructors[0]?.fields ?? []).entries()) {
    const [old, now] = [checker.normal.type(field.type, before), checker.normal.type(field.type, after)];
    const was = checker.normal.project(row, index, field.name);
    before = bind(before, field.id, was);
    const one = given.get(index);
    if (one === undefined) {
      if (!checker.unify(old, now)) refuseStale(checker, range, field);
      after = bind(after, field.id, was);
      continue;
    }
    const made = updatedField(checker, context, { ...one, index, old, now });
    updated.set(index, made);
    after = bind(after, field.id, valueFor(checker, context, made.value, now));
  }
  return updated;
}

function refuseStale(checker: Checker, range: Range, field: SignatureBinder): void {
  checker.complain(range, {
    code: "H0907",
    message: `what \`${field.name}\` is depends on a field that changes here, and \`${field.name}\` stays as it was`,
    help: "take the row, and put another in which both go together",
  });
}

function updatedField(
  checker: Checker,
  context: Context,
  parts: { name: Name; value: Expr; index: number; old: Semantic; now: Semantic },
): UpdatedField {
  const { name, value, index, old, now } = parts;
  const variable = checker.variable(name.text, name, old, context.frame);
  const scope = { local: { variable, type: old, erased: false }, next: context.scope };
  const term = checker.check({ ...context, scope }, value, now);
  const bound = { variable, type: errorTerm(name), quantity: "ω" as "ω" | "1" };
  checker.later(() => {
    bound.quantity = checker.isResource(old) ? "1" : "ω";
  });
  return { index, bound, value: term };
}
