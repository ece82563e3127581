// The checked program with types erased, in A-normal form: every intermediate result has a slot, every
// argument is a slot or a constant, so the order of evaluation is written down. Gas is charged on
// these nodes (L31); the bytecode machine and the reference interpreter both run them.

import type { Integer } from "./value.ts";

export type Atom =
  | { readonly kind: "slot"; readonly slot: number }
  | { readonly kind: "constant"; readonly value: Integer | boolean | string | Uint8Array }
  | { readonly kind: "unit" };

/** A function of a module, by name; linking turns it into a place in the image. */
export type FunctionRef = { readonly module: string; readonly name: string };

export type TableOperation =
  /** [key] → row; `RowMissing` if absent. Moves it out: the row is absent afterwards. */
  | "take"
  /** [key] → row; `RowMissing` if absent. The row stays: for Data rows, and to peek. */
  | "get"
  /** [key] → Option of the row. */
  | "find"
  /** [key, row] → unit; overwrites. */
  | "put"
  /** [key, row] → unit; `RowPresent` if there is one. Also what `put` of a resource row is. */
  | "insert"
  /** [key] → unit; `RowMissing` if absent. Data rows only. */
  | "remove"
  /** [key] → Bool */
  | "has"
  /** [] → List of keys, in the order of their canonical texts' bytes. */
  | "keys";

export type Operation =
  | { readonly kind: "atom"; readonly atom: Atom }
  | { readonly kind: "call"; readonly fn: FunctionRef; readonly args: readonly Atom[] }
  | { readonly kind: "apply"; readonly closure: Atom; readonly args: readonly Atom[] }
  | { readonly kind: "closure"; readonly fn: FunctionRef; readonly captures: readonly Atom[] }
  | { readonly kind: "construct"; readonly tag: number; readonly fields: readonly Atom[] }
  | { readonly kind: "field"; readonly of: Atom; readonly index: number }
  /** The tag of a Construct, as an integer. */
  | { readonly kind: "tag"; readonly of: Atom }
  | { readonly kind: "list"; readonly items: readonly Atom[] }
  /** A builtin of builtins/, by `module.name`. */
  | { readonly kind: "builtin"; readonly name: string; readonly args: readonly Atom[] }
  /** `table` is the place in the module's `tables`. */
  | {
      readonly kind: "table";
      readonly operation: TableOperation;
      readonly table: number;
      readonly args: readonly Atom[];
    }
  /** A layout of an event, see value.ts. */
  | { readonly kind: "emit"; readonly event: Atom }
  /**
   * Only in tests: calls an action as one atomic command of its own, its module as entry; if it aborts, what it
   * did is undone, and the abort goes on.
   */
  | { readonly kind: "command"; readonly fn: FunctionRef; readonly args: readonly Atom[] }
  /** Only in tests: runs a closure () → Unit; gives the full name of the error that ended it, or an empty text. */
  | { readonly kind: "attempt"; readonly closure: Atom }
  /** An `if` or `match` whose value is used further on; bodies end with `return`, which gives the value. */
  | { readonly kind: "branch"; readonly condition: Atom; readonly then: Body; readonly else: Body }
  /** By tag; without an arm for the tag, `otherwise`. */
  | {
      readonly kind: "switch";
      readonly of: Atom;
      readonly arms: readonly SwitchArm[];
      readonly otherwise: Body | undefined;
    };

export type SwitchArm = { readonly tag: number; readonly body: Body };

export type Step = {
  readonly slot: number;
  readonly operation: Operation;
  /** Where it stands in the source: the offset at which its expression starts. */
  readonly at: number;
};

export type Body = { readonly steps: readonly Step[]; readonly end: End };

/**
 * How a body ends. Within a `branch` or `switch` operation `return` gives that operation's value; `abort` always
 * ends the whole transaction. A call in tail position is `tail`, which takes no stack.
 */
export type End =
  | { readonly kind: "return"; readonly value: Atom }
  | {
      readonly kind: "tail-call";
      readonly fn: FunctionRef;
      readonly args: readonly Atom[];
      readonly at: number;
    }
  | {
      readonly kind: "tail-apply";
      readonly closure: Atom;
      readonly args: readonly Atom[];
      readonly at: number;
    }
  | { readonly kind: "branch"; readonly condition: Atom; readonly then: Body; readonly else: Body }
  | {
      readonly kind: "switch";
      readonly of: Atom;
      readonly arms: readonly SwitchArm[];
      readonly otherwise: Body | undefined;
    }
  /** The value is an error's layout (value.ts). */
  | { readonly kind: "abort"; readonly error: Atom; readonly at: number };

/** Slots: parameters first, then captures, then results of steps; each is written once on every path. */
export type AnfFunction = {
  readonly name: string;
  readonly parameters: number;
  readonly captures: number;
  readonly slots: number;
  readonly body: Body;
};
