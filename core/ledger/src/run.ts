// Running a command's actions (C11, C12): each on an overlay of its own, or all on one if the command
// is atomic, within one gas limit. A failed action leaves nothing behind but its receipt.

import type { Genesis } from "@juno/proof";
import type { CommandStatus } from "./applied.ts";
import type { Call, ParsedPayload } from "./command.ts";
import { Abort, type ContractError } from "./contract-error.ts";
import { commandGas, GAS, GasMeter } from "./gas.ts";
import { MODULES, type Modules } from "./module-list.ts";
import { ActionScope } from "./native-module.ts";
import { bytesOfRow, type Overlay, overlayOver, overlayUpon, type StoredChange } from "./overlay.ts";
import type { ActionReceipt } from "./receipt.ts";
import type { RowChange, RowReader } from "./view.ts";

type Session = {
  readonly genesis: Genesis;
  readonly modules: Modules;
  readonly signers: ReadonlySet<string>;
  readonly gas: GasMeter;
};

export type Ran = {
  readonly status: CommandStatus;
  readonly gas: number;
  readonly actions: readonly ActionReceipt[];
  readonly changes: readonly RowChange[];
};

/** The error that ended `work`, or undefined if it was done. Anything but an abort is a bug. */
function errorOf(work: () => void): ContractError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof Abort) return error.error;
    throw error;
  }
}

/** Runs one call on `rows`; returns its events. */
function perform(session: Session, rows: Overlay, call: Call): ActionScope["events"] {
  const { genesis, modules, signers, gas } = session;
  gas.charge(call.module, GAS.action);
  const module = modules.get(call.module);
  if (module === undefined) throw new Abort(call.module, "UnknownModule", { module: call.module });
  if (call.version !== undefined && call.version !== module.version) {
    throw new Abort(call.module, "UnknownVersion", { module: call.module, version: call.version });
  }
  const action = module.actions.get(call.action);
  if (action === undefined) {
    throw new Abort(call.module, "UnknownAction", { module: call.module, action: call.action });
  }
  const scope = new ActionScope({ module: module.name, genesis, signers, rows, gas });
  action.run(scope, call.args);
  return scope.events;
}

/** C11: the calls as one transaction upon `below`. */
function transact(
  session: Session,
  below: Overlay,
  calls: readonly Call[],
): ActionReceipt & { done: number } {
  const rows = overlayUpon(below);
  const gasBefore = session.gas.used;
  const events: ActionScope["events"] = [];
  let done = 0;
  const error = errorOf(() => {
    for (const call of calls) {
      // One by one: a call with very many arguments overflows the host's stack.
      for (const event of perform(session, rows, call)) events.push(event);
      done += 1;
    }
  });
  const gas = session.gas.used - gasBefore;
  if (error !== undefined) return { gas, changes: [], events: [], error, done };
  const changes = rows.changes();
  below.absorb(rows);
  return { gas, changes, events, done };
}

function transactAll(session: Session, rows: Overlay, command: ParsedPayload): ActionReceipt[] {
  if (command.atomic) {
    const { done, ...receipt } = transact(session, rows, command.actions);
    return [receipt.error === undefined ? receipt : { ...receipt, at: done }];
  }
  return command.actions.map((call) => {
    const { done: _, ...receipt } = transact(session, rows, [call]);
    return receipt;
  });
}

/** C15: what every module promises about its own rows. */
function assertInvariants(session: Session, changes: readonly StoredChange[]): void {
  for (const module of session.modules.values()) {
    module.assertInvariant(
      session.genesis,
      changes.filter((change) => change.module === module.name),
    );
  }
}

export function runActions(
  world: { genesis: Genesis; modules?: Modules },
  view: RowReader,
  command: ParsedPayload,
): Ran {
  const { genesis, modules = MODULES } = world;
  const session = {
    genesis,
    modules,
    signers: new Set(command.signers),
    gas: new GasMeter(command.gasLimit),
  };
  const rows = overlayOver(view);
  // If this is too much, the limit is used up and every action runs out of gas.
  errorOf(() => session.gas.charge("ledger", commandGas(command)));
  const actions = transactAll(session, rows, command);
  const changes = rows.changes();
  assertInvariants(session, changes);
  return {
    status: actions.every((action) => action.error === undefined) ? "ok" : "failed",
    gas: session.gas.used,
    actions,
    changes: changes.map(({ module, table, key, before, after }) => ({
      module,
      table,
      key,
      before: before && bytesOfRow(before),
      after: after && bytesOfRow(after),
    })),
  };
}
