// What linked modules declare, by name: for everything that a command may touch. A program's modules are the same for
// many commands, so this is put together once for each list of modules.

import { type ShapeScope, scopeOf } from "./border/scope.ts";
import type { CapabilityCode, ModuleCode, RecordCode, TableCode } from "./module-code.ts";

export type Declarations = {
  readonly scope: ShapeScope;
  /** By full name, as the events and capabilities. */
  readonly errors: ReadonlyMap<string, RecordCode>;
  readonly events: ReadonlyMap<string, RecordCode>;
  readonly capabilities: ReadonlyMap<string, CapabilityCode>;
  /** By module. */
  readonly tables: ReadonlyMap<string, readonly TableCode[]>;
};

const byName = <T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.name, item]));

const known = new WeakMap<readonly ModuleCode[], Declarations>();

/** `modules` must not change afterwards. */
export function declarationsOf(modules: readonly ModuleCode[]): Declarations {
  let declarations = known.get(modules);
  if (declarations === undefined) {
    declarations = {
      scope: scopeOf(modules),
      errors: byName(modules.flatMap((module) => module.errors)),
      events: byName(modules.flatMap((module) => module.events)),
      capabilities: byName(modules.flatMap((module) => module.capabilities)),
      tables: new Map(modules.map(({ name, tables }) => [name, tables])),
    };
    known.set(modules, declarations);
  }
  return declarations;
}
