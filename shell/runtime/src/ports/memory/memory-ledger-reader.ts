// The LedgerReader port in memory, over what a MemoryState has applied.

import { assert, type Hash, hex, LogIndex, ok, type Refusal, type Result } from "@juno/base";
import {
  describeModule,
  knownTable,
  listModules,
  type QueryRefusal,
  query,
  type RowAddress,
  type RowChange,
  receiptChanges,
  redactionOf,
  simulate,
} from "@juno/ledger";
import { type AppliedEntry, type Entry, type EntryHeader, type EntryProof, redactedParts } from "@juno/proof";
import type {
  AsOf,
  HistoryPage,
  HistoryRequest,
  PrunedCommand,
  QueryRequest,
  RowPage,
  RowRequest,
} from "../backend.ts";
import {
  type CheckpointRow,
  type CommandRecord,
  type LedgerReader,
  PAGE_BYTES_MAX,
  PAGE_ITEMS_MAX,
  pruned,
} from "../ledger-reader.ts";
import type { LogStore } from "../log-store.ts";
import type { MemoryState } from "./memory-state.ts";

export class MemoryLedgerReader implements LedgerReader {
  readonly #state: MemoryState;
  readonly #log: LogStore;

  constructor(parts: { state: MemoryState; log: LogStore }) {
    this.#state = parts.state;
    this.#log = parts.log;
  }

  async applied(): Promise<AsOf> {
    return this.#state.applied;
  }

  async entries(range: {
    from: LogIndex;
    limit: number;
    bytesMax: number;
  }): Promise<Result<readonly AppliedEntry[], Refusal>> {
    const { applied } = this.#state;
    const floor = await this.#floor();
    if (range.from <= floor) return pruned(floor);
    const to = Math.min(applied.index, range.from + Math.min(range.limit, PAGE_ITEMS_MAX) - 1);
    if (to < range.from) return ok([]);
    const bytesMax = Math.min(range.bytesMax, PAGE_BYTES_MAX);
    const entries = await this.#log.read({ from: range.from, to: LogIndex(to), bytesMax });
    return ok(
      entries.map((entry) => {
        const { previousHash, receipt } = this.#state.outcomeAt(entry.index)!;
        return { entry, previousHash, receipt };
      }),
    );
  }

  async entryProof(index: LogIndex): Promise<Result<EntryProof | undefined, Refusal>> {
    const floor = await this.#floor();
    if (index >= 1 && index <= floor) return pruned(floor);
    const outcome = this.#state.outcomeAt(index);
    if (outcome === undefined) return ok(undefined);
    const to = LogIndex(Number.MAX_SAFE_INTEGER);
    const commit = await this.#log.commitProof({ from: index, to });
    if (commit === undefined) return ok(undefined);
    const bytesMax = Number.MAX_SAFE_INTEGER;
    const above = await this.#log.read({ from: LogIndex(index + 1), to: commit.index, bytesMax });
    const { entry, previousHash } = outcome;
    return ok({ header: headerOf(entry), previousHash, through: above.map(headerOf), commit });
  }

