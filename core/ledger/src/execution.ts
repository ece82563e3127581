// Running an entry of a deployed module (C14): on the rows that are given, within what is left of the command's gas. What
// it does is gathered by the language's effects, and becomes rows only if it was done whole (C11).

import { assert, type Json } from "@juno/base";
import {
  type CommandEffects,
  type EmittedEvent,
  type Entry,
  type KnownRows,
  type Machine,
  type Outcome,
  type Signer,
  type SpentGrant,
  TracedRun,
  type Value,
} from "@juno/hopper";
import { readArguments } from "./arguments.ts";
import { abortOf } from "./code-failure.ts";
import type { LedgerContext } from "./context.ts";
import type { GasMeter } from "./gas.ts";
import { holdersOf } from "./governance/client-state.ts";
import { programOf, type ResolvedModule } from "./module-compiler.ts";
import { ModuleRegistry } from "./module-registry.ts";
import type { Overlay } from "./overlay.ts";
import { type Supply, suppliesOf } from "./supply.ts";
import { type LedgerDeed, type LedgerStep, ledgerStep } from "./trace.ts";
import type { RowChange, RowReader } from "./view.ts";

/** One command, or one query, while it runs. */
export type Session = {
  readonly context: LedgerContext;
  /** The entry's. */
  readonly index: number;
  readonly time: number;
  readonly gas: GasMeter;
  readonly known: KnownRows;
  /** Modules that were called, until one is deployed. */
  readonly resolved: Map<string, ResolvedModule>;
  /** Who signed, with what is left of what they grant: a grant holds for the command as a whole. */
  signers: readonly Signer[];
};

/** What an action did besides rows. */
export type Done = {
  readonly events: readonly EmittedEvent[];
  readonly supplies: readonly Supply[];
  readonly grants: readonly SpentGrant[];
};

export type Performed = Done & { readonly changes: readonly RowChange[] };

export const NOTHING_DONE: Done = { events: [], supplies: [], grants: [] };

export type Execution = { readonly module: ResolvedModule; readonly entry: Entry; readonly args: Json };

export function effectsOf(session: Session, rows: RowReader, module: ResolvedModule): CommandEffects {
  const { context, time, signers, known } = session;
  const world = {
    sha256: context.sha256,
    time,
    signers,
    roles: (role: string) => holdersOf(context, rows, role),
    known,
    module: (name: string) => new ModuleRegistry(context, rows).codeOf(name),
    row: (address: Parameters<RowReader["row"]>[0]) => rows.row(address),
    keys: (range: Parameters<RowReader["keys"]>[0]) => rows.keys(range),
  };
  return programOf(module).effects({ world, entry: module.module.name });
}

/** The entry's result, and what it did, which is nowhere yet. Throws an Abort if it did not end well. */
export function execute(
  session: Session,
  rows: RowReader,
  { module, entry, args }: Execution,
): { readonly value: Value; readonly effects: CommandEffects } {
  const { gas } = session;
  const program = programOf(module);
  const effects = effectsOf(session, rows, module);
  const values = readArguments(entry, effects.scope, args);
  const { machine, outcome } = runFunction(session, { module, fn: entry.fn, args: values, effects });
  if (outcome.kind === "done") return { value: outcome.value, effects };
  throw abortOf(outcome.failure, {
    machine,
    codes: program.codes,
    scope: effects.scope,
    closure: module.closure,
    gas,
  });
}

/** Runs one of the module's functions to its end, within what is left of the command's gas. */
export function runFunction(
  { context, gas }: Session,
  run: {
    readonly module: ResolvedModule;
    readonly fn: string;
    readonly args: readonly Value[];
    readonly effects: CommandEffects;
  },
): { readonly machine: Machine; readonly outcome: Exclude<Outcome, { readonly kind: "running" }> } {
  const { module, args, effects } = run;
  const { closure } = module;
  const program = programOf(module);
  const { trace } = context;
  const gasBefore = gas.used;
  const traced =
    trace &&
    new TracedRun({ program, closure, effects, sink: (step) => trace(ledgerStep(step, closure, gasBefore)) });
  const fn = { module: module.module.name, name: run.fn };
  const machine = program.start({ fn, args, effects: traced?.effects ?? effects, gasLimit: gas.left });
  const outcome = traced === undefined ? machine.run() : traced.run(machine);
  gas.take(machine.gasByKind);
  assert(outcome.kind !== "running", "a machine that is not paused runs to its end");
  return { machine, outcome };
}

/** What the ledger does itself, for a trace. */
export const ownStep = ({ gas }: Session, deed: LedgerDeed): LedgerStep => ({
  ...deed,
  depth: 0,
  gas: gas.used,
  place: undefined,
});

/** Runs an action, or `init`, and writes what it changed; nothing if it throws. */
export function perform(session: Session, rows: Overlay, execution: Execution): Performed {
  const { effects } = execute(session, rows, execution);
  // C15: a node on which coins are not conserved stops before anything of it is told (L41).
  effects.assertConserved();
  const changes = effects.changes();
  rows.absorb(changes);
  session.signers = effects.signersLeft();
  const done = { events: effects.events(), supplies: suppliesOf(effects), grants: effects.grantsSpent() };
  return { ...done, changes };
}
