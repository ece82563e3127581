// Rows and history out of a chain in memory.

import { LogIndex, ok, type Refusal, type Result, refuse } from "@juno/base";
import type { StateReader } from "@juno/ledger";
import type { HistoryPage, HistoryRequest, ModuleSketch, RowPage, RowRequest } from "../backend.ts";
import type { ChainedEntry } from "./memory-chain.ts";

function tableOf(
  modules: readonly ModuleSketch[],
  place: { module: string; table: string },
): Result<undefined, Refusal> {
  const module = modules.find(({ name }) => name === place.module);
  if (module === undefined) return refuse("module_unknown", `There is no module ${place.module}.`);
  if (module.tables.includes(place.table)) return ok(undefined);
  return refuse("table_unknown", `Module ${place.module} has no table ${place.table}.`);
}

export function rowsIn(
  view: StateReader,
  modules: readonly ModuleSketch[],
  request: RowRequest,
): Result<Pick<RowPage, "rows" | "more">, Refusal> {
  const known = tableOf(modules, request);
  if (!known.ok) return known;
  const { module, table, prefix, after, limit } = request;
  const bounds = {
    ...(prefix === undefined ? {} : { prefix }),
    ...(after === undefined ? {} : { after }),
  };
  const found = view.rows({ module, table, limit: limit + 1, ...bounds });
  return ok({ rows: found.slice(0, limit), more: found.length > limit });
}

export function historyIn(
  entries: readonly ChainedEntry[],
  modules: readonly ModuleSketch[],
  request: HistoryRequest,
): Result<HistoryPage, Refusal> {
  const known = tableOf(modules, request);
  if (!known.ok) return known;
  const { module, table, key, from, limit } = request;
  const changes = entries.slice(Math.max(0, from - 1)).flatMap(({ entry, applied }) => {
    const change = applied.changes.find(
      (found) => found.module === module && found.table === table && found.key === key,
    );
    if (change === undefined) return [];
    const { before, after } = change;
    return [{ index: entry.index, time: entry.time, commandId: applied.command?.id, before, after }];
  });
  const more = changes.length > limit;
  const page = changes.slice(0, limit);
  const last = page.at(-1)?.index ?? 0;
  return ok({ changes: page, next: more ? LogIndex(last + 1) : undefined });
}
