// How builtins are written down: records of one module, their names read from their declarations, so that a
// name is said once.

import { assert } from "@juno/base";
import type { Meter } from "../machine/effects.ts";
import { INTEGER_BITS_MAX } from "../machine/integer.ts";
import type { Integer, Value } from "../machine/value.ts";
import type { Builtin } from "./builtin.ts";

export type BuiltinRecord = Omit<Builtin, "module" | "name">;

/** The name in `fn length<a>(…)`. */
function nameIn(declaration: string): string {
  assert(declaration.startsWith("fn "), "a builtin is declared by `fn`");
  const [head = ""] = declaration.slice("fn ".length).split("(");
  return head.split("<")[0]!;
}

export const ofModule = (module: string, records: readonly BuiltinRecord[]): readonly Builtin[] =>
  records.map((record) => ({ module, name: nameIn(record.declaration), ...record }));

/** L55: a builtin checks its own `requires`; `clause` is what stands behind the word. */
export function demand(holds: boolean, clause: string, scope: Meter): void {
  if (!holds) scope.fail("RequirementFailed", { clause });
}

/** L32: what was found too large before it was computed. */
export function within(value: Integer | undefined, scope: Meter): Integer {
  return value ?? scope.fail("IntExceeded", { max: INTEGER_BITS_MAX });
}

/** The type checker has seen to it that the arguments are of these types. */
export const as = <T extends readonly Value[]>(args: readonly Value[]): T => args as T;
