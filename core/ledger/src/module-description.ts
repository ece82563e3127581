// What a deployed module offers, as data for people and tools: its interface, with types and documentation as they are
// written in its source. Canonical JSON (C2), as it goes to clients.

import {
  canonicalJson,
  type Json,
  type JsonObject,
  jsonObject,
  ok,
  type Refusal,
  type Result,
  refuse,
} from "@juno/base";
import type { Entry, ModuleCode, TableCode } from "@juno/hopper";
import type { LedgerContext } from "./context.ts";
import { type DeployedModule, SYSTEM, SYSTEM_TABLES, saidLanguage } from "./deployed-module.ts";
import { ModuleRegistry } from "./module-registry.ts";
import type { RowReader } from "./view.ts";

/** Without `at` if the genesis deployed it, and without `language` if that is the first version. */
const summary = (module: DeployedModule): JsonObject => {
  const { name, version, hash, at } = module;
  return jsonObject({ name, version, hash, at, language: saidLanguage(module) });
};

/** All modules, in order of name: a list of objects. */
export const listModules = (context: LedgerContext, rows: RowReader): Uint8Array<ArrayBuffer> =>
  canonicalJson(new ModuleRegistry(context, rows).all().map(summary));

const actionJson = ({ name, doc, parameters }: Entry): JsonObject => {
  const args = parameters.map((parameter) => jsonObject({ name: parameter.name, type: parameter.type }));
  return jsonObject({ name, doc, args });
};

const queryJson = (entry: Entry): JsonObject =>
  new Map([...actionJson(entry), ["result", entry.result.type]]);

const tableJson = ({ name, keyType, rowType, resource }: TableCode): JsonObject =>
  jsonObject({ name, key: keyType, row: rowType, resource });

const namesOf = (records: ModuleCode["errors"]): Json =>
  records.map(({ name }) => name.slice(name.lastIndexOf(".") + 1));

/** One module with its source and interface: an object; undefined if there is no such module. */
export function describeModule(
  context: LedgerContext,
  rows: RowReader,
  name: string,
): Uint8Array<ArrayBuffer> | undefined {
  const registry = new ModuleRegistry(context, rows);
  const module = registry.find(name);
  if (module === undefined) return undefined;
  const { code } = registry.resolve(module).compiled;
  const described = jsonObject({
    source: module.source,
    imports: module.imports,
    upgradable: code.upgrade !== undefined,
    actions: code.actions.map(actionJson),
    queries: code.queries.map(queryJson),
    tables: code.tables.map(tableJson),
    assets: code.assets.map(({ symbol, currency, decimals }) =>
      jsonObject({ name: symbol, currency, decimals }),
    ),
    errors: namesOf(code.errors),
    events: namesOf(code.events),
    capabilities: namesOf(code.capabilities),
  });
  return canonicalJson(new Map([...summary(module), ...described]));
}

/** Whether there is such a table; the ledger's own counts. */
export function knownTable(
  context: LedgerContext,
  rows: RowReader,
  { module, table }: { readonly module: string; readonly table: string },
): Result<undefined, Refusal> {
  const registry = new ModuleRegistry(context, rows);
  const deployed = registry.find(module);
  if (deployed === undefined && module !== SYSTEM.module) {
    return refuse("module_unknown", `there is no module ${module}`);
  }
  const tables = deployed && registry.resolve(deployed).compiled.code.tables.map(({ name }) => name);
  if ((tables ?? SYSTEM_TABLES).includes(table)) return ok(undefined);
  return refuse("table_unknown", `module ${module} has no table ${table}`);
}

/** Every table that the modules of a state have, and those of the ledger's own that have a row. */
export function tablesIn(
  context: LedgerContext,
  rows: RowReader,
): { readonly module: string; readonly table: string }[] {
  const registry = new ModuleRegistry(context, rows);
  const declared = registry.all().flatMap((deployed) => {
    const { tables } = registry.resolve(deployed).compiled.code;
    return tables.map(({ name }) => ({ module: deployed.name, table: name }));
  });
  const own = SYSTEM_TABLES.map((table) => ({ module: SYSTEM.module, table }));
  const isShown = (at: (typeof own)[0]): boolean =>
    at.table === SYSTEM.modules || rows.keys({ ...at, limit: 1 }).length > 0;
  return [...own.filter(isShown), ...declared];
}
