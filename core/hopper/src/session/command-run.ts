// One command on a ledger in memory: an action or a query of a program, called as a command calls it, with its
// arguments as JSON. What it did is told; whether the state is kept is the caller's business.

import { assert, type Json, type JsonObject, type Sha256 } from "@juno/base";
import { fromJson } from "../machine/border/read.ts";
import { refusalText } from "../machine/border/scope.ts";
import { toJson } from "../machine/border/spell.ts";
import type { CommandEffects } from "../machine/command-effects.ts";
import type { GasByKind } from "../machine/gas.ts";
import type { Entry } from "../machine/module-code.ts";
import type { SupplyChange } from "../machine/state/coin-tally.ts";
import type { EmittedEvent } from "../machine/state/effects-state.ts";
import type { RowChange } from "../machine/state/row-overlay.ts";
import type { Value } from "../machine/value.ts";
import type { Machine } from "../machine/vm.ts";
import { placesOf } from "../testing/failed-places.ts";
import type { ProgramImage } from "../testing/program-image.ts";
import { failureFields, type TestFailure } from "../testing/test-run.ts";
import { coinTexts } from "./coin-text.ts";
import type { SessionState } from "./session-state.ts";

/** What came of running something; empty lists if it failed. */
export type Done = {
  readonly gas: number;
  readonly gasByKind: GasByKind;
  readonly changes: readonly RowChange[];
  readonly supply: readonly SupplyChange[];
  /** The same, for people: `minted 100.00 USD`. */
  readonly coins: readonly string[];
  readonly events: readonly EmittedEvent[];
  readonly time: number;
} & ({ readonly value: Value } | { readonly failure: TestFailure });

export type CommandDone = Done & {
  /** The answer, if it has a form outside. */
  readonly result: Json | undefined;
};

/** Runs the machine to its end and tells what it did. */
export function finish(program: ProgramImage, machine: Machine, effects: CommandEffects): Done {
  const outcome = machine.run();
  const used = { gas: machine.gasUsed, gasByKind: machine.gasByKind, time: effects.now };
  if (outcome.kind === "done") {
    const { value } = outcome;
    const supply = effects.supplyChanges();
    const coins = supply.flatMap((change) => coinTexts(effects.scope, change));
    return { ...used, value, changes: effects.changes(), supply, coins, events: [...effects.events()] };
  }
  assert(outcome.kind === "failed", "a machine without slices runs to its end");
  const places = placesOf(machine.state, outcome.failure).flatMap((place) => program.spanOf(place) ?? []);
  const fields = failureFields(program, effects, outcome.failure);
  const failure = { error: outcome.failure.error, fields, places };
  return { ...used, failure, changes: [], supply: [], coins: [], events: [] };
}

export type CommandCall = {
  readonly program: ProgramImage;
  readonly state: SessionState;
  readonly sha256: Sha256;
  readonly module: string;
  readonly entry: Entry;
  readonly args: JsonObject;
  readonly signers: readonly string[];
  readonly gasLimit: number;
};

/** The argument of this name, or why it cannot be one. */
export type ArgumentRefusal = { readonly parameter: string; readonly sentence: string };

export function runCommand(call: CommandCall): CommandDone | ArgumentRefusal {
  const { program, state, sha256, module, entry, signers, gasLimit } = call;
  const effects = program.effects({ world: state.world(sha256, signers), entry: module });
  const args: Value[] = [];
  for (const { name, shape, type } of entry.parameters) {
    const json = call.args.get(name);
    if (json === undefined) return { parameter: name, sentence: `it is missing: a ${type} is expected` };
    const value = fromJson(shape, effects.scope, json, "refuse");
    if (!value.ok) return { parameter: name, sentence: refusalText(value.error) };
    args.push(value.value);
  }
  const machine = program.start({ fn: { module, name: entry.fn }, args, effects, gasLimit });
  const done = finish(program, machine, effects);
  if (!("value" in done)) return { ...done, result: undefined };
  effects.assertConserved();
  const result = toJson(entry.result.shape, effects.scope, done.value);
  return { ...done, result: result.ok ? result.value : undefined };
}
