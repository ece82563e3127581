// The loop: inputs are stepped as they come, a turn ends with a flush, effects are performed in order
// behind their barrier. One replica lives in one process and owns the consensus state. It knows ports,
// never sockets, files or SQL.

import { Epoch, type LogIndex, type NodeId, Term } from "@juno/base";
import {
  type Command,
  type Context,
  type Input,
  type Message,
  type Now,
  restore,
  type State,
  step,
  type Verified,
  VerifiedCache,
} from "@juno/consensus";
import { type LedgerContext, ledgerContext } from "@juno/ledger";
import type { EpochFacts } from "@juno/proof";
import type { LedgerAdmission } from "./admission.ts";
import { admissionOf } from "./admitted.ts";
import { Announcer } from "./announcer.ts";
import { type Boot, boot } from "./boot.ts";
import { Counters } from "./counters.ts";
import { perform } from "./deeds.ts";
import type { Inbox } from "./inbox.ts";
import { Outcomes } from "./outcomes.ts";
import { OwnWords } from "./own-words.ts";
import { Participation } from "./participation.ts";
import { Performer } from "./performer.ts";
import type { AppliedBatch, MadeSnapshot } from "./ports/executor.ts";
import type { Redactor } from "./redactor.ts";
import type { ReplicaOptions, ReplicaPorts } from "./replica-options.ts";
import { inboxOf, offerConfiguration, redactorOf } from "./replica-parts.ts";
import { Serving } from "./serving.ts";
import { isSound, SnapshotDesk } from "./snapshot-desk.ts";
import { farEntriesBy } from "./snapshot-start.ts";
import type { Watched } from "./stall.ts";
import { standingAtStart } from "./standing.ts";
import { VersionWatch } from "./versions.ts";
import { WaitingReads } from "./waiting-reads.ts";

/** One AppendEntries of the leader, and how many of its own batches it lets run ahead of their QC. */
const BATCH = { batchEntriesMax: 1024, batchBytesMax: 1024 * 1024, pipelineMax: 2, readsMax: 10_000 };

export class Replica {
  readonly context: Context;
  readonly ledger: LedgerContext;
  readonly admission: LedgerAdmission;
  readonly state: State;
  readonly counters = new Counters();
  readonly outcomes: Outcomes;
  readonly announcer: Announcer;
  readonly ports: ReplicaPorts;
  readonly ownWords: OwnWords;
  readonly participation: Participation;
  readonly startedMs: number;
  readonly #options: ReplicaOptions;
  readonly #performer: Performer;
  readonly #inbox: Inbox;
  readonly #snapshots: SnapshotDesk;
  readonly #versions: VersionWatch;
  readonly redactor: Redactor;
  /** Signatures of commands are verified with those of peers, and remembered with them. */
  readonly cache = new VerifiedCache();
  readonly reads = new WaitingReads();
  #isFlushScheduled = false;
  #isStopped = false;
  #isClosing = false;
  #failure: Error | undefined;
  readonly #appliedListeners = new Set<(batch: AppliedBatch) => void>();

