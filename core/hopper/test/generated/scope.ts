// What a term may mention where it stands.

import { type Effect, type Type, type Variable, within } from "./program-type.ts";

export type Scope = {
  readonly data: readonly Variable[];
  /** Resources that can be looked at here. A closure can look at none. */
  readonly near: readonly Variable[];
  readonly effect: Effect;
  /** Only what types may mention: no operators, no `let`, no `match`, no closures. */
  readonly plain: boolean;
  /** Where resources can only be handed on: the coins that what is wanted has room for. */
  readonly room?: readonly Type[];
};

export const may = (scope: Scope, effect: Effect): boolean => within(effect, scope.effect);

export const knowing = (scope: Scope, ...data: readonly Variable[]): Scope => ({
  ...scope,
  data: [...scope.data, ...data],
});

/** Inside a closure that may be called many times. */
export const enclosed = (scope: Scope): Scope => ({ ...scope, near: [] });
