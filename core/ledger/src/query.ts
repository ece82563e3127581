// Queries (C16): read-only questions to a module about the state as it stands. Their results are
// canonical JSON, equal on all nodes at the same log index.

import { canonicalJson, err, type Json, ok, type Refusal, type Result } from "@juno/base";
import type { LedgerContext } from "./context.ts";
import { Abort, type ContractError, explainError } from "./contract-error.ts";
import { MODULES } from "./module-list.ts";
import type { StateReader } from "./view.ts";

export type QueryRequest = { readonly module: string; readonly query: string; readonly args: Json };

/** `error` is the contract's own, if it is that which refused. */
export type QueryRefusal = Refusal & { readonly error?: ContractError };

export function query(
  context: LedgerContext,
  state: StateReader,
  request: QueryRequest,
): Result<Uint8Array<ArrayBuffer>, QueryRefusal> {
  const module = MODULES.get(request.module);
  if (module === undefined) {
    return err({ code: "module_unknown", detail: `there is no module ${request.module}` });
  }
  const named = module.queries.get(request.query);
  if (named === undefined) {
    const known = [...module.queries.keys()].join(", ");
    const detail = `module ${module.name} has no query ${request.query}; it has ${known}`;
    return err({ code: "query_unknown", detail });
  }
  try {
    const scope = { module: module.name, genesis: context.genesis, state };
    return ok(canonicalJson(named.run(scope, request.args)));
  } catch (error) {
    if (!(error instanceof Abort)) throw error;
    return err({ code: "query_failed", detail: explainError(error.error), error: error.error });
  }
}
