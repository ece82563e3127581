// A checked module as code and borders (module-code.ts): what the machine links and the ledger asks about.

import { typeText } from "../elaborate/agree.ts";
import type { CheckedFunction } from "../elaborate/body.ts";
import type { DataGlobal, FunctionGlobal, Global, RecordGlobal, TableGlobal } from "../elaborate/global.ts";
import type { CheckedModule } from "../elaborate/module.ts";
import type { GlobalRef } from "../kernel/term.ts";
import type { AnfFunction } from "../machine/anf.ts";
import type {
  CapabilityCode,
  Entry,
  MigrationCode,
  ModuleCode,
  RecordCode,
  TableCode,
} from "../machine/module-code.ts";
import type { Globals } from "./function-builder.ts";
import { lowerInvariants } from "./invariants.ts";
import { lowerFunction } from "./lower.ts";
import { lowerMigration } from "./migration.ts";
import { Shapes } from "./shapes.ts";

/** Only of a module without errors. Tests are left out unless asked for: a node never runs them. */
export function moduleCode(checked: CheckedModule, options: { tests: boolean }): ModuleCode {
  const { checker } = checked;
  const shapes = new Shapes(checker);
  const functions: AnfFunction[] = [];
  const wanted = checked.functions.filter(({ role }) => options.tests || role !== "test");
  const lowering = { module: checked.interface.name, functions, globals: globalsOf(checked) };
  for (const fn of wanted) {
    const parameters = fn.binders
      .filter(({ quantity }) => quantity !== "0")
      .map(({ variable }) => variable.id);
    lowerFunction(lowering, { name: fn.name, parameters, captures: [], body: fn.body });
  }
  const globals = [...checked.interface.globals.values()];
  for (const one of globals) {
    if (one.kind !== "table") continue;
    lowerInvariants(lowering, { name: one.ref.name, at: one.range.start, invariants: one.invariants });
  }
  const migrations = checked.migrations.map(({ table, fn, old }): MigrationCode => {
    const type = checker.normal.type(old, null);
    const replacing = lowerMigration(lowering, { table, fn, at: old.range.start });
    return { table, fn: replacing, old: shapes.of(type, old.range), oldType: typeText(checker, type) };
  });
  const records = (kind: RecordGlobal["kind"]): RecordGlobal[] =>
    globals.filter((one): one is RecordGlobal => one.kind === kind);
  const entries = (role: CheckedFunction["role"]): Entry[] =>
    globals
      .filter((one): one is FunctionGlobal => one.kind === "function" && one.role === role)
      .map((one) => entryOf(checked, shapes, one));
  const code = {
    name: checked.interface.name,
    imports: checked.imports,
    functions,
    tables: globals
      .filter((one): one is TableGlobal => one.kind === "table")
      .map((one) => tableCode(checked, shapes, one)),
    assets: globals.flatMap((one) => assetCode(checked, shapes, one)),
    errors: records("error").map((one) => recordCode(checked, shapes, one)),
    events: records("event").map((one) => recordCode(checked, shapes, one)),
    capabilities: records("capability").map(
      (one): CapabilityCode => ({ ...recordCode(checked, shapes, one), spends: one.spends }),
    ),
    actions: entries("action"),
    queries: entries("query"),
    init: entries("init")[0],
    migrations,
    tests: options.tests ? checked.tests : [],
    upgrade: checked.upgrade,
  };
  checker.settle();
  return { ...code, shapes: shapes.declared };
}

function entryOf(checked: CheckedModule, shapes: Shapes, fn: FunctionGlobal): Entry {
  const { checker } = checked;
  const { normal } = checker;
  const result = normal.type(fn.signature.result, null);
  return {
    name: fn.ref.name,
    fn: fn.ref.name,
    parameters: fn.signature.params.map(({ name, type }) => {
      const value = normal.type(type, null);
      return { name, shape: shapes.of(value, fn.range), type: typeText(checker, value) };
    }),
    result: { shape: shapes.of(result, fn.range), type: typeText(checker, result) },
    doc: fn.doc,
  };
}

function tableCode(checked: CheckedModule, shapes: Shapes, table: TableGlobal): TableCode {
  const { checker } = checked;
  const row = checker.normal.type(table.row, null);
  return {
    name: table.ref.name,
    key: shapes.of(checker.normal.type(table.key, null), table.range),
    row: shapes.of(row, table.range),
    keyType: table.keyText,
    rowType: table.rowText,
    resource: checker.isResource(row),
    invariants: table.invariants,
  };
}

function assetCode(checked: CheckedModule, shapes: Shapes, global: Global): ModuleCode["assets"] {
  if (global.kind !== "asset") return [];
  const { normal } = checked.checker;
  return [
    {
      name: `${global.ref.module}.${global.ref.name}`,
      symbol: global.ref.name,
      parameters: global.params.map(({ type }) => shapes.of(normal.type(type, null), global.range)),
      currency: global.currency,
      decimals: global.decimals,
      mint: global.mint?.name,
    },
  ];
}

function recordCode(checked: CheckedModule, shapes: Shapes, record: RecordGlobal): RecordCode {
  const { normal } = checked.checker;
  return {
    name: `${record.ref.module}.${record.ref.name}`,
    fields: record.fields.map(({ name, type }) => ({
      name,
      shape: shapes.of(normal.type(type, null), record.range),
    })),
  };
}

/** What lowering asks of declarations. */
function globalsOf({ checker }: CheckedModule): Globals {
  const data = (ref: GlobalRef): DataGlobal => checker.global(ref) as DataGlobal;
  const fn = (ref: GlobalRef): FunctionGlobal => checker.global(ref) as FunctionGlobal;
  return {
    isBuiltin: (ref) => fn(ref).role === "builtin",
    parameterCount: (ref) => fn(ref).signature.params.length,
    constructorCount: (ref) => data(ref).constructors.length,
    fieldCount: (ref) => data(ref).constructors[0]?.fields.length ?? 0,
    table: (ref) => {
      const table = checker.global(ref) as TableGlobal;
      const row = checker.force(checker.normal.type(table.row, null));
      return {
        index: table.index,
        record: row.kind === "data" ? row.ref : undefined,
        invariants: table.invariants,
      };
    },
  };
}
