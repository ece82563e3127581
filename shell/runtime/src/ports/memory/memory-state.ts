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
import { Failure } from "@juno/failure";
import {
  apply,
  type CommandStatus,
  chunksOf,
  decodeChunk,
  type Governed,
  governedIn,
  governs,
  type LedgerContext,
  MemoryView,
  type RowAddress,
  type RowChange,
  type SnapshotId,
  type SnapshotRow,
} from "@juno/ledger";
import {
  appendLeaf,
  decodeManifest,
  decodeSnapshotStatement,
  EMPTY_FRONTIER,
  type Entry,
  encodeManifest,
  type Frontier,
  inclusionPath,
  outcomeLeaf,
  peakNodes,
  receiptHash,
  rootOf,
  type SnapshotCertificate,
  snapshotHash,
  stateRootOf,
} from "@juno/proof";
import type { Applied, EntryOutcome, MadeSnapshot } from "../executor.ts";
import { pruned } from "../ledger-reader.ts";
import { MemorySnapshotStore } from "./memory-snapshot-store.ts";

/** Which entry answers for an id. */
type Answering = { readonly index: number; readonly status: CommandStatus; readonly spends: boolean };

const nodeKey = (level: number, position: number): string => `${level}/${position}`;
const rowKey = ({ module, table, key }: RowAddress): string => `${module}\0${table}\0${key}`;

const damagedSnapshot = (index: LogIndex, detail: string): Failure =>
  new Failure("store_damaged", `the snapshot at ${index} cannot be used: ${detail}`);

/** Whose words they are was judged when they were gathered or fetched. */
const areOf = (certificate: SnapshotCertificate, hash: Hash): boolean =>
  certificate.length > 0 &&
  certificate.every(({ body }) => {
    const said = decodeSnapshotStatement(body);
    return said.ok && equalBytes(said.value.snapshot, hash);
  });

/** What a snapshot holds. Rejects with a Failure if it is not here, or not the one that was certified. */
async function wholeSnapshot({ sha256 }: LedgerContext, snapshots: MemorySnapshotStore, index: LogIndex) {
  const bytes = await snapshots.manifest(index);
  const manifest = bytes === undefined ? undefined : decodeManifest(bytes);
  if (bytes === undefined || manifest?.ok !== true)
    throw damagedSnapshot(index, "its manifest cannot be read");
  const { certificate = [] } = snapshots.all.find((held) => held.index === index)!;
  if (!areOf(certificate, snapshotHash(sha256, bytes)))
    throw damagedSnapshot(index, "its manifest is not the one that was certified");
  const rows: SnapshotRow[] = [];
  const ids: SnapshotId[] = [];
  for (const [chunk, digest] of manifest.value.chunks.entries()) {
    const held = await snapshots.chunk({ index, chunk });
    const content = held === undefined ? undefined : decodeChunk(held);
    if (held === undefined || !content?.ok || !equalBytes(sha256(held), digest.hash))
      throw damagedSnapshot(index, `chunk ${chunk} is not the one that was certified`);
    if (content.value.kind === "rows") rows.push(...content.value.rows);
    else ids.push(...content.value.ids);
  }
  return { manifest: manifest.value, rows, ids };
}

export class MemoryState {
  readonly context: LedgerContext;
  view = new MemoryView();
  /** Consecutive, up to the last applied entry; of pruned ones those that are still there. */
  readonly outcomes: EntryOutcome[] = [];
  readonly snapshots: MemorySnapshotStore;
  /** The snapshot that this state began with, or is pruned to; 0 if it goes back to the genesis. */
  #base = LogIndex(0);
  /** What was applied last. */
  #last: { readonly hash: Hash; readonly time: number };
  readonly #nodes = new Map<string, Hash>();
  #frontier: Frontier = EMPTY_FRONTIER;
  readonly #commands = new Map<string, Answering>();
  readonly #history = new Map<string, number[]>();
  /** Changes of entries that have decided something about the network. */
  readonly #decided: RowChange[] = [];

  constructor(context: LedgerContext, snapshots = new MemorySnapshotStore(context.sha256)) {
    this.context = context;
    this.snapshots = snapshots;
    this.#last = { hash: context.genesis.network, time: 0 };
  }

