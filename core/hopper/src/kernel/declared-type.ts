// What the passes over terms must know about a declared type: its constructors, by place. The elaborator
// answers; the passes know nothing of modules or of where a declaration stands.

import type { GlobalRef } from "./term.ts";

export type DeclaredConstructor = {
  readonly name: string;
  readonly arity: number;
  /** Present for records, whose fields have names: `Account { owner, funds }`. */
  readonly fieldNames?: readonly string[];
};

export type DeclaredType = { readonly constructors: readonly DeclaredConstructor[] };

/** The declaration of a type that a construct term or pattern names. */
export type LookUp = (type: GlobalRef) => DeclaredType;
