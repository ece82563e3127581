// Running a command's actions (C11, C12), within one gas limit: each by itself, or all as one if the command is atomic.
// A failed action leaves nothing behind but its receipt: a call writes at its end only, all else writes on an overlay.

import { KnownRows } from "@juno/hopper";
import type { CommandStatus } from "./applied.ts";
import type { ParsedPayload } from "./command.ts";
import type { LedgerContext } from "./context.ts";
import { Abort, type ContractError } from "./contract-error.ts";
import { deploy } from "./deploy.ts";
import { type Done, NOTHING_DONE, ownStep, type Performed, perform, type Session } from "./execution.ts";
import { commandGas, GAS, GasMeter } from "./gas.ts";
import { approve, propose } from "./governance/govern.ts";
import type { ResolvedModule } from "./module-compiler.ts";
import { ModuleRegistry } from "./module-registry.ts";
import { Overlay } from "./overlay.ts";
import type { Action, Call } from "./payload-parts.ts";
import type { ActionReceipt } from "./receipt.ts";
import { redact } from "./redact.ts";
import { addSupplies } from "./supply.ts";
import type { LedgerStep } from "./trace.ts";
import type { RowChange, RowReader } from "./view.ts";

export type Ran = {
  readonly status: CommandStatus;
  readonly gas: number;
  readonly actions: readonly ActionReceipt[];
  readonly changes: readonly RowChange[];
  readonly known: KnownRows;
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

function performCall(session: Session, rows: Overlay, call: Call): Performed {
  const { module: name, action, version } = call;
  const resolved = session.resolved.get(name) ?? resolve(session, rows, name);
  const { module } = resolved;
  if (version !== undefined && version !== module.version) {
    const fields = { module: name, version, deployed: module.version };
    throw new Abort({ name: "UnknownVersion", fields });
  }
  session.gas.charge("action", GAS.module * resolved.closure.size);
  const entry = resolved.compiled.code.actions.find((known) => known.name === action);
  if (entry === undefined) throw new Abort({ name: "UnknownAction", fields: { module: name, action } });
  return perform(session, rows, { module: resolved, entry, args: call.args });
}

/** What a module is to this command, as long as nothing is deployed. */
function resolve({ context, resolved }: Session, rows: Overlay, name: string): ResolvedModule {
  const registry = new ModuleRegistry(context, rows);
  const module = registry.find(name);
  if (module === undefined) throw new Abort({ name: "UnknownModule", fields: { module: name } });
  const found = registry.resolve(module);
  resolved.set(name, found);
  return found;
}

function actionStep(session: Session, action: Action): LedgerStep {
  switch (action.kind) {
    case "deploy":
      return ownStep(session, { kind: "deploy", modules: action.sources.length });
    case "redact":
      return ownStep(session, { kind: "redact", commands: action.commands.length });
    case "propose":
    case "approve":
      return ownStep(session, { kind: action.kind, act: action.act });
    case "call":
      return ownStep(session, { kind: "call", module: action.module, action: action.action });
  }
}

function performOne(session: Session, rows: Overlay, action: Action): Done {
  switch (action.kind) {
    case "call":
      return performCall(session, rows, action);
    case "deploy":
      return deploy(session, rows, action);
    case "redact":
      return redact(session, rows, action);
    case "propose":
      return propose(session, rows, action);
    case "approve":
      return approve(session, rows, action);
  }
}

/** Does the actions upon `below`, in turn, each noted in `parts` once it is done; what they changed together. */
function performAll(
  session: Session,
  below: Overlay,
  actions: readonly Action[],
  parts: Done[],
): readonly RowChange[] {
  const [only] = actions;
  if (actions.length === 1 && only?.kind === "call") {
    // A call changes rows at its end or not at all: alone it needs no overlay of its own.
    session.gas.charge("action", GAS.action);
    session.context.trace?.(actionStep(session, only));
    const done = performCall(session, below, only);
    parts.push(done);
    return done.changes;
  }
  const rows = new Overlay(below);
  for (const action of actions) {
    session.gas.charge("action", GAS.action);
    session.context.trace?.(actionStep(session, action));
    if (action.kind === "deploy") session.resolved.clear();
    parts.push(performOne(session, rows, action));
  }
  const changes = rows.changes();
  below.absorb(changes);
  return changes;
}

/** C11: the actions as one transaction upon `below`. */
function transact(
  session: Session,
  below: Overlay,
  actions: readonly Action[],
): ActionReceipt & { readonly done: number } {
  const { gas } = session;
  const gasBefore = gas.used;
  const parts: Done[] = [];
  let changes: readonly RowChange[] = [];
  const error = errorOf(() => {
    changes = performAll(session, below, actions, parts);
  });
  const used = { gas: gas.used - gasBefore, gasByKind: gas.takeTally() };
  const done = parts.length;
  if (error !== undefined) session.context.trace?.(ownStep(session, { kind: "failed", error }));
  else session.context.trace?.(ownStep(session, { kind: "changed", changes }));
  if (error !== undefined) return { ...used, ...NOTHING_DONE, changes: [], error, done };
  return {
    ...used,
    changes,
    events: parts.flatMap(({ events }) => events),
    supplies: addSupplies(parts.flatMap(({ supplies }) => supplies)),
    grants: parts.flatMap(({ grants }) => grants),
    done,
  };
}

function transactAll(session: Session, rows: Overlay, command: ParsedPayload): ActionReceipt[] {
  if (command.atomic) {
    const { done, ...receipt } = transact(session, rows, command.actions);
    return [receipt.error === undefined ? receipt : { ...receipt, at: done }];
  }
  return command.actions.map((action) => {
    const { done: _, ...receipt } = transact(session, rows, [action]);
    return receipt;
  });
}

export function runActions(
  context: LedgerContext,
  view: RowReader,
  command: ParsedPayload,
  place: { readonly index: number; readonly time: number },
): Ran {
  const { signers, grants } = command;
  const session: Session = {
    context,
    ...place,
    gas: new GasMeter(command.gasLimit),
    known: new KnownRows(),
    resolved: new Map(),
    signers: signers.map((key, at) => ({ key, grants: grants[at]! })),
  };
  const rows = new Overlay(view);
  // If this is too much, the limit is used up and every action runs out of gas.
  errorOf(() => session.gas.charge("action", commandGas(command)));
  session.context.trace?.(ownStep(session, { kind: "command", signers, atomic: command.atomic }));
  // It is the command's own, and no action's.
  session.gas.takeTally();
  const actions = transactAll(session, rows, command);
  return {
    status: actions.every((action) => action.error === undefined) ? "ok" : "failed",
    gas: session.gas.used,
    actions,
    changes: rows.changes(),
    known: session.known,
  };
}
