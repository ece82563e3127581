// What terms mean: weak head normal forms, the domain that conversion compares (L19). A type is such a
// value, and so is anything a type may mention. What is not known is a variable, a metavariable, or
// something stuck on one.

import type { Integer } from "../machine/value.ts";
import type { EffectLevel, GlobalRef, Term } from "./term.ts";

/** A term under the values of the variables it mentions; those not listed stand for themselves. */
export type Environment = {
  readonly id: number;
  readonly value: Semantic;
  readonly next: Environment;
} | null;

export type SemanticBinder = { readonly id: number; readonly name: string; readonly type: Term };

export type Semantic =
  | { readonly kind: "variable"; readonly id: number; readonly name: string }
  | { readonly kind: "meta"; readonly id: number }
  /** Stuck on `of`; `index` counts fields of a record or parts of a tuple. */
  | { readonly kind: "projection"; readonly of: Semantic; readonly index: number; readonly name: string }
  /** A call that does not unfold, or not yet. */
  | { readonly kind: "call"; readonly fn: GlobalRef; readonly args: readonly Semantic[] }
  | { readonly kind: "literal"; readonly value: Integer | boolean | string | Uint8Array }
  | {
      readonly kind: "construct";
      readonly type: GlobalRef;
      readonly constructor_: number;
      readonly fields: readonly Semantic[];
    }
  | { readonly kind: "tuple"; readonly parts: readonly Semantic[] }
  | { readonly kind: "list"; readonly items: readonly Semantic[] }
  | { readonly kind: "asset"; readonly ref: GlobalRef; readonly args: readonly Semantic[] }
  | { readonly kind: "name"; readonly ref: GlobalRef }
  | { readonly kind: "sort"; readonly sort: "Data" | "Type" }
  | { readonly kind: "primitive"; readonly name: string; readonly args: readonly Semantic[] }
  | { readonly kind: "data"; readonly ref: GlobalRef; readonly args: readonly Semantic[] }
  | {
      readonly kind: "function";
      readonly once: boolean;
      readonly binders: readonly SemanticBinder[];
      readonly result: Term;
      readonly effect: EffectLevel | "caller";
      readonly environment: Environment;
    }
  | {
      readonly kind: "telescope";
      readonly binders: readonly SemanticBinder[];
      readonly environment: Environment;
    }
  /** Stands for what could not be checked; agrees with everything, so that one mistake is told once. */
  | { readonly kind: "error" };

export const bind = (environment: Environment, id: number, value: Semantic): Environment => ({
  id,
  value,
  next: environment,
});

export function lookup(environment: Environment, id: number): Semantic | undefined {
  for (let at = environment; at !== null; at = at.next) if (at.id === id) return at.value;
  return undefined;
}

export const primitive = (name: string, ...args: readonly Semantic[]): Semantic => ({
  kind: "primitive",
  name,
  args,
});

export const TYPE: Semantic = { kind: "sort", sort: "Type" };
export const ERROR: Semantic = { kind: "error" };
export const UNIT_TYPE: Semantic = { kind: "telescope", binders: [], environment: null };
