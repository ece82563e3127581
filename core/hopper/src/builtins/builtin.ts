// A builtin: what the language cannot say in itself. One record each: its declaration, cost, meaning,
// examples. The checker reads the declaration, the machine runs it, the reference is made from it.

import type { Effects, Meter } from "../machine/effects.ts";
import type { Value } from "../machine/value.ts";

/** What a builtin may touch while it runs; the machine and the reference interpreter each provide it. */
export interface BuiltinScope extends Meter {
  /** Full name of the module whose code calls the builtin. */
  readonly module: string;
  readonly effects: Effects;
}

export type Builtin = {
  /** The module it belongs to: `std.list`. */
  readonly module: string;
  readonly name: string;
  /** As in a source, without `pub` and body: `fn length<a>(xs: List<a>) -> Nat`. */
  readonly declaration: string;
  readonly doc: string;
  /** Conditions in Hopper that hold: `[1, 2].length() == 2`. Tests run them; the reference shows them. */
  readonly examples: readonly string[];
  /** The language version that has it first (C34); undefined: all have it. */
  readonly since?: number;
  /** Gas, charged before `run`; a function of the arguments. */
  readonly cost: (args: readonly Value[]) => number;
  readonly run: (args: readonly Value[], scope: BuiltinScope) => Value;
};
