// The Backend port over a replica and its reader: what HTTP asks of a running node.

import { err, type Hash, hex, LogIndex, ok, type Refusal, type Result, refuse } from "@juno/base";
import { isInstalled, lacksEntries } from "@juno/consensus";
import type { RowAddress } from "@juno/ledger";
import type { AppliedEntry, CommitProof, EntryProof, ProvenRow, SignedCommand } from "@juno/proof";
import { metricsOf } from "./metrics.ts";
import { withheld } from "./node-state.ts";
import type { NodeOrders } from "./orders.ts";
import { finalState } from "./outcomes.ts";
import type {
  AsOf,
  Backend,
  CommandState,
  HistoryPage,
  HistoryRequest,
  Metric,
  NodeStatus,
  OrderAnswer,
  PrunedCommand,
  QueryRequest,
  RowPage,
  RowRequest,
  SignedOrder,
  StreamListener,
  SubmitAnswer,
} from "./ports/backend.ts";
import type { CommandRecord, LedgerReader } from "./ports/ledger-reader.ts";
import type { SnapshotStore } from "./ports/snapshot-store.ts";
import { ReadGate, STARTING, STOPPING } from "./read-gate.ts";
import { type ReadyAnswer, ReadySigner, readinessOf, readyAtOnce, type SignUnder } from "./readiness.ts";
import type { Replica } from "./replica.ts";
import { type StatusParts, statusOf } from "./status.ts";
import { Submissions } from "./submissions.ts";

/** A node without a leader for so long says so instead of taking commands that may wait for ever. */
const LEADERLESS_MS_MAX = 5_000;

export class NodeBackend implements Backend {
  readonly #replica: Replica;
  readonly #reader: LedgerReader;
  readonly #urlOf: StatusParts["urlOf"];
  readonly #submissions: Submissions;
  readonly #orders: NodeOrders | undefined;
  readonly #gate: ReadGate;
  readonly #readySigner: ReadySigner | undefined;
  #isStopping = false;

