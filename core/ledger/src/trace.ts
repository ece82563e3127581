// What applying a command tells whoever asks how it went (P20): its actions, what a deployment does, and each run of code
// step by step with its place in the source. It is told along the way, and nothing is decided by it.

import type { CompiledModule, TraceDeed, TraceStep } from "@juno/hopper";
import type { ContractError, SourcePlace } from "./contract-error.ts";
import { lineAt, positionIn } from "./source-lines.ts";
import type { RowChange } from "./view.ts";

export type TracePlace = SourcePlace & {
  /** The line of the source. */
  readonly code: string;
};

export type LedgerDeed =
  | { readonly kind: "command"; readonly signers: readonly string[]; readonly atomic: boolean }
  | { readonly kind: "call"; readonly module: string; readonly action: string }
  | { readonly kind: "deploy"; readonly modules: number }
  | { readonly kind: "redact"; readonly commands: number }
  | { readonly kind: "propose" | "approve"; readonly act: string }
  | { readonly kind: "module"; readonly module: string; readonly version: number; readonly hash: string }
  /** L45: a row is made anew by what the new version says. */
  | { readonly kind: "migrate"; readonly module: string; readonly table: string; readonly key: string }
  | { readonly kind: "init"; readonly module: string }
  | { readonly kind: "failed"; readonly error: ContractError }
  | { readonly kind: "changed"; readonly changes: readonly RowChange[] };

export type LedgerStep = (LedgerDeed | TraceDeed) & {
  /** How deep in calls of functions; 0 for what the ledger does itself. */
  readonly depth: number;
  /** Used by the command so far. */
  readonly gas: number;
  /** The innermost place in a module that is deployed; undefined where there is none. */
  readonly place: TracePlace | undefined;
};

export type Trace = (step: LedgerStep) => void;

/** A run's step, its places looked up in the sources; `gasBefore` is what the command had used before the run. */
export function ledgerStep(
  { places, gas, depth, ...deed }: TraceStep,
  closure: ReadonlyMap<string, CompiledModule>,
  gasBefore: number,
): LedgerStep {
  return { ...deed, depth: depth + 1, gas: gasBefore + gas, place: placeIn(places, closure) };
}

function placeIn(
  places: TraceStep["places"],
  closure: ReadonlyMap<string, CompiledModule>,
): TracePlace | undefined {
  for (const { module, offset } of places) {
    const source = closure.get(module)?.source;
    // Code that nobody wrote stands at offset 0, where every source has its header.
    if (source === undefined || offset === 0) continue;
    return { module, ...positionIn(source, offset), code: lineAt(source, offset) };
  }
  return undefined;
}
