// What a traced run tells, step by step: functions entered and left, rows, authority, coins, events, and how it
// failed. Steps are data for whoever shows them; nothing that runs depends on them.

import type { Place } from "../machine/abort.ts";
import type { TableOperation } from "../machine/anf.ts";

/** A value as canonical JSON text; undefined if it has no text, or one that is too long to be told. */
export type Told = string | undefined;

export type TraceDeed =
  | {
      readonly kind: "enter";
      readonly module: string;
      readonly fn: string;
      /** Without a name where the function is one that the checker made of a closure. */
      readonly args: readonly { readonly name: string | undefined; readonly value: Told }[];
    }
  | { readonly kind: "leave"; readonly module: string; readonly fn: string; readonly value: Told }
  | {
      readonly kind: "row";
      readonly operation: TableOperation;
      readonly module: string;
      readonly table: string;
      /** The row's key as text; none for `keys`. */
      readonly key: Told;
      /** What was found or is written; the keys for `keys`, and whether there is one for `has`. */
      readonly value: Told;
      readonly failed: boolean;
    }
  /** L43: whether the signers satisfy the policy. */
  | { readonly kind: "signed"; readonly module: string; readonly policy: Told; readonly holds: boolean }
  /** L43: whether somebody may use the capability, by a signature or a grant. */
  | {
      readonly kind: "allowed";
      readonly module: string;
      readonly policy: Told;
      readonly capability: string;
      readonly fields: Told;
      readonly holds: boolean;
    }
  | { readonly kind: "mint" | "burn"; readonly coin: Told; readonly failed: boolean }
  | {
      readonly kind: "emit";
      readonly module: string;
      readonly event: string;
      readonly fields: Told;
      readonly failed: boolean;
    }
  | { readonly kind: "abort"; readonly error: string };

export type TraceStep = TraceDeed & {
  /** How many functions of deployed modules have not returned. */
  readonly depth: number;
  /** Used by the run so far. */
  readonly gas: number;
  /** Where it happened, innermost first: callers follow. Empty where that says nothing. */
  readonly places: readonly Place[];
};

export type TraceSink = (step: TraceStep) => void;
