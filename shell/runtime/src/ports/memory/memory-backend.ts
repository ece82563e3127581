// The Backend port in memory: one pretend node that commits what it is given a moment
// later, or when told to. For tests of what stands on the port, and for measuring it.

import {
  assert,
  type Hash,
  hex,
  LogIndex,
  ok,
  type Refusal,
  type Result,
  refuse,
  type VerifySignature,
} from "@juno/base";
import {
  admissible,
  describeModule,
  type LedgerContext,
  listModules,
  mayAppend,
  parseCommand,
  query,
  type RowAddress,
  simulate,
} from "@juno/ledger";
import {
  type AppliedEntry,
  type EntryProof,
  encodeCommand,
  type ProvenRow,
  type SignedCommand,
} from "@juno/proof";
import type {
  AsOf,
  Backend,
  CommandState,
  HistoryPage,
  HistoryRequest,
  Metric,
  NodeEvent,
  NodeStatus,
  QueryRequest,
  RowPage,
  RowRequest,
  StreamListener,
  SubmitAnswer,
} from "../backend.ts";
import type { StoredEvidence } from "../log-store.ts";
import { type ChainedEntry, MemoryChain } from "./memory-chain.ts";
import type { MemoryConfiguration, MemoryVoter } from "./memory-configuration.ts";
import { historyIn, metricsIn, rowProofIn, rowsIn, statusIn } from "./memory-reads.ts";
import { MemorySnapshotStore } from "./memory-snapshot-store.ts";

export type MemoryBackendOptions = {
  readonly context: LedgerContext;
  readonly voters: readonly MemoryVoter[];
  readonly verify: VerifySignature;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Commits by itself, a moment later; otherwise only when `commit` is called. Default true. */
  readonly commitsAtOnce?: boolean;
  /** What that moment is. Default: the next microtask. */
  readonly soon?: (commit: () => void) => void;
  readonly pendingMax?: number;
};

type Pending = { readonly id: string; readonly body: Uint8Array; readonly expires: number };

export class MemoryBackend implements Backend {
  readonly chain: MemoryChain;
  readonly snapshots: MemorySnapshotStore;
  readonly archivedAt = undefined;
  readonly #options: MemoryBackendOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #expiries = new Map<string, number>();
  /** By id in hex: the entry that decided it. */
  readonly #decided = new Map<string, ChainedEntry>();
  readonly #watchers = new Map<string, Set<(state: CommandState) => void>>();
  readonly #listeners = new Set<StreamListener>();
  readonly #counters = new Map<string, number>();
  #isCommitting = false;
  /** What every request is refused with, to stand for a node that cannot serve. */
  unavailable: (Refusal & { readonly retryAfterMs?: number }) | undefined;
  /** Entries below are pruned. */
  prunedBelow = LogIndex(1);
  readonly evidenceKept: StoredEvidence[] = [];
  statusPatch: Partial<NodeStatus> = {};

  constructor(options: MemoryBackendOptions) {
    this.#options = options;
    this.chain = new MemoryChain(options.context, options.voters);
    this.snapshots = new MemorySnapshotStore(options.context.sha256);
  }