  constructor(parts: {
    replica: Replica;
    reader: LedgerReader;
    urlOf: StatusParts["urlOf"];
    /** Undefined: nobody orders this node anything. */
    orders?: NodeOrders;
    /** Where another process holds signing keys: signs without anything waiting for it (E62). */
    signUnder?: SignUnder | undefined;
  }) {
    this.#replica = parts.replica;
    this.#orders = parts.orders;
    this.#readySigner = parts.signUnder && new ReadySigner(parts.signUnder);
    const { replica, reader } = parts;
    this.#gate = new ReadGate({ replica, reader, isStopping: () => this.#isStopping });
    this.#submissions = new Submissions({
      replica: parts.replica,
      unable: () => this.#unable(),
      stateOf: (id) => this.commandState(id),
    });
    this.#reader = parts.reader;
    this.#urlOf = parts.urlOf;
  }

  /** From now on every request is refused. */
  stopping(): void {
    this.#isStopping = true;
  }

  submit(commands: readonly SignedCommand[]): Promise<readonly SubmitAnswer[]> {
    return this.#submissions.submit(commands);
  }

  /** Why no command is taken now. */
  #unable(): Refusal | undefined {
    const { state, ports } = this.#replica;
    if (this.#isStopping || this.#replica.isStopped) return STOPPING;
    const left = this.left();
    if (left !== undefined) return left;
    if (state.isHeld) return this.#heldRefusal();
    if (this.#replica.participation.isDraining)
      return { code: "draining", detail: "it is to be stopped; the others take commands" };
    if (!this.#replica.ownWords.isSettled) return STARTING;
    const leaderlessMs = ports.clock.monotonicMs() - state.enteredMs;
    const votes = state.electorate.keyOf.has(this.#replica.context.self);
    if (votes && !isInstalled(state) && leaderlessMs > LEADERLESS_MS_MAX) {
      return { code: "no_quorum", detail: "no leader is elected; GET /status says what is lacking" };
    }
    return this.#alone();
  }

  /** S19 */
  #heldRefusal(): Refusal {
    const { since, reason } = this.#orders?.held ?? { since: 0, reason: "" };
    return { code: "node_halted", detail: `since ${new Date(since).toISOString()}: ${reason}` };
  }

  /** Why nothing that takes a quorum can be answered now. */
  #alone(): Refusal | undefined {
    const { stall } = this.#replica.announcer;
    return stall?.waitingFor === "contact" ? { code: "no_quorum", detail: stall.detail } : undefined;
  }

  left(): Refusal | undefined {
    return this.#gate.left();
  }

  async commandState(id: Hash): Promise<CommandState> {
    const state = await this.#stateOf(id);
    return this.left() === undefined ? state : { kind: "unknown" };
  }

  async #stateOf(id: Hash): Promise<CommandState> {
    const record = await this.#recordOf(id);
    if (record !== undefined && record.status !== "duplicate") {
      if ("kind" in record) return record;
      return finalState(record, await this.#replica.outcomes.proofOf(record));
    }
    const key = hex(id);
    if (this.#replica.isUnderWay(key)) return { kind: "pending" };
    const isLate = this.#replica.admission.hasExpired(key);
    return isLate ? { kind: "expired", index: undefined, proof: undefined } : { kind: "unknown" };
  }

  /** A41: who may be told is judged by roles as of the entry that decided it, or later. */
  async #recordOf(id: Hash): Promise<CommandRecord | PrunedCommand | undefined> {
    const record = await this.#reader.command(id);
    if (record === undefined) return undefined;
    const index = "kind" in record ? record.index : (record.redactedBy ?? record.header.index);
    return (await this.#gate.reached(index)) ? record : undefined;
  }

  watchOutcome(id: Hash, listener: (state: CommandState) => void): () => void {
    const { outcomes } = this.#replica;
    const key = hex(id);
    const end = outcomes.watch(key, (state) => {
      if (this.left() === undefined) listener(state);
    });
    if (this.#replica.isUnderWay(key)) return end;
    this.#recordOf(id).then(
      (record) => {
        if (record === undefined || record.status === "duplicate") return;
        if ("kind" in record) return outcomes.settle(key, record);
        outcomes.noteStored(key, record);
        outcomes.advance();
      },
      // The reader's failure stops the node elsewhere; whoever waits here times out.
      () => undefined,
    );
    return end;
  }

  query(request: QueryRequest): Promise<Result<AsOf & { readonly result: Uint8Array }, Refusal>> {
    return this.#gate.asOf(async () => {
      if (request.consistency === "linearizable") {
        if (this.#replica.state.isHeld) return err(this.#heldRefusal());
        const alone = this.#alone();
        if (alone !== undefined) return err(alone);
        const index = await this.#replica.readIndex();
        if (index === undefined) return refuse("busy", "too many linearizable reads wait; try again shortly");
      }
      return this.#reader.query(request);
    });
  }

  simulate(
    payload: Uint8Array,
  ): Promise<Result<{ readonly index: LogIndex; readonly receipt: Uint8Array }, Refusal>> {
    const { state, ports } = this.#replica;
    return this.#gate.state(() => {
      return this.#reader.simulate({ payload, time: Math.max(ports.clock.wallMs(), state.log.last.time) });
    });
  }

  async order(signed: SignedOrder): Promise<Result<OrderAnswer, Refusal>> {
    const done = await (this.#orders?.obey(signed) ?? refuse("order_refused", "this node has no operator"));
    return done.ok ? ok({ order: done.value, state: this.#replica.participation.nodeState }) : done;
  }

  async ready(document: Uint8Array): Promise<Result<ReadyAnswer, Refusal>> {
    if (this.#readySigner === undefined) return readyAtOnce(this.#replica, document);
    const due = readinessOf(this.#replica, document);
    return due.ok ? this.#readySigner.sign(due.value) : due;
  }

  entries(range: {
    readonly from: LogIndex;
    readonly limit: number;
    readonly bytesMax: number;
  }): Promise<Result<readonly AppliedEntry[], Refusal>> {
    return this.#gate.log(async () => this.#told(await this.#reader.entries(range)));
  }

  entryProof(index: LogIndex): Promise<Result<EntryProof | undefined, Refusal>> {
    const { applied } = this.#replica.state;
    return this.#gate.log(async () => {
      if (index < 1 || index > applied.index)
        return refuse("entry_unknown", `the log ends at ${applied.index}`);
      return this.#told(await this.#reader.entryProof(index));
    });
  }

  get epochs(): Backend["epochs"] {
    return this.#replica.state.epochs;
  }

  evidence(range: Parameters<Backend["evidence"]>[0]): ReturnType<Backend["evidence"]> {
    return this.#replica.ports.store.evidence(range);
  }

  rows(request: RowRequest): Promise<Result<RowPage, Refusal>> {
    return this.#gate.asOf(async () => this.#told(await this.#reader.rows(request)));
  }

  rowProof(address: RowAddress): Promise<Result<ProvenRow | undefined, Refusal>> {
    return this.#gate.state(async () => {
      const found = await this.#reader.rowProof(address);
      if (!found.ok) return found;
      if (found.value === undefined) return ok(undefined);
      const { row, proof, checkpoint } = found.value;
      const attestations = await this.#replica.outcomes.attestationsOf(checkpoint);
      if (attestations === undefined) return ok(undefined);
      const { header, previousHash, receipt } = checkpoint;
      return ok({ ...address, row, proof, checkpoint: { header, previousHash, receipt, attestations } });
    });
  }

  history(request: HistoryRequest): Promise<Result<HistoryPage, Refusal>> {
    return this.#gate.state(async () => this.#told(await this.#reader.history(request)));
  }

  modules(): Promise<Result<Uint8Array, Refusal>> {
    return this.#gate.state(async () => ok(await this.#reader.modules()));
  }

  module(name: string): Promise<Result<Uint8Array, Refusal>> {
    return this.#gate.state(async () => {
      const module = await this.#reader.module(name);
      return module === undefined ? refuse("module_unknown", `there is no module ${name}`) : ok(module);
    });
  }

  commitProof(index: LogIndex): Promise<CommitProof | undefined> {
    return this.#replica.ports.store.commitProof({ from: index, to: index });
  }

  get archivedAt(): string | undefined {
    return this.#replica.ports.archive?.location;
  }

  /** A21: who is refused what is pruned is told where it is. */
  #told<T>(result: Result<T, Refusal>): Result<T, Refusal> {
    const { archivedAt } = this;
    if (result.ok || result.error.code !== "pruned" || archivedAt === undefined) return result;
    return refuse("pruned", `${result.error.detail}; what came before is archived at ${archivedAt}`);
  }

  get snapshots(): SnapshotStore {
    return this.#replica.ports.snapshots;
  }

  #statusParts(): StatusParts {
    const halted = this.#orders?.held;
    return { replica: this.#replica, urlOf: this.#urlOf, halted, notReadyBecause: this.#notReadyBecause() };
  }

  #notReadyBecause(): string[] {
    const { state } = this.#replica;
    const reasons: string[] = [];
    const { nodeState } = this.#replica.participation;
    const why = withheld(nodeState);
    const reason = this.#orders?.held?.reason ?? state.reason;
    const isExplained = nodeState === "read-only" || nodeState === "halted";
    if (why !== undefined) reasons.push(isExplained ? `${why}: ${reason}` : why);
    const { lacking } = this.#replica.ownWords;
    if (lacking > 0)
      reasons.push(`${lacking} more voters must tell what this node has said before it speaks`);
    const votes = state.electorate.keyOf.has(this.#replica.context.self);
    if (votes && !isInstalled(state)) reasons.push("no leader is elected in the current term");
    if (!votes && lacksEntries(state)) reasons.push("the node is catching up");
    if (!this.#gate.isCurrent)
      reasons.push("what was certified before the restart is not committed again yet");
    const alone = this.#alone();
    if (alone !== undefined) reasons.push(`too few voters are heard: ${alone.detail}`);
    if (state.suspecting) reasons.push("the leader is suspected");
    if (state.fetching?.buffered !== undefined) reasons.push("the node is catching up");
    return reasons;
  }

  status(): NodeStatus {
    return statusOf(this.#statusParts());
  }

  metrics(): readonly Metric[] {
    return metricsOf(this.#replica);
  }

  subscribe(listener: StreamListener): { readonly applied: LogIndex; readonly end: () => void } {
    const endEntries = this.#replica.onApplied(({ applied, outcomes, ids }) => {
      if (this.left() !== undefined) return;
      if (ids === undefined) listener.entries(outcomes);
      else listener.begunAnew(applied.index);
    });
    const endEvents = this.#replica.announcer.onEvent((event) => {
      listener.node(event);
      // Whoever follows the entries goes on at another node.
      if (event.what === "mode" && this.left() !== undefined)
        listener.begunAnew(this.#replica.state.applied.index);
    });
    const end = () => {
      endEntries();
      endEvents();
    };
    return { applied: LogIndex(this.#replica.state.applied.index), end };
  }
}
