// What a module declares, elaborated: the interface that other modules are checked against, and the bodies
// that conversion may unfold. Terms here mention variables of their own declaration only.

import type { Range, Source } from "../diagnostic/source.ts";
import type { GlobalRef, Term } from "../kernel/term.ts";
import type { Effect } from "../syntax/ast.ts";

/** A parameter: `type` may mention the parameters before it. */
export type SignatureBinder = { readonly id: number; readonly name: string; readonly type: Term };

export type Signature = {
  /** `<…>`: erased; found by unification. */
  readonly implicit: readonly SignatureBinder[];
  readonly params: readonly SignatureBinder[];
  readonly result: Term;
  readonly effect: Effect;
  readonly partial: boolean;
  /** A clause that is checked at run time adds `fails` to the caller (L55). */
  readonly checked: boolean;
};

type Declared = {
  readonly ref: GlobalRef;
  readonly source: Source;
  readonly range: Range;
  readonly doc: string;
};

export type FunctionGlobal = Declared & {
  readonly kind: "function";
  readonly role: "fn" | "action" | "query" | "init" | "policy" | "const" | "builtin" | "migrate";
  readonly public: boolean;
  readonly signature: Signature;
  /** Filled in once the body is checked; unfolded by conversion if the function is total and not partial. */
  body: Term | undefined;
};

export type DataConstructor = { readonly name: string; readonly fields: readonly SignatureBinder[] };

export type DataGlobal = Declared & {
  readonly kind: "data";
  readonly resource: boolean;
  /** A record has one constructor, named like the type. */
  readonly record: boolean;
  readonly params: readonly SignatureBinder[];
  constructors: readonly DataConstructor[];
};

export type AliasGlobal = Declared & {
  readonly kind: "alias";
  readonly params: readonly SignatureBinder[];
  readonly type: Term;
};

export type AssetGlobal = Declared & {
  readonly kind: "asset";
  readonly currency: boolean;
  readonly params: readonly SignatureBinder[];
  readonly decimals: number;
  /** The function () → Policy that says who mints; absent for `self`. */
  mint: GlobalRef | undefined;
};

export type TableGlobal = Declared & {
  readonly kind: "table";
  readonly index: number;
  readonly key: Term;
  /** Variables that the row's type may mention: the parts of the key, by name. */
  readonly keyParts: readonly SignatureBinder[];
  readonly row: Term;
  readonly keyText: string;
  readonly rowText: string;
  /** Functions (row) → Bool, and the clause's text. */
  readonly invariants: { readonly fn: string; readonly clause: string }[];
};

export type RecordGlobal = Declared & {
  readonly kind: "capability" | "event" | "error";
  readonly fields: readonly SignatureBinder[];
  readonly spends: number | undefined;
};

export type Global = FunctionGlobal | DataGlobal | AliasGlobal | AssetGlobal | TableGlobal | RecordGlobal;

/** Two namespaces: `Account` the type and `Account` its constructor are one global; nothing else may clash. */
export type ModuleInterface = {
  readonly name: string;
  readonly source: Source;
  readonly globals: ReadonlyMap<string, Global>;
  /** C34: what modules of an earlier language version may name of it, if that is less. What stands in types of others means the same in all. */
  readonly offered?: ReadonlyMap<string, Global>;
};

/** What a module that imports this one may name. */
export const offeredBy = ({ globals, offered }: ModuleInterface): ReadonlyMap<string, Global> =>
  offered ?? globals;

/** Checked modules by full name. */
export type Library = ReadonlyMap<string, ModuleInterface>;

/** L53: functions are private unless `pub`; tables are touched by their own module only (L40). */
export const isVisible = (global: Global): boolean =>
  global.kind === "function" ? global.public : global.kind !== "table";
