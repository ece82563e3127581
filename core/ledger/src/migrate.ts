// Rows of tables that an upgrade gives another form (L45): each is read as the version before wrote it, and replaced by what the
// new version makes of it, in the order of their keys, for what that costs. One that fails ends the deployment.

import { type Json, jsonObject } from "@juno/base";
import type { CommandEffects, Meter, MigrationCode, Program } from "@juno/hopper";
import { abortOf } from "./code-failure.ts";
import { Abort } from "./contract-error.ts";
import { effectsOf, ownStep, runFunction, type Session } from "./execution.ts";
import { programOf, type ResolvedModule } from "./module-compiler.ts";
import type { Overlay } from "./overlay.ts";

type Migrating = {
  readonly session: Session;
  readonly program: Program;
  readonly module: ResolvedModule;
  readonly effects: CommandEffects;
};

/** Throws an Abort if a row cannot be replaced; then nothing was written. */
export function migrate(
  session: Session,
  rows: Overlay,
  module: ResolvedModule,
  migrations: readonly MigrationCode[],
): void {
  const effects = effectsOf(session, rows, module);
  const migrating = { session, program: programOf(module), module, effects };
  for (const migration of migrations) replaceRows(migrating, migration);
  // C15, as for an action.
  effects.assertConserved();
  rows.absorb(effects.changes());
}

function replaceRows(migrating: Migrating, migration: MigrationCode): void {
  const { session, program, module, effects } = migrating;
  const { name } = module.module;
  const { table, fn } = migration;
  const meter: Meter = {
    charge: (amount) => session.gas.charge("rows", amount),
    fail: (error, fields) => {
      throw new Abort({ name: error, fields: jsonObject({ ...fields }) });
    },
  };
  for (const { key, values } of effects.oldRows({ module: name, table }, migration.old, meter)) {
    session.context.trace?.(ownStep(session, { kind: "migrate", module: name, table, key }));
    const { machine, outcome } = runFunction(session, { module, fn, args: values, effects });
    if (outcome.kind === "done") continue;
    const { gas } = session;
    const ran = { machine, codes: program.codes, scope: effects.scope, closure: module.closure, gas };
    throw ofRow(abortOf(outcome.failure, ran), { module: name, table, key });
  }
}

/** Says which row it was, unless it is none's fault. */
function ofRow({ error }: Abort, row: { module: string; table: string; key: string }): Abort {
  if (error.name === "OutOfGas") return new Abort(error);
  const { module, name, fields, place } = error;
  const cause: Json = jsonObject({ module, name, fields });
  const failed = { name: "MigrationFailed", fields: jsonObject({ ...row, error: cause }) };
  return new Abort({ ...failed, ...(place === undefined ? {} : { place }) });
}
