// What an executor in memory has applied, and what a ledger reader in memory reads: rows, outcomes,
// the outcome tree. It stands for the disk and outlives the executors that are opened on it.

import {
  assert,
  compareBytes,
  Hash,
  hex,
  LogIndex,
  ok,
  parseHex,
  type Refusal,
  type Result,
  refuse,
} from "@juno/base";
import {
  apply,
  type CommandStatus,
  chunksOf,
  type LedgerContext,
  MemoryView,
  type RowAddress,
  type SnapshotId,
} from "@juno/ledger";
import {
  appendLeaf,
  EMPTY_FRONTIER,
  type Entry,
  encodeManifest,
  type Frontier,
  inclusionPath,
  outcomeLeaf,
  rootOf,
  stateRootOf,
} from "@juno/proof";
import type { Applied, EntryOutcome, MadeSnapshot } from "../executor.ts";
import { MemorySnapshotStore } from "./memory-snapshot-store.ts";

/** Which entry answers for an id. */
type Answering = { readonly index: number; readonly status: CommandStatus; readonly spends: boolean };

const nodeKey = (level: number, position: number): string => `${level}/${position}`;
const rowKey = ({ module, table, key }: RowAddress): string => `${module}\0${table}\0${key}`;

export class MemoryState {
  readonly context: LedgerContext;
  readonly view = new MemoryView();
  /** Of entry i at i-1. */
  readonly outcomes: EntryOutcome[] = [];
  readonly snapshots: MemorySnapshotStore;
  readonly #nodes = new Map<string, Hash>();
  #frontier: Frontier = EMPTY_FRONTIER;
  readonly #commands = new Map<string, Answering>();
  readonly #history = new Map<string, number[]>();

  constructor(context: LedgerContext) {
    this.context = context;
    this.snapshots = new MemorySnapshotStore(context.sha256);
  }

  get applied(): Applied {
    const root = rootOf(this.context.sha256, this.#frontier);
    return { index: LogIndex(this.outcomes.length), root };
  }

  /** H at the applied index. */
  get hash(): Hash {
    return this.outcomes.at(-1)?.entry.hash ?? this.context.genesis.network;
  }

  /** Log time, in milliseconds. */
  get time(): number {
    return this.outcomes.at(-1)?.entry.time ?? 0;
  }

  applyEntry(entry: Entry): EntryOutcome {
    assert(entry.index === this.outcomes.length + 1, "entries are applied in order");
    const yielded = apply(this.context, this.view, entry);
    const previousHash = this.hash;
    this.view.accept(yielded, entry);
    const { receipt, receiptHash, command, changes } = yielded;
    if (command !== undefined) this.#answer(entry.index, command);
    for (const change of changes) {
      const key = rowKey(change);
      const indexes = this.#history.get(key) ?? [];
      this.#history.set(key, [...indexes, entry.index]);
    }
    const { sha256 } = this.context;
    const leaf = outcomeLeaf(sha256, { entryHash: entry.hash, receiptHash });
    const { frontier, nodes } = appendLeaf(sha256, this.#frontier, leaf);
    this.#frontier = frontier;
    for (const { level, position, hash } of nodes) this.#nodes.set(nodeKey(level, position), hash);
    const outcome = { entry, previousHash, receipt, command };
    this.outcomes.push(outcome);
    return outcome;
  }

  /** C21: makes the snapshot of the state as it is, if the last entry is one that has it made. */
  makeSnapshot(): MadeSnapshot | undefined {
    const { sha256, genesis } = this.context;
    const { checkpointEntries, snapshotCheckpoints } = genesis.limits;
    const last = this.outcomes.at(-1);
    if (last === undefined || last.entry.index % (checkpointEntries * snapshotCheckpoints) !== 0)
      return undefined;
    const stateRoot = stateRootOf(last.receipt);
    assert(stateRoot !== undefined, "the receipt of a checkpoint states the root");
    const { epoch, index, hash, term, time } = last.entry;
    const rows = this.view.all();
    const ids = this.#spentIds();
    const chunks = chunksOf({ rows, ids });
    const manifest = encodeManifest({
      ...{ network: genesis.network, epoch, index, hash, term, time, stateRoot },
      ...{ peaks: this.#frontier.peaks, rows: rows.length, ids: ids.length },
      chunks: chunks.map((chunk) => ({ bytes: chunk.length, hash: sha256(chunk) })),
    });
    return this.snapshots.put(manifest, chunks);
  }

  #spentIds(): SnapshotId[] {
    const ids = this.view.window().map(({ id, index, expires }): SnapshotId => {
      const answering = this.#commands.get(id);
      assert(answering !== undefined, "a spent id has an answer");
      return { id: Hash(parseHex(id, 32)!), index, expires, status: answering.status };
    });
    return ids.sort((a, b) => a.expires - b.expires || compareBytes(a.id, b.id));
  }

  /** The state as it was after an earlier entry: everything up to it is applied again. */
  past(index: LogIndex): Result<MemoryState, Refusal> {
    if (index > this.outcomes.length)
      return refuse("entry_unknown", `the log ends at ${this.outcomes.length}`);
    const past = new MemoryState(this.context);
    for (const { entry } of this.outcomes.slice(0, index)) past.applyEntry(entry);
    return ok(past);
  }

  path(place: { index: number; size: number }): Hash[] {
    const { index, size } = place;
    assert(
      index >= 1 && index <= size && size <= this.outcomes.length,
      "paths are asked for what is applied",
    );
    const read = (level: number, position: number): Hash => this.#nodes.get(nodeKey(level, position))!;
    return inclusionPath(this.context.sha256, read, { leaf: index - 1, size });
  }

  /** The entry that spent the id or, while none has, the first that carries it. */
  answering(id: Hash): Answering | undefined {
    return this.#commands.get(hex(id));
  }

  /** Indexes of the entries that changed a row, ascending. */
  changesOf(address: RowAddress): readonly number[] {
    return this.#history.get(rowKey(address)) ?? [];
  }

  #answer(index: number, command: { id: Hash; status: CommandStatus; spends: boolean }): void {
    const { status, spends } = command;
    const id = hex(command.id);
    if (spends || !this.#commands.has(id)) this.#commands.set(id, { index, status, spends });
  }
}