  private constructor(
    options: ReplicaOptions,
    ports: ReplicaPorts,
    found: Pick<Boot, "admission" | "orders"> & { context: Context; ledger: LedgerContext; state: State },
  ) {
    this.#options = options;
    this.ports = ports;
    this.context = found.context;
    this.ledger = found.ledger;
    this.admission = found.admission;
    this.state = found.state;
    this.startedMs = ports.clock.monotonicMs();
    const { sha256 } = this.context;
    const failed = (cause: Error) => this.#fail(cause);
    this.announcer = new Announcer({
      ...{ clock: ports.clock, counters: this.counters },
      watched: () => this.watched,
      nodeState: () => this.participation.nodeState,
      note: (code, facts) => options.notice(code, facts),
    });
    this.#versions = new VersionWatch({ ledger: found.ledger, announcer: this.announcer, failed });
    const lied = (peer: NodeId) => this.announcer.notice("false_outcome", { peer });
    this.outcomes = new Outcomes({
      ...{ electorate: () => this.state.electorate, sha256, executor: ports.executor, lied, failed },
      applied: found.state.applied,
    });
    const { network } = found.ledger.genesis;
    const identity = { self: this.context.self, sha256, network, voice: () => this.state.voice };
    const serving = new Serving(identity, ports.store, (to, frame) => ports.transport.send(to, frame));
    this.#snapshots = new SnapshotDesk({
      ...{ context: this.context, ports, failed },
      retention: options.retention,
      send: (to, frame) => this.#send(to, frame),
      staged: (snapshot) => this.input({ kind: "staged", ...snapshot }),
      notice: (code, facts) => this.announcer.notice(code, facts),
      certified: () => this.redactor.tend(),
      contradicted: (found) => this.input({ kind: "contradicted", ...found }),
      state: () => this.state,
    });
    this.redactor = redactorOf(this, found.orders, failed);
    this.ownWords = new OwnWords({
      ...{ context: this.context, state: this.state, clock: ports.clock, nonce: options.nonce },
      send: (to, frame) => this.#send(to, frame),
      wake: () => this.#wake(),
      settled: () => void this.#takePart().catch(failed),
      disown: (reason) => this.#step({ kind: "disown", reason }),
      seat: () => this.input({ kind: "seat" }),
    });
    const { counters, announcer, state } = this;
    const admit = () => {
      this.#admit();
      this.ownWords.remind();
    };
    const deeds = { ...{ state, ports, serving, reads: this.reads, counters, announcer }, admit, failed };
    this.#performer = new Performer(ports.store, {
      perform: (effect) => perform(deeds, effect),
      setTimer: (atMs) => ports.clock.wakeAt(atMs, () => this.#wake()),
      failed,
    });
    this.participation = new Participation({
      ...{ context: this.context, state, now: () => this.#now, isSettled: () => this.ownWords.isSettled },
      reached: () => ports.transport.peers().flatMap(({ id, connected }) => (connected ? [id] : [])),
      step: (input) => this.#step(input),
      input: (input) => this.input(input),
      changed: () => announcer.watchState(),
    });
    this.#inbox = inboxOf(this, (message) => this.#deliver(message), failed);
  }

  /**
   * Loads what was stored, replays what was not applied, and begins to take part. Fails with a Failure
   * that says what is missing, damaged, or another node's.
   */
  static async open(options: ReplicaOptions, ports: ReplicaPorts): Promise<Replica> {
    const { genesis, sha256, self, keyring, known, follow = [] } = options;
    const ledger = ledgerContext({ sha256, genesis, ...(known === undefined ? {} : { known }) });
    const { epochs, admission, durable, termCertificate, applied, orders } = await boot(ports, ledger);
    const limits = { ...genesis.limits, ...BATCH, farEntries: farEntriesBy(genesis.limits) };
    const context: Context = { self, sha256, keyring, admission, limits, timing: genesis.timing, follow };
    const state = restore(context, durable, { epochs, applied, termCertificate, nonce: options.nonce });
    const replica = new Replica(options, ports, { context, ledger, admission, state, orders });
    await replica.#begin();
    return replica;
  }

  async #begin(): Promise<void> {
    const { executor, transport } = this.ports;
    executor.onApplied((batch) => this.#onApplied(batch));
    executor.onFailure((cause) => this.#fail(cause));
    executor.onSnapshot((made) => this.#onSnapshot(made));
    transport.onFrame((from, frame) => {
      if (!this.#isStopped) this.#inbox.receive(from, frame);
    });
    this.#versions.heed(this.admission.governed, this.state.applied.index);
    this.#admit();
    if (this.#options.isHeld === true) this.participation.hold();
    this.announcer.watchState();
    await transport.open();
    this.ownWords.begin();
  }

  /** The node knows by now that it remembers what it has said, or that it must not speak (S15). */
  async #takePart(): Promise<void> {
    this.input({ kind: "start" });
    this.participation.began();
    standingAtStart(this);
    await this.#snapshots.open();
    this.redactor.tend();
  }

  /** Channels are to the members of the own epoch, and of the newest one that is known. */
  #admit(): void {
    this.ports.transport.admit(admissionOf(this.context.self, this.state));
  }

  /** Whoever has gone on to later epochs is understood, before this node says anything itself. */
  learn(learned: readonly EpochFacts[]): void {
    if (this.#isStopped || this.#isClosing) return;
    this.#step({ kind: "learn", learned });
    this.ownWords.remind();
  }

  #deliver(message: Verified<Message>): void {
    this.state.lastHeardMs.set(message.from, this.ports.clock.monotonicMs());
    if (message.kind === "epochs" && !this.ownWords.isSettled) this.learn(message.learned);
    if (message.kind === "snapshot") this.#snapshots.onMessage(message);
    // S19
    if (message.kind === "recall" && this.state.isHeld) return;
    if (message.kind === "recall" || message.kind === "recollection") this.ownWords.onMessage(message);
    this.input({ kind: "message", message });
  }

  #onSnapshot(made: MadeSnapshot): void {
    // 5.9: a node whose outcomes differ signs for no state. Before the node takes part, it is only kept.
    if (this.#isStopped || !this.ownWords.isSettled) return;
    if (isSound(this.state)) this.#snapshots.made(made);
    else this.#snapshots.unsigned();
  }

  /** Steps an input now; its turn's flush follows once the inputs at hand are in. */
  input(input: Input): void {
    if (this.#isStopped || this.#isClosing || !this.ownWords.isSettled) return;
    this.#step(input);
    if (this.#isFlushScheduled) return;
    this.#isFlushScheduled = true;
    this.ports.clock.afterInputs(() => {
      this.#isFlushScheduled = false;
      this.#flush();
    });
  }

  #wake(): void {
    this.input({ kind: "timer" });
    if (this.#isStopped) return;
    offerConfiguration(this);
    this.announcer.watchState();
    this.announcer.watchStall();
    this.#snapshots.beat(this.state);
    this.redactor.remind();
    this.ownWords.remind();
  }

  #flush(): void {
    if (this.#isStopped) return;
    this.#step({ kind: "flush" });
    // V15: whoever has left holds nobody's word against what it computed itself.
    if (!isSound(this.state)) return;
    this.outcomes.noteAcks(this.state.progress);
    this.outcomes.advance();
  }

  #step(input: Input): void {
    try {
      this.#performer.add(step(this.context, this.state, input, this.#now));
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  submit(commands: readonly Verified<Command>[]): void {
    this.input({ kind: "submit", commands });
  }

  /** Whether a command waits to be proposed, or stands in the log, and is not applied. */
  isUnderWay(id: string): boolean {
    const { pending, loggedIds } = this.state;
    return (pending.has(id) || loggedIds.has(id)) && !this.admission.isApplied(id);
  }

  /** Resolves with an index that reflects every commit acknowledged before the call; undefined if too many wait. */
  readIndex(): Promise<LogIndex | undefined> {
    const { token, answered } = this.reads.add();
    this.input({ kind: "read", token });
    return answered;
  }

  onApplied(listener: (batch: AppliedBatch) => void): () => void {
    this.#appliedListeners.add(listener);
    return () => this.#appliedListeners.delete(listener);
  }

  /** By sender: what became of its frames. */
  get frames(): ReturnType<Inbox["counts"]> {
    return this.#inbox.counts();
  }

  get #now(): Now {
    const { clock } = this.ports;
    return { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
  }

  /** What a stall is seen from. */
  get watched(): Watched {
    const { state, context, startedMs, ownWords } = this;
    const unasked = ownWords.isSettled ? undefined : ownWords.silent;
    return { state, context, startedMs, unasked, nowMs: this.ports.clock.monotonicMs() };
  }

  get prunedThrough(): LogIndex {
    return this.#snapshots.prunedThrough;
  }

  get syncs(): number {
    return this.#performer.syncs;
  }

  #onApplied(batch: AppliedBatch): void {
    if (this.#isStopped) return;
    this.admission.note(batch);
    this.outcomes.noteApplied(batch);
    if (batch.ids !== undefined) this.#snapshots.installed();
    this.redactor.noteApplied(batch);
    if (this.state.configuring !== undefined) offerConfiguration(this); // C39: it may have been withdrawn.
    this.input({ kind: "applied", index: batch.applied.index, root: batch.applied.root });
    for (const dismissed of batch.governed?.stepDowns ?? [])
      this.input({ kind: "step-down", epoch: Epoch(dismissed.epoch), term: Term(dismissed.term) });
    this.reads.advance(batch.applied.index);
    for (const listener of this.#appliedListeners) listener(batch);
    this.#versions.heed(this.admission.governed, batch.applied.index);
  }

  #send(to: NodeId | "all", frame: Uint8Array): void {
    if (this.#isStopped) return;
    if (to !== "all") return this.ports.transport.send(to, frame);
    for (const { id } of this.state.electorate.voters) {
      if (id !== this.context.self) this.ports.transport.send(id, frame);
    }
  }

  #fail(cause: Error): void {
    if (this.#isStopped) return;
    this.#failure = cause;
    this.stop();
    this.#options.failed(cause);
  }

  /** Writes what is due, then stops. Rejects if that cannot be written. */
  async close(): Promise<void> {
    if (this.#isStopped) return;
    this.#step({ kind: "stop" });
    this.#isClosing = true;
    await this.#performer.finish();
    this.stop();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Says nothing more. The ports are closed by whoever opened them. */
  stop(): void {
    this.#isStopped = true;
    this.#performer.stop();
    this.reads.end();
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }
}