  #count(name: string): void {
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + 1);
  }

  left(): Refusal | undefined {
    return ["read_only", "halted"].includes(this.unavailable?.code ?? "") ? this.unavailable : undefined;
  }

  submit(commands: readonly SignedCommand[]): Promise<readonly SubmitAnswer[]> {
    return Promise.resolve(commands.map((command) => this.#submitOne(command)));
  }

  #submitOne(command: SignedCommand): SubmitAnswer {
    const { context, commitsAtOnce = true } = this.#options;
    const id = context.sha256(command.payload);
    const admitted = this.#admit(command, hex(id));
    if (!admitted.ok) {
      this.#count(`refused_${admitted.error.code}`);
      return { kind: "refused", id, refusal: admitted.error };
    }
    if (admitted.value !== undefined) {
      this.#count("accepted");
      this.#pending.set(hex(id), admitted.value);
      this.#expiries.set(hex(id), admitted.value.expires);
      if (commitsAtOnce) this.#commitSoon();
    }
    return { kind: "accepted", id, state: this.#stateOf(hex(id)) };
  }

  /** What becomes pending, or undefined if the command is known already (A4). */
  #admit(command: SignedCommand, id: string): Result<Pending | undefined, Refusal> {
    const { context, verify, clock, pendingMax = 5_000 } = this.#options;
    if (this.unavailable !== undefined) return { ok: false, error: this.unavailable };
    const parsed = parseCommand(context, command);
    if (!parsed.ok) return parsed;
    if (this.#pending.has(id) || this.#decided.has(id)) return ok(undefined);
    const { checks, expires } = parsed.value;
    if (!checks.every(verify)) return refuse("signature_invalid", "A signature does not verify.");
    const entryTime = Math.max(clock(), this.chain.time);
    const admitted = admissible(context, this.chain.view, parsed.value, entryTime);
    if (!admitted.ok) return admitted;
    const timely = mayAppend({ entryTime, expires });
    if (!timely.ok) return timely;
    if (this.#pending.size >= pendingMax) return refuse("busy", "Too many commands are waiting.");
    return ok({ id, body: encodeCommand(command), expires });
  }

  #commitSoon(): void {
    if (this.#isCommitting) return;
    this.#isCommitting = true;
    const { soon = queueMicrotask } = this.#options;
    soon(() => {
      this.#isCommitting = false;
      this.commit();
    });
  }

  /** Commits what is pending, in order of arrival. */
  commit(): void {
    const batch = [...this.#pending.values()];
    this.#pending.clear();
    if (batch.length > 0) this.appendEntries(batch.map(({ body }) => ({ kind: "command", body })));
  }

  /** Appends entries whether or not anybody would admit them. */
  appendEntries(bodies: readonly { kind: "command" | "config"; body: Uint8Array }[]): void {
    this.#take(this.chain.append(bodies, this.#options.clock()));
  }

  /** S12: the next epoch begins. */
  configure(configuration: MemoryConfiguration): void {
    const { length } = this.chain.entries;
    this.chain.configure(configuration, this.#options.clock());
    this.#take(this.chain.entries.slice(length));
  }

  get epochs(): Backend["epochs"] {
    return this.chain.epochs;
  }

  #take(added: readonly ChainedEntry[]): void {
    for (const record of added) {
      const { command } = record.applied;
      const decides = command !== undefined && (command.spends || command.status === "expired");
      if (decides && !this.#decided.has(hex(command.id))) this.#decided.set(hex(command.id), record);
    }
    for (const listener of [...this.#listeners]) listener.entries(added);
    for (const { applied } of added) if (applied.command !== undefined) this.#settle(hex(applied.command.id));
  }

  #settle(id: string): void {
    const watchers = this.#watchers.get(id);
    if (watchers === undefined) return;
    const state = this.#stateOf(id);
    if (state.kind !== "applied" && state.kind !== "expired") return;
    this.#watchers.delete(id);
    for (const watcher of watchers) watcher(state);
  }

  #stateOf(id: string): CommandState {
    const record = this.#decided.get(id);
    const command = record?.applied.command;
    if (record !== undefined && command !== undefined) {
      const { index } = record.entry;
      const proof = this.chain.outcomeProof(index);
      if (command.status === "expired") return { kind: "expired", index, proof };
      assert(command.status !== "duplicate", "a duplicate decides nothing");
      return { kind: "applied", status: command.status, index, proof };
    }
    const expires = this.#expiries.get(id);
    if (expires === undefined) return { kind: "unknown" };
    if (expires < this.chain.time) return { kind: "expired", index: undefined, proof: undefined };
    return this.#pending.has(id) ? { kind: "pending" } : { kind: "unknown" };
  }

  /** Forgets a pending command, as a node does that crashes or gives it up. */
  drop(id: Hash): void {
    this.#pending.delete(hex(id));
  }

  commandState(id: Hash): Promise<CommandState> {
    return Promise.resolve(this.#stateOf(hex(id)));
  }

  watchOutcome(id: Hash, listener: (state: CommandState) => void): () => void {
    const key = hex(id);
    const watchers = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, watchers.add(listener));
    queueMicrotask(() => this.#settle(key));
    return () => {
      watchers.delete(listener);
      if (watchers.size === 0 && this.#watchers.get(key) === watchers) this.#watchers.delete(key);
    };
  }

  get #asOf(): AsOf {
    return { index: this.chain.index, root: this.chain.root };
  }

  query(request: QueryRequest): Promise<Result<AsOf & { readonly result: Uint8Array }, Refusal>> {
    if (this.unavailable !== undefined) return Promise.resolve({ ok: false, error: this.unavailable });
    const { index, time } = this.chain;
    const answer = query(this.#options.context, this.chain.view, request, { index, time });
    return Promise.resolve(answer.ok ? ok({ ...this.#asOf, result: answer.value }) : answer);
  }

  simulate(
    payload: Uint8Array,
  ): Promise<Result<{ readonly index: LogIndex; readonly receipt: Uint8Array }, Refusal>> {
    const { context, clock } = this.#options;
    if (this.unavailable !== undefined) return Promise.resolve({ ok: false, error: this.unavailable });
    const { index, view, time } = this.chain;
    const answer = simulate(context, view, payload, { index: index + 1, time: Math.max(clock(), time) });
    return Promise.resolve(answer.ok ? ok({ index, receipt: answer.value.receipt }) : answer);
  }

  async ready(): Promise<Result<never, Refusal>> {
    return refuse("not_ready", "a ledger in memory has no nodes");
  }

  #readable(index: LogIndex): Result<undefined, Refusal> {
    if (this.unavailable !== undefined) return { ok: false, error: this.unavailable };
    if (index >= this.prunedBelow) return ok(undefined);
    return refuse("pruned", `Entries below ${this.prunedBelow} are pruned here.`);
  }

  entries(range: {
    readonly from: LogIndex;
    readonly limit: number;
    readonly bytesMax: number;
  }): Promise<Result<readonly AppliedEntry[], Refusal>> {
    const readable = this.#readable(range.from);
    if (!readable.ok) return Promise.resolve(readable);
    const page: AppliedEntry[] = [];
    let bytes = 0;
    for (const record of this.chain.entries.slice(range.from - 1, range.from - 1 + range.limit)) {
      bytes += record.entry.body.length + record.receipt.length;
      if (page.length > 0 && bytes > range.bytesMax) break;
      page.push(record);
    }
    return Promise.resolve(ok(page));
  }

  entryProof(index: LogIndex): Promise<Result<EntryProof | undefined, Refusal>> {
    const readable = this.#readable(index);
    if (!readable.ok) return Promise.resolve(readable);
    if (index < 1 || index > this.chain.index) {
      return Promise.resolve(refuse("entry_unknown", `The log ends at ${this.chain.index}.`));
    }
    return Promise.resolve(ok(this.chain.entryProof(index)));
  }

  evidence(range: { from: number; limit: number }): Promise<readonly StoredEvidence[]> {
    const page = this.evidenceKept.filter(({ number }) => number >= range.from).slice(0, range.limit);
    return Promise.resolve(page);
  }

  rows(request: RowRequest): Promise<Result<RowPage, Refusal>> {
    return Promise.resolve(rowsIn(this.#options.context, this.chain, request));
  }

  rowProof(address: RowAddress): Promise<Result<ProvenRow | undefined, Refusal>> {
    return Promise.resolve(rowProofIn(this.#options.context, this.chain, address));
  }

  history(request: HistoryRequest): Promise<Result<HistoryPage, Refusal>> {
    const readable = this.#readable(request.from);
    if (!readable.ok) return Promise.resolve(readable);
    return Promise.resolve(historyIn(this.#options.context, this.chain, request));
  }

  modules(): Promise<Result<Uint8Array, Refusal>> {
    const readable = this.#readable(this.chain.index);
    if (!readable.ok) return Promise.resolve(readable);
    return Promise.resolve(ok(listModules(this.#options.context, this.chain.view)));
  }

  module(name: string): Promise<Result<Uint8Array, Refusal>> {
    const readable = this.#readable(this.chain.index);
    if (!readable.ok) return Promise.resolve(readable);
    const module = describeModule(this.#options.context, this.chain.view, name);
    if (module !== undefined) return Promise.resolve(ok(module));
    return Promise.resolve(refuse("module_unknown", `There is no module ${name}.`));
  }

  readonly order = () => Promise.resolve(refuse("order_refused", "a ledger in memory has no operator"));
  readonly commitProof = () => Promise.resolve(undefined);
  status(): NodeStatus {
    const pending = { commands: this.#pending.size, bytes: 0 };
    return {
      ...statusIn(this.chain, this.#options.context.genesis, { time: this.#options.clock(), pending }),
      prunedThrough: LogIndex(this.prunedBelow - 1),
      evidence: this.evidenceKept.map(({ kept }) => kept),
      notReadyBecause: this.unavailable === undefined ? [] : [this.unavailable.detail],
      counters: Object.fromEntries(this.#counters),
      ...this.statusPatch,
    };
  }

  metrics(): readonly Metric[] {
    return metricsIn(this.#counters, this.chain.index);
  }

  subscribe(listener: StreamListener): { readonly applied: LogIndex; readonly end: () => void } {
    this.#listeners.add(listener);
    return { applied: this.chain.index, end: () => this.#listeners.delete(listener) };
  }

  get subscribers(): number {
    return this.#listeners.size;
  }

  announce(event: NodeEvent): void {
    for (const listener of [...this.#listeners]) listener.node(event);
  }
}
