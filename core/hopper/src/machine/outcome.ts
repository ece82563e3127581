// What running code is started with and how it ends: the same for the machine and the reference interpreter.

import type { Failure } from "./abort.ts";
import type { FunctionRef } from "./anf.ts";
import type { Effects } from "./effects.ts";
import type { Image } from "./image.ts";
import type { Value } from "./value.ts";

export type Start = {
  readonly image: Image;
  /** A function without captures. */
  readonly fn: FunctionRef;
  /** As many as the function has parameters, and of their types: nothing is checked here. */
  readonly args: readonly Value[];
  readonly effects: Effects;
  readonly gasLimit: number;
};

export type Ended =
  | { readonly kind: "done"; readonly value: Value }
  | { readonly kind: "failed"; readonly failure: Failure };

export type Outcome = Ended | { readonly kind: "running" };