  /** Becomes what the node's snapshot at an index holds. */
  async install(index: LogIndex): Promise<void> {
    const { sha256 } = this.context;
    const { manifest, rows, ids } = await wholeSnapshot(this.context, this.snapshots, index);
    const { stateRoot, peaks, hash, time } = manifest;
    const view = new MemoryView();
    if (!equalBytes(view.restore(sha256, { rows, ids, time }), stateRoot)) {
      throw damagedSnapshot(index, "its rows do not lead to the root that it states");
    }
    this.view = view;
    this.outcomes.splice(0);
    for (const map of [this.#nodes, this.#commands, this.#history]) map.clear();
    for (const { id, ...answering } of ids) this.#commands.set(hex(id), { ...answering, spends: true });
    this.#frontier = { size: index, peaks };
    for (const { level, position, hash } of peakNodes(this.#frontier)) {
      this.#nodes.set(nodeKey(level, position), hash);
    }
    this.#base = index;
    this.#last = { hash, time };
  }

  /** Lets go of what only outcomes at or below a snapshot need, some at a time. Returns whether more is left to do. */
  prune(through: LogIndex, entriesMax: number): boolean {
    if (through > this.applied.index) return true;
    if (through > this.#base) this.#base = through;
    const dropped = this.outcomes.splice(0, Math.max(0, Math.min(entriesMax, through - this.floor)));
    const last = dropped.at(-1)?.entry.index ?? this.floor;
    for (const [key, indexes] of this.#history) {
      this.#history.set(
        key,
        indexes.filter((index) => index > last),
      );
    }
    const spent = new Set(this.view.window().map(({ id }) => id));
    for (const [id, { index }] of this.#commands)
      if (index <= last && !spent.has(id)) this.#commands.delete(id);
    const isMoreInNodes = this.#dropNodes(through, entriesMax);
    return dropped.length === entriesMax || isMoreInNodes;
  }

  /** E31: of the subtrees that end at or below an entry, those that paths of later entries lead through stay. */
  #dropNodes(through: number, perLevelMax: number): boolean {
    const dropped: number[] = [];
    let isMore = false;
    for (const key of [...this.#nodes.keys()]) {
      const [level, position] = key.split("/").map(Number) as [number, number];
      const complete = Math.floor(through / 2 ** level);
      const isPeak = complete % 2 === 1 && position === complete - 1;
      if (position >= complete || isPeak) continue;
      dropped[level] = (dropped[level] ?? 0) + 1;
      if (dropped[level] > perLevelMax) isMore = true;
      else this.#nodes.delete(key);
    }
    return isMore;
  }

  /** Outcomes up to here are not known. */
  get floor(): LogIndex {
    return LogIndex(this.#frontier.size - this.outcomes.length);
  }

  /** As it is read: a damaged receipt is found by its hash. */
  outcomeAt(index: number): EntryOutcome | undefined {
    const outcome = this.outcomes[index - this.floor - 1];
    const leaf = this.#nodes.get(nodeKey(0, index - 1));
    if (outcome === undefined || leaf === undefined) return outcome;
    const { sha256 } = this.context;
    const { entry, receipt } = outcome;
    const again = outcomeLeaf(sha256, { entryHash: entry.hash, receiptHash: receiptHash(sha256, receipt) });
    if (equalBytes(again, leaf)) return outcome;
    throw new Failure("store_damaged", `the receipt of entry ${index} is not the one that was applied`);
  }

  get applied(): Applied {
    const root = rootOf(this.context.sha256, this.#frontier);
    return { index: LogIndex(this.#frontier.size), root };
  }

  /** H at the applied index. */
  get hash(): Hash {
    return this.#last.hash;
  }

  /** Log time, in milliseconds. */
  get time(): number {
    return this.#last.time;
  }

  applyEntry(entry: Entry): EntryOutcome {
    assert(entry.index === this.applied.index + 1, "entries are applied in order");
    const yielded = apply(this.context, this.view, entry);
    const previousHash = this.hash;
    this.view.accept(yielded, entry);
    const { receipt, receiptHash, command, changes } = yielded;
    if (command !== undefined) this.#answer(entry.index, command);
    if (governs(changes)) this.#decided.push(...changes);
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
    this.#last = { hash: entry.hash, time: entry.time };
    return outcome;
  }

  /** What the ledger has decided about the network, if that has changed since it was taken last (C24). */
  takeGoverned(): Governed | undefined {
    const decided = this.#decided.splice(0);
    return decided.length === 0 ? undefined : governedIn(this.context, this.view, decided);
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
    if (index < this.#base) return pruned(this.#base);
    const past = new MemoryState(this.context, this.snapshots);
    if (this.#base > 0) await past.install(this.#base);
    for (const { entry } of this.outcomes)
      if (entry.index > this.#base && entry.index <= index) past.applyEntry(entry);
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
