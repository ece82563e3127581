// The variables in scope: an immutable list, innermost first, so that a branch can forget what it added.

import type { Variable } from "../kernel/term.ts";
import type { Semantic } from "../kernel/value.ts";

export type Local = {
  readonly variable: Variable;
  readonly type: Semantic;
  /** Of `<…>`: exists while checking only. */
  readonly erased: boolean;
};

export type Scope = { readonly local: Local; readonly next: Scope } | null;

export const extend = (scope: Scope, local: Local): Scope => ({ local, next: scope });

export function findLocal(scope: Scope, name: string): Local | undefined {
  for (let at = scope; at !== null; at = at.next) if (at.local.variable.name === name) return at.local;
  return undefined;
}
