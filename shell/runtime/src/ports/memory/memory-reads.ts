// Rows, history and what a node tells of itself, out of a chain in memory.

import { LogIndex, ok, type Refusal, type Result, refuse, Term } from "@juno/base";
import {
  activationIn,
  governedIn,
  KNOWN_VERSIONS,
  knownTable,
  type LedgerContext,
  type RowAddress,
} from "@juno/ledger";
import type { ProvenRow } from "@juno/proof";
import { ledgerHaltOf } from "../../ledger-halt.ts";
import { versionsOf } from "../../versions.ts";
import type { HistoryPage, HistoryRequest, Metric, NodeStatus, RowPage, RowRequest } from "../backend.ts";
import type { MemoryChain } from "./memory-chain.ts";

export function rowsIn(
  context: LedgerContext,
  chain: MemoryChain,
  request: RowRequest,
): Result<RowPage, Refusal> {
  const { module, table, prefix, after, limit, at = chain.index } = request;
  if (at > chain.index) return refuse("entry_unknown", `the log ends at ${chain.index}`);
  const view = chain.viewAt(at);
  const known = knownTable(context, view, request);
  if (!known.ok) return known;
  const bounds = {
    ...(prefix === undefined ? {} : { prefix }),
    ...(after === undefined ? {} : { after }),
  };
  const found = view.rows({ module, table, limit: limit + 1, ...bounds });
  const rows = found.slice(0, limit);
  const next = found.length > limit ? rows.at(-1)?.key : undefined;
  return ok({ index: at, root: chain.rootAt(at), rows, next });
}

/** The row as of the last checkpoint. */
export function rowProofIn(
  context: LedgerContext,
  chain: MemoryChain,
  { module, table, key }: RowAddress,
): Result<ProvenRow | undefined, Refusal> {
  const { view, entries } = chain;
  const address = { module, table, key };
  const known = knownTable(context, view, address);
  if (!known.ok) return known;
  const index = entries.length - (entries.length % context.genesis.limits.checkpointEntries);
  if (index === 0) return ok(undefined);
  const later = entries
    .slice(index)
    .flatMap(({ applied }) => applied.changes)
    .find((change) => change.module === module && change.table === table && change.key === key);
  const row = later === undefined ? view.row(address) : later.before;
  const checkpoint = chain.receiptProof(LogIndex(index));
  return ok({ ...address, row, proof: view.prove(context.sha256, address), checkpoint });
}

export function historyIn(
  context: LedgerContext,
  chain: Pick<MemoryChain, "entries" | "view">,
  request: HistoryRequest,
): Result<HistoryPage, Refusal> {
  const known = knownTable(context, chain.view, request);
  if (!known.ok) return known;
  const { module, table, key, from, limit } = request;
  const changes = chain.entries.slice(Math.max(0, from - 1)).flatMap(({ entry, applied }) => {
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

/** What a node would count. */
export function metricsIn(counters: ReadonlyMap<string, number>, applied: number): readonly Metric[] {
  const refused = [...counters].filter(([name]) => name.startsWith("refused_"));
  const samples = refused.map(([name, value]) => ({ labels: { code: name.slice(8) }, value }));
  return [
    { name: "commands_refused_total", help: "Commands refused, by code", kind: "counter", samples },
    {
      name: "applied_index",
      help: "The last applied entry",
      kind: "gauge",
      samples: [{ labels: {}, value: applied }],
    },
  ];
}

/** What a node says of itself that leads, and to which nothing ever happened. */
export function statusIn(
  { electorate, index, root, view }: MemoryChain,
  genesis: LedgerContext["genesis"],
  now: Pick<NodeStatus, "time" | "pending">,
): NodeStatus {
  return {
    ...{ state: "voter", mode: "normal", role: "leader", epoch: electorate.epoch, term: Term(1) },
    leader: { node: electorate.voters[0]!.id, url: undefined },
    uptimeMs: 0,
    ...{ stored: index, certified: index, committed: index, applied: { index, root } },
    prunedThrough: LogIndex(0),
    redactions: { ordered: 0, pending: 0 },
    halted: undefined,
    ledgerHalt: ledgerHaltOf(governedIn({ genesis }, view), genesis),
    versions: versionsOf({ known: KNOWN_VERSIONS }, activationIn(view), index),
    queues: { frames: 0, clients: 0 },
    ...{ peers: [], stall: undefined, evidence: [], notReadyBecause: [], counters: {} },
    ...now,
  };
}