  /** Up to here entries, or their outcomes, are not held any more. */
  async #floor(): Promise<LogIndex> {
    return LogIndex(Math.max((await this.#log.floor())?.index ?? 0, this.#state.floor));
  }

  async command(id: Hash): Promise<CommandRecord | PrunedCommand | undefined> {
    const answering = this.#state.answering(id);
    if (answering === undefined) return undefined;
    const at = LogIndex(answering.index);
    if (at <= (await this.#floor())) return { kind: "pruned", status: answering.status, index: at };
    const { previousHash, receipt } = this.#state.outcomeAt(at)!;
    const [entry] = await this.#log.read({ from: at, to: at, bytesMax: 1 });
    assert(entry !== undefined, "an applied entry is in the log");
    const parts = redactedParts(this.#state.context.sha256, entry.body);
    assert(parts.ok, "an entry that answers for a command holds one");
    const order = redactionOf(this.#state.view, answering.index);
    return {
      id,
      status: answering.status,
      header: headerOf(entry),
      previousHash,
      hash: entry.hash,
      signaturesHash: parts.value.signaturesHash,
      redactedBy: order?.id === hex(id) ? LogIndex(order.by) : undefined,
      receipt,
    };
  }

  async rows(request: RowRequest): Promise<Result<RowPage, Refusal>> {
    const { context, applied } = this.#state;
    const limit = Math.min(request.limit, PAGE_ITEMS_MAX);
    const { module, table, prefix, after, at } = request;
    const floor = await this.#floor();
    if (at !== undefined && at < floor) return pruned(floor);
    const past = at === undefined || at === applied.index ? ok(this.#state) : await this.#state.past(at);
    if (!past.ok) return past;
    const known = knownTable(context, past.value.view, request);
    if (!known.ok) return known;
    const found = past.value.view.rows({
      module,
      table,
      limit: limit + 1,
      ...(prefix === undefined ? {} : { prefix }),
      ...(after === undefined ? {} : { after }),
    });
    const rows = found.slice(0, limit);
    return ok({ ...past.value.applied, rows, next: found.length > limit ? rows.at(-1)?.key : undefined });
  }

  async rowProof({ module, table, key }: RowAddress): Promise<Result<CheckpointRow | undefined, Refusal>> {
    const { context, view, applied } = this.#state;
    const address = { module, table, key };
    const known = knownTable(context, view, address);
    if (!known.ok) return known;
    const index = applied.index - (applied.index % context.genesis.limits.checkpointEntries);
    if (index <= (await this.#floor())) return ok(undefined);
    const { entry, previousHash, receipt } = this.#state.outcomeAt(index)!;
    const later = this.#state.changesOf(address).find((at) => at > index);
    const row =
      later === undefined
        ? view.row(address)
        : changeIn(this.#state.outcomeAt(later)!.receipt, address).before;
    const checkpoint = { header: headerOf(entry), previousHash, hash: entry.hash, receipt };
    return ok({ row, proof: view.prove(context.sha256, address), checkpoint });
  }

  async history(request: HistoryRequest): Promise<Result<HistoryPage, Refusal>> {
    const { from } = request;
    const floor = await this.#floor();
    if (from <= floor) return pruned(floor);
    // A26: what changed in a table shows that there was one.
    const known = knownTable(this.#state.context, this.#state.view, request);
    if (!known.ok && !this.#state.hasChanged(request)) return known;
    const limit = Math.min(request.limit, PAGE_ITEMS_MAX);
    const indexes = this.#state.changesOf(request).filter((index) => index >= from);
    const changes = indexes.slice(0, limit).map((index) => {
      const { entry, receipt, command } = this.#state.outcomeAt(index)!;
      const { before, after } = changeIn(receipt, request);
      return { index: entry.index, time: entry.time, commandId: command?.id, before, after };
    });
    const next = indexes[limit];
    return ok({ changes, next: next === undefined ? undefined : LogIndex(next) });
  }

  async modules(): Promise<Uint8Array> {
    return listModules(this.#state.context, this.#state.view);
  }

  async module(name: string): Promise<Uint8Array | undefined> {
    return describeModule(this.#state.context, this.#state.view, name);
  }

  async query(
    request: Omit<QueryRequest, "consistency">,
  ): Promise<Result<AsOf & { readonly result: Uint8Array }, QueryRefusal>> {
    const { context, view, applied, time } = this.#state;
    const result = query(context, view, request, { index: applied.index, time });
    return result.ok ? ok({ ...applied, result: result.value }) : result;
  }

  async simulate(trial: {
    payload: Uint8Array;
    time: number;
  }): Promise<Result<{ readonly index: LogIndex; readonly receipt: Uint8Array }, Refusal>> {
    const { context, view, applied } = this.#state;
    const index = LogIndex(applied.index + 1);
    const yielded = simulate(context, view, trial.payload, { index, time: trial.time });
    return yielded.ok ? ok({ index, receipt: yielded.value.receipt }) : yielded;
  }

  async close(): Promise<void> {}
}

function headerOf({ epoch, index, term, time, kind, bodyDigest }: Entry): EntryHeader {
  return { epoch, index, term, time, kind, bodyDigest };
}

function changeIn(receipt: Uint8Array, { module, table, key }: RowAddress): RowChange {
  const changes = receiptChanges(receipt);
  const change =
    changes.ok && changes.value.find((at) => at.module === module && at.table === table && at.key === key);
  assert(change !== false && change !== undefined, "a receipt holds every change of its entry");
  return change;
}
