// Which modules there are, and what they offer, as data for people and tools.

import { accounts } from "./accounts.ts";
import type { NativeModule } from "./native-module.ts";
import type { Parameters } from "./parameter.ts";

export type Modules = ReadonlyMap<string, NativeModule>;

export const MODULES: Modules = new Map([[accounts.name, accounts]]);

type OperationDescription = {
  readonly name: string;
  /** An optional parameter's type stands in Option<…>. */
  readonly args: readonly { readonly name: string; readonly type: string }[];
};

export type ModuleDescription = {
  readonly name: string;
  readonly version: number;
  readonly kind: "native";
  readonly actions: readonly OperationDescription[];
  readonly queries: readonly OperationDescription[];
  readonly tables: readonly string[];
};

function describe(operations: ReadonlyMap<string, { parameters: Parameters }>): OperationDescription[] {
  return [...operations].map(([name, { parameters }]) => ({
    name,
    args: Object.entries(parameters).map(([parameter, { type, optional }]) => ({
      name: parameter,
      type: optional ? `Option<${type}>` : type,
    })),
  }));
}

export const describeModules = (): ModuleDescription[] =>
  [...MODULES.values()].map(({ name, version, actions, queries, tables }) => ({
    name,
    version,
    kind: "native",
    actions: describe(actions),
    queries: describe(queries),
    tables,
  }));
