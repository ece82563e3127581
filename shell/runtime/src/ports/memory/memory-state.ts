// What an executor in memory has applied, and what a ledger reader in memory reads: rows, outcomes,
// the outcome tree. It stands for the disk and outlives the executors that are opened on it.

import {
  assert,
  compareBytes,
  equalBytes,
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
  decodeChunk,
  type LedgerContext,
  MemoryView,
  type RowAddress,
  type SnapshotId,
  type SnapshotRow,
} from "@juno/ledger";
import {
  appendLeaf,
  decodeManifest,
  EMPTY_FRONTIER,
  type Entry,
  encodeManifest,
  type Frontier,
  inclusionPath,
  outcomeLeaf,
  peakNodes,
  rootOf,
  type SnapshotManifest,
  stateRootOf,
} from "@juno/proof";
import type { Applied, EntryOutcome, MadeSnapshot } from "../executor.ts";
import { pruned } from "../ledger-reader.ts";
import { MemorySnapshotStore } from "./memory-snapshot-store.ts";

/** Which entry answers for an id. */
type Answering = { readonly index: number; readonly status: CommandStatus; readonly spends: boolean };

const nodeKey = (level: number, position: number): string => `${level}/${position}`;
const rowKey = ({ module, table, key }: RowAddress): string => `${module}\0${table}\0${key}`;

export class MemoryState {
  readonly context: LedgerContext;
  view = new MemoryView();
  /** Consecutive, the first right above the base. */
  readonly outcomes: EntryOutcome[] = [];
  readonly snapshots: MemorySnapshotStore;
  /** The snapshot that this state began with. */
  #base: SnapshotManifest | undefined;
  readonly #nodes = new Map<string, Hash>();
  #frontier: Frontier = EMPTY_FRONTIER;
  readonly #commands = new Map<string, Answering>();
  readonly #history = new Map<string, number[]>();

  constructor(context: LedgerContext, snapshots = new MemorySnapshotStore(context.sha256)) {
    this.context = context;
    this.snapshots = snapshots;
  }

  /** Becomes what the node's snapshot at an index holds. */
  async install(index: LogIndex): Promise<void> {
    const { sha256 } = this.context;
    const bytes = await this.snapshots.manifest(index);
    const manifest = bytes === undefined ? undefined : decodeManifest(bytes);
    assert(manifest?.ok === true, "a state begins with a snapshot that is here");
    const rows: SnapshotRow[] = [];
    const ids: SnapshotId[] = [];
    for (const chunk of manifest.value.chunks.keys()) {
      const content = decodeChunk((await this.snapshots.chunk({ index, chunk }))!);
      assert(content.ok, "a chunk was verified before it was kept");
      if (content.value.kind === "rows") rows.push(...content.value.rows);
      else ids.push(...content.value.ids);
    }
    const { stateRoot, peaks, time } = manifest.value;
    this.view = new MemoryView();
    this.outcomes.splice(0);
    for (const map of [this.#nodes, this.#commands, this.#history]) map.clear();
    assert(
      equalBytes(this.view.restore(sha256, { rows, ids, time }), stateRoot),
      "rows lead to the certified root",
    );
    for (const { id, ...answering } of ids) this.#commands.set(hex(id), { ...answering, spends: true });
    this.#frontier = { size: index, peaks };
    for (const { level, position, hash } of peakNodes(this.#frontier)) {
      this.#nodes.set(nodeKey(level, position), hash);
    }
    this.#base = manifest.value;
  }

  /** Lets go of what only outcomes at or below a snapshot need. */
  async prune(through: LogIndex): Promise<void> {
    if (through <= this.floor || through > this.applied.index) return;
    const bytes = await this.snapshots.manifest(through);
    const manifest = bytes === undefined ? undefined : decodeManifest(bytes);
    assert(manifest?.ok === true, "a log is pruned to a snapshot that is here");
    this.outcomes.splice(0, through - this.floor);
    this.#base = manifest.value;
    const peaks = new Set(
      peakNodes({ size: through, peaks: manifest.value.peaks }).map((node) =>
        nodeKey(node.level, node.position),
      ),
    );
    for (const key of this.#nodes.keys()) {
      const [level, position] = key.split("/").map(Number) as [number, number];
      if ((position + 1) * 2 ** level <= through && !peaks.has(key)) this.#nodes.delete(key);
    }
    for (const [key, indexes] of this.#history) {
      this.#history.set(
        key,
        indexes.filter((index) => index > through),
      );
    }
    const spent = new Set(this.view.window().map(({ id }) => id));
    for (const [id, { index }] of this.#commands)
      if (index <= through && !spent.has(id)) this.#commands.delete(id);
  }

  /** Outcomes up to here are not known. */
  get floor(): LogIndex {
    return this.#base?.index ?? LogIndex(0);
  }

  outcomeAt(index: number): EntryOutcome | undefined {
    return this.outcomes[index - this.floor - 1];
  }

  get applied(): Applied {
    const root = rootOf(this.context.sha256, this.#frontier);
    return { index: LogIndex(this.floor + this.outcomes.length), root };
  }

  /** H at the applied index. */
  get hash(): Hash {
    return (this.outcomes.at(-1)?.entry ?? this.#base)?.hash ?? this.context.genesis.network;
  }

  /** Log time, in milliseconds. */
  get time(): number {
    return (this.outcomes.at(-1)?.entry ?? this.#base)?.time ?? 0;
  }

  applyEntry(entry: Entry): EntryOutcome {
    assert(entry.index === this.applied.index + 1, "entries are applied in order");
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
  async past(index: LogIndex): Promise<Result<MemoryState, Refusal>> {
    if (index > this.applied.index) return refuse("entry_unknown", `the log ends at ${this.applied.index}`);
    if (index < this.floor) return pruned(this.floor);
    const past = new MemoryState(this.context, this.snapshots);
    if (this.floor > 0) await past.install(this.floor);
    for (const { entry } of this.outcomes.slice(0, index - this.floor)) past.applyEntry(entry);
    return ok(past);
  }

  path(place: { index: number; size: number }): Hash[] {
    const { index, size } = place;
    assert(index >= 1 && index <= size && size <= this.applied.index, "paths are asked for what is applied");
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

  /** Whether the history, as far as it is kept, has a change of the table. */
  hasChanged({ module, table }: Pick<RowAddress, "module" | "table">): boolean {
    const rows = rowKey({ module, table, key: "" });
    return [...this.#history].some(([row, indexes]) => row.startsWith(rows) && indexes.length > 0);
  }

  #answer(index: number, command: { id: Hash; status: CommandStatus; spends: boolean }): void {
    const { status, spends } = command;
    const id = hex(command.id);
    if (spends || !this.#commands.has(id)) this.#commands.set(id, { index, status, spends });
  }
}
