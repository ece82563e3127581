// The core language: what a source means, fully explicit, types and values in one grammar. Variables
// have ids that are unique within a declaration, so that no term needs shifting; binders compare up to
// renaming. Every term carries the range it came from, for the checks that follow.

import type { Range } from "../diagnostic/source.ts";
import type { TableOperation } from "../machine/anf.ts";
import type { Integer } from "../machine/value.ts";

/** L11: 0 is erased, 1 must be used exactly once, ω is free. */
export type Quantity = "0" | "1" | "ω";

/** L1: total < fails < reads < writes; `partial` is apart: it may not end (L18). */
export type EffectLevel = "total" | "fails" | "reads" | "writes";

export type GlobalRef = { readonly module: string; readonly name: string };

/** A place among a declaration's variables, and the name it has in the source. */
export type Variable = { readonly id: number; readonly name: string; readonly range: Range };

export type Binder = {
  readonly variable: Variable;
  readonly type: Term;
  readonly quantity: Quantity;
};

export type Term = { readonly range: Range } & TermBody;

export type TermBody =
  // Values and computations
  | { readonly kind: "local"; readonly id: number }
  /** A constant, or a function as a value. */
  | { readonly kind: "global"; readonly ref: GlobalRef }
  | { readonly kind: "literal"; readonly value: Integer | boolean | string | Uint8Array }
  | {
      readonly kind: "lambda";
      readonly once: boolean;
      readonly binders: readonly Binder[];
      readonly body: Term;
    }
  /** A function called by name: implicit arguments are erased, the others stand in order. */
  | {
      readonly kind: "call";
      readonly fn: GlobalRef;
      readonly implicit: readonly Term[];
      readonly args: readonly Term[];
    }
  /** A closure called. */
  | { readonly kind: "apply"; readonly closure: Term; readonly args: readonly Term[] }
  /** A value of a declared type: `type` is its declaration, `params` its erased parameters. */
  | {
      readonly kind: "construct";
      readonly type: GlobalRef;
      readonly constructor_: number;
      readonly params: readonly Term[];
      readonly fields: readonly Term[];
    }
  /** Tuples and dependent pairs; none of them: Unit. */
  | { readonly kind: "tuple"; readonly parts: readonly Term[] }
  | { readonly kind: "list"; readonly items: readonly Term[]; readonly rest: Term | undefined }
  /**
   * A field of a record. `peek` (L14): `of` is a place (a local, a row, or a field of one) that is looked at and
   * not used up.
   */
  | {
      readonly kind: "field";
      readonly of: Term;
      readonly index: number;
      readonly name: string;
      readonly peek: boolean;
    }
  | { readonly kind: "if"; readonly condition: Term; readonly then: Term; readonly else: Term }
  | { readonly kind: "match"; readonly scrutinee: Term; readonly arms: readonly TermArm[] }
  | { readonly kind: "block"; readonly statements: readonly TermStatement[]; readonly result: Term }
  /** `clause` is the condition's text where there is no `else`. */
  | {
      readonly kind: "require";
      readonly condition: Term;
      readonly otherwise: Term | undefined;
      readonly clause: string;
    }
  | { readonly kind: "abort"; readonly error: Term }
  | { readonly kind: "emit"; readonly event: Term }
  /** An error, event or capability with its fields; `ref` names the declaration. */
  | { readonly kind: "record"; readonly ref: GlobalRef; readonly fields: readonly Term[] }
  /** An asset as a value: `USD`, `SEC(isin)`. */
  | { readonly kind: "asset"; readonly ref: GlobalRef; readonly args: readonly Term[] }
  /** The name of an error, asset or capability, where a builtin takes one (L62). */
  | { readonly kind: "name"; readonly ref: GlobalRef }
  /** `get` as a place to peek at is a table term of operation `get` within `field … peek`. */
  | {
      readonly kind: "table";
      readonly operation: TableOperation;
      readonly table: GlobalRef;
      readonly args: readonly Term[];
    }
  /** `update t[k] { f => e }`: `bound` are the fields named, whose old values `fields` use. */
  | {
      readonly kind: "update";
      readonly table: GlobalRef;
      readonly key: Term;
      readonly fields: readonly { readonly index: number; readonly bound: Binder; readonly value: Term }[];
    }
  /** Only in tests: an action called as a command of its own; a closure run to see how it ends. */
  | { readonly kind: "command"; readonly fn: GlobalRef; readonly args: readonly Term[] }
  | { readonly kind: "attempt"; readonly closure: Term }
  // Types
  | { readonly kind: "sort"; readonly sort: "Data" | "Type" }
  /** `Int`, `List<a>`, `Money<c>`, `Coin<c>`: types that are built in, with their arguments. */
  | { readonly kind: "primitive"; readonly name: string; readonly args: readonly Term[] }
  | { readonly kind: "data"; readonly ref: GlobalRef; readonly args: readonly Term[] }
  | {
      readonly kind: "function";
      readonly once: boolean;
      readonly binders: readonly Binder[];
      readonly result: Term;
      readonly effect: EffectLevel | "caller";
    }
  /** A tuple's type; later parts may mention earlier ones (`exists`, the keys of tables). */
  | { readonly kind: "telescope"; readonly binders: readonly Binder[] }
  /** To be found by unification; gone once a declaration is checked. */
  | { readonly kind: "meta"; readonly id: number };

export type TermArm = { readonly range: Range; readonly pattern: TermPattern; readonly body: Term };

export type TermStatement = { readonly range: Range } & (
  | { readonly kind: "let"; readonly pattern: TermPattern; readonly value: Term }
  /** Its value is Unit, or Data that is dropped. */
  | { readonly kind: "evaluate"; readonly term: Term }
);

/** Patterns know the types they match: that is what makes coverage and usage local. */
export type TermPattern = {
  readonly range: Range;
} /** `quantity` is that of what is dropped: 1 is an error the usage pass reports. */ & (
  | { readonly kind: "wildcard"; readonly quantity: Quantity }
  | { readonly kind: "variable"; readonly variable: Variable; readonly quantity: Quantity }
  /** All fields, in order; what the source left out is a wildcard. `constructors` is the number the type has. */
  | {
      readonly kind: "construct";
      readonly type: GlobalRef;
      readonly constructor_: number;
      readonly fields: readonly TermPattern[];
    }
  | { readonly kind: "tuple"; readonly parts: readonly TermPattern[] }
  | {
      readonly kind: "list";
      readonly items: readonly TermPattern[];
      readonly rest: TermPattern | undefined;
    }
  | { readonly kind: "literal"; readonly value: Integer | boolean | string }
);
