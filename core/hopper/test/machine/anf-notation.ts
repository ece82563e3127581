// A short notation for A-normal form in tests, and modules and images of such functions.

import type { AnfFunction, Atom, Body, End, FunctionRef, Operation, Step } from "../../src/machine/anf.ts";
import type { Modules } from "../../src/machine/linkage.ts";
import type { ModuleCode } from "../../src/machine/module-code.ts";
import type { Integer } from "../../src/machine/value.ts";

export const slot = (number: number): Atom => ({ kind: "slot", slot: number });
export const constant = (value: Integer | boolean | string | Uint8Array): Atom => ({
  kind: "constant",
  value,
});
export const unit: Atom = { kind: "unit" };

/** A function of the test's own module. */
export const here = (name: string): FunctionRef => ({ module: "test", name });

export const builtin = (name: string, ...args: Atom[]): Operation => ({ kind: "builtin", name, args });
export const add = (a: Atom, b: Atom): Operation => builtin("std.int.add", a, b);
export const subtract = (a: Atom, b: Atom): Operation => builtin("std.int.subtract", a, b);
export const call = (name: string, ...args: Atom[]): Operation => ({ kind: "call", fn: here(name), args });
export const apply = (closure: Atom, ...args: Atom[]): Operation => ({ kind: "apply", closure, args });
export const closure = (name: string, ...captures: Atom[]): Operation => ({
  kind: "closure",
  fn: here(name),
  captures,
});
export const construct = (tag: number, ...fields: Atom[]): Operation => ({ kind: "construct", tag, fields });
export const field = (of: Atom, index: number): Operation => ({ kind: "field", of, index });
export const list = (...items: Atom[]): Operation => ({ kind: "list", items });

export const returns = (value: Atom): End => ({ kind: "return", value });
export const tailCall = (name: string, ...args: Atom[]): End => ({
  kind: "tail-call",
  fn: here(name),
  args,
  at: 77,
});
export const tailApply = (closure: Atom, ...args: Atom[]): End => ({
  kind: "tail-apply",
  closure,
  args,
  at: 78,
});
/** An end or an operation. */
export const branch = (
  condition: Atom,
  then: Body,
  otherwise: Body,
): End & Operation & { kind: "branch" } => ({
  kind: "branch",
  condition,
  then,
  else: otherwise,
});

/** Steps are pairs of a slot and an operation; a step's place in the source is 10 times its slot. */
export function body(steps: readonly (readonly [number, Operation])[], end: End): Body {
  const numbered: Step[] = steps.map(([slot, operation]) => ({ slot, operation, at: 10 * slot }));
  return { steps: numbered, end };
}

type Shape = { readonly parameters?: number; readonly captures?: number; readonly slots: number };

export const fn = (
  name: string,
  { parameters = 0, captures = 0, slots }: Shape,
  code: Body,
): AnfFunction => ({
  name,
  parameters,
  captures,
  slots,
  body: code,
});

export const moduleOf = (
  name: string,
  functions: readonly AnfFunction[],
  tables: ModuleCode["tables"] = [],
): ModuleCode => ({
  name,
  imports: [],
  functions,
  shapes: new Map(),
  tables,
  assets: [],
  errors: [],
  events: [],
  capabilities: [],
  actions: [],
  queries: [],
  init: undefined,
  migrations: [],
  tests: [],
  upgrade: undefined,
});

/** One module of the name `test`. */
export const modulesOf = (functions: readonly AnfFunction[], tables: ModuleCode["tables"] = []): Modules =>
  new Map([["test", moduleOf("test", functions, tables)]]);

/** A table whose rows and keys are integers. */
export const INTEGER_TABLE: ModuleCode["tables"][number] = {
  name: "rows",
  key: { kind: "int" },
  row: { kind: "int" },
  keyType: "Int",
  rowType: "Int",
  resource: false,
  invariants: [],
};
