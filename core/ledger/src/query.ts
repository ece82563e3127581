// Queries (C16): a named read of a module, on the state as of one log index. It changes nothing and costs nothing but
// time, of which it may take what a command may.

import { assert, err, type Json, ok, type Refusal, type Result, utf8 } from "@juno/base";
import { KnownRows, spellValue } from "@juno/hopper";
import type { LedgerContext } from "./context.ts";
import { Abort, type ContractError, explainError } from "./contract-error.ts";
import { type Execution, execute } from "./execution.ts";
import { GasMeter } from "./gas.ts";
import { ModuleRegistry } from "./module-registry.ts";
import type { RowReader } from "./view.ts";

export type QueryRequest = { readonly module: string; readonly query: string; readonly args: Json };

/** `error` is how the module's code ended, if it is that which refused. */
export type QueryRefusal = Refusal & { readonly error?: ContractError };

/** What the state is that is asked: after entry `index`, whose time is the time of the query (L46). */
export type QueryPlace = { readonly index: number; readonly time: number };

/** The result as canonical JSON. */
export function query(
  context: LedgerContext,
  state: RowReader,
  request: QueryRequest,
  place: QueryPlace,
): Result<Uint8Array<ArrayBuffer>, QueryRefusal> {
  const registry = new ModuleRegistry(context, state);
  const deployed = registry.find(request.module);
  if (deployed === undefined) {
    return err({ code: "module_unknown", detail: `there is no module ${request.module}` });
  }
  const module = registry.resolve(deployed);
  const { queries } = module.compiled.code;
  const entry = queries.find(({ name }) => name === request.query);
  if (entry === undefined) {
    const known = queries.length === 0 ? "none" : queries.map(({ name }) => name).join(", ");
    const detail = `module ${deployed.name} has no query ${request.query}; it has ${known}`;
    return err({ code: "query_unknown", detail });
  }
  try {
    return ok(answer(context, state, { module, entry, args: request.args }, place));
  } catch (error) {
    if (!(error instanceof Abort)) throw error;
    return err({ code: "query_failed", detail: explainError(error.error), error: error.error });
  }
}

function answer(
  context: LedgerContext,
  state: RowReader,
  execution: Execution,
  place: QueryPlace,
): Uint8Array<ArrayBuffer> {
  const gas = new GasMeter(context.genesis.limits.commandGasMax);
  const { value, effects } = execute(
    { context, ...place, gas, known: new KnownRows(), resolved: new Map(), signers: [] },
    state,
    execution,
  );
  assert(effects.changes().length === 0 && effects.events().length === 0, "a query only reads");
  const { shape } = execution.entry.result;
  const text = spellValue(shape, effects.scope, value, (bytes) => gas.charge("action", bytes));
  if (text.ok) return utf8(text.value);
  throw new Abort({ name: "NotRepresentable", fields: { ...text.error } });
}
