// Tables (L40): `t[k]`, `t.take(k)`, `t.put(k, row)` …, typed by the key: a row's type may mention it. Rows of resources
// are moved out and in; rows of Data are read and written.

import type { Range } from "../diagnostic/source.ts";
import type { Term } from "../kernel/term.ts";
import { bind, type Environment, primitive, type Semantic, UNIT_TYPE } from "../kernel/value.ts";
import type { TableOperation } from "../machine/anf.ts";
import type { Expr, Name } from "../syntax/ast.ts";
import { valueFor } from "./call.ts";
import { type Checker, type Context, errorTerm, type Typed } from "./checker.ts";
import type { TableGlobal } from "./global.ts";
import { qualified } from "./qualified.ts";
import { findLocal } from "./scope.ts";
import { suggest } from "./suggest.ts";

/** The table an expression names, if it does. */
export function tableOf(checker: Checker, context: Context, expr: Expr): TableGlobal | undefined {
  if (expr.kind !== "name" || findLocal(context.scope, expr.name.text) !== undefined) return undefined;
  const global = checker.names.find(expr.name.text);
  return global?.kind === "table" ? global : undefined;
}

/** The key, checked, and the type of the row that stands under it. */
export function elaborateKey(
  checker: Checker,
  context: Context,
  table: TableGlobal,
  key: Expr,
): { key: Term; row: Semantic } {
  const type = checker.normal.type(table.key, null);
  const term = checker.check(context, key, type);
  const value = valueFor(checker, context, term, type);
  return { key: term, row: rowType(checker, table, value) };
}

/** The row's type with the key's parts in it. */
export function rowType(checker: Checker, table: TableGlobal, key: Semantic): Semantic {
  let environment: Environment = null;
  table.keyParts.forEach(({ id, name }, at) => {
    const part = table.key.kind === "telescope" ? checker.normal.project(key, at, name) : key;
    environment = bind(environment, id, part);
  });
  return checker.normal.type(table.row, environment);
}

/** `t[k]`, a row that stays where it is. */
export function readRow(checker: Checker, context: Context, expr: Expr & { kind: "index" }): Typed {
  const table = tableOf(checker, context, expr.of);
  if (table === undefined) {
    const { of } = expr;
    // Another module's table is told as what it is.
    if (of.kind === "field" && qualified(checker, context, of.of, of.name) === "unknown") {
      return { term: errorTerm(expr), type: { kind: "error" } };
    }
    return checker.refuse(expr.of, {
      code: "H0904",
      message: "only a table's rows are reached by `[…]`",
      help: "of a list, write `.get(index)`",
    });
  }
  const { key, row } = elaborateKey(checker, context, table, expr.key);
  checker.perform(context, "reads", expr);
  return { term: tableTerm(expr, "get", table, [key]), type: row };
}

const tableTerm = (
  range: Range,
  operation: TableOperation,
  table: TableGlobal,
  args: readonly Term[],
): Term => ({
  range: { start: range.start, end: range.end },
  kind: "table",
  operation,
  table: table.ref,
  args,
});

const OPERATIONS: Readonly<Record<string, { args: number; rows: "resource" | "Data" | "any" }>> = {
  take: { args: 1, rows: "resource" },
  get: { args: 1, rows: "Data" },
  find: { args: 1, rows: "Data" },
  put: { args: 2, rows: "any" },
  insert: { args: 2, rows: "any" },
  remove: { args: 1, rows: "Data" },
  has: { args: 1, rows: "any" },
  keys: { args: 0, rows: "any" },
};

export function elaborateTableCall(
  checker: Checker,
  context: Context,
  parts: { range: Range; table: TableGlobal; name: Name; args: readonly Expr[] },
): Typed {
  const { range, table, name, args } = parts;
  const known = OPERATIONS[name.text];
  if (known === undefined) {
    return checker.refuse(name, {
      code: "H0905",
      message: `tables have no \`${name.text}\``,
      ...suggest(name.text, Object.keys(OPERATIONS), `they have ${Object.keys(OPERATIONS).join(", ")}`),
    });
  }
  if (args.length !== known.args) {
    return checker.refuse(range, {
      code: "H0506",
      message: `\`${table.ref.name}.${name.text}\` takes ${known.args}, and is given ${args.length}`,
    });
  }
  if (name.text === "keys") {
    checker.perform(context, "reads", range);
    const key = checker.normal.type(table.key, null);
    return { term: tableTerm(range, "keys", table, []), type: primitive("List", key) };
  }
  return elaborateRowCall(checker, context, parts);
}

function elaborateRowCall(
  checker: Checker,
  context: Context,
  parts: { range: Range; table: TableGlobal; name: Name; args: readonly Expr[] },
): Typed {
  const { range, table, name, args } = parts;
  const { key, row } = elaborateKey(checker, context, table, args[0]!);
  const resource = checker.isResource(row);
  if (OPERATIONS[name.text]!.rows === "Data" && resource) {
    return checker.refuse(range, {
      code: "H0906",
      message: `\`${name.text}\` is for rows of Data, and \`${table.ref.name}\` holds resources`,
      help:
        name.text === "remove"
          ? "take the row with `.take(key)`, and say what becomes of what it holds"
          : `look at it with \`${table.ref.name}[key].field\`, or move it out with \`.take(key)\``,
    });
  }
  if (OPERATIONS[name.text]!.rows === "resource" && !resource) {
    return checker.refuse(range, {
      code: "H0906",
      message: `\`${name.text}\` moves a resource out, and \`${table.ref.name}\` holds rows of Data`,
      help: "read the row with `.get(key)`; if it is to go, `.remove(key)` it as well",
    });
  }
  const writes =
    name.text === "take" || name.text === "put" || name.text === "insert" || name.text === "remove";
  checker.perform(context, writes ? "writes" : "reads", range);
  switch (name.text) {
    case "take":
      return { term: tableTerm(range, "take", table, [key]), type: row };
    case "get":
      return checker.typed({ term: tableTerm(range, "get", table, [key]), type: row });
    case "find": {
      const type: Semantic = { kind: "data", ref: { module: "std.option", name: "Option" }, args: [row] };
      return checker.typed({ term: tableTerm(range, "find", table, [key]), type });
    }
    case "has":
      return { term: tableTerm(range, "has", table, [key]), type: primitive("Bool") };
    case "remove":
      return { term: tableTerm(range, "remove", table, [key]), type: UNIT_TYPE };
    default: {
      const value = checker.check(context, args[1]!, row);
      // L40: over a resource nothing may be written, or what stood there would be lost.
      const operation = name.text === "put" && !resource ? "put" : "insert";
      return { term: tableTerm(range, operation, table, [key, value]), type: UNIT_TYPE };
    }
  }
}
