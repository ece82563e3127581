// One node of the simulated world: the production runtime with its core and its ledger, between a disk, a
// clock, a verifier and a network that obey the world. It lives several lives on one disk.

import { type NodeId, NodeId as nodeId } from "@juno/base";
import type { State } from "@juno/consensus";
import type { LedgerContext, Versions } from "@juno/ledger";
import {
  type AppliedBatch,
  type Clock,
  LedgerAdmission,
  type LogStore,
  MemoryExecutor,
  MemoryLedgerReader,
  type MemoryLog,
  MemoryLogStore,
  MemoryState,
  NodeBackend,
  Replica,
  type Retention,
  type SnapshotPeer,
  type Verifier,
} from "@juno/runtime";
import type { LiarContext, Strategy } from "../byzantine/liar.ts";
import { sha256, simulatedKey, verifySignature } from "../crypto.ts";
import { keyringOf } from "../members.ts";
import type { Bank } from "./bank.ts";
import { type DiskUser, SimulatedDisk, SimulatedLogStore } from "./disk.ts";
import { SimulatedSnapshotSource } from "./snapshot-source.ts";
import { SimulatedSnapshots } from "./snapshots.ts";
import { SimulatedTransport } from "./transport.ts";
import { Oscillator, type Schedule, VirtualClock } from "./virtual-clock.ts";
import type { WorldLike } from "./world-like.ts";

type Life = {
  readonly clock: Clock;
  readonly transport: SimulatedTransport;
  readonly executor: MemoryExecutor;
  replica: Replica | undefined;
  backend: NodeBackend | undefined;
};

type ExecutorParts = ConstructorParameters<typeof MemoryExecutor>[0] & {
  readonly disk: SimulatedDisk;
  readonly user: DiskUser;
  readonly onCommit: (index: number) => void;
};

/** Applies like the executor it is, tells what it is asked to, and takes its time for what it lets go of. */
class WatchedExecutor extends MemoryExecutor {
  readonly #parts: ExecutorParts;

  constructor(parts: ExecutorParts) {
    super(parts);
    this.#parts = parts;
  }

  override apply(index: Parameters<MemoryExecutor["apply"]>[0]): void {
    this.#parts.onCommit(index);
    super.apply(index);
  }

  override prune(...asked: Parameters<MemoryExecutor["prune"]>): Promise<boolean> {
    const { disk, user } = this.#parts;
    return disk.transact(user, "step of pruning", async () => {
      const isMore = super.prune(...asked);
      disk.onPruned();
      return isMore;
    });
  }
}

export class WorldNode {
  readonly id: NodeId;
  readonly disk: SimulatedDisk;
  readonly oscillator: Oscillator;
  readonly context: LiarContext;
  readonly #world: WorldLike<WorldNode>;
  readonly #bank: Bank;
  #ledger: MemoryState;
  /** What is in its folder besides the databases. */
  snapshots = new SimulatedSnapshots();
  #life: Life | undefined;
  /** Counts lives: what was planned in an earlier one does not happen. */
  life = 0;
  /** Until then the main thread does nothing. */
  stalledUntilMs = 0;
  /** Until then the state machine's thread reads nothing. */
  executorStalledUntilMs = 0;
  /** Until then the verifier answers nothing. */
  verifierStalledUntilMs = 0;
  /** What it keeps of its log, if not everything. */
  retention: Retention | undefined;
  /** What its state applies entries with; that its program is another one is told when it starts. */
  readonly #program: LedgerContext & { known: Versions };
  /** How this node lies, if it does. */
  strategy: Strategy | undefined;
  /** Why the node ended by itself, as long as it is down for that. */
  ending: Error | undefined;

  constructor(id: number, world: WorldLike<WorldNode>) {
    this.id = nodeId(id);
    this.#world = world;
    this.#bank = world.bank;
    this.disk = new SimulatedDisk(world.bank.network, world.tally);
    this.oscillator = new Oscillator(world);
    this.#program = { ...world.bank.ledger };
    this.#ledger = new MemoryState(this.#program, this.snapshots);
    const { sign } = simulatedKey(`node ${id}`);
    const electorate = world.bank.electorate;
    const admission = new LedgerAdmission(world.bank.ledger);
    this.context = { self: this.id, electorate, sha256, sign, admission };
  }

  /** The versions that its program knows. */
  get known(): Versions {
    return this.#program.known;
  }

  get isUp(): boolean {
    return this.#life !== undefined;
  }

  get replica(): Replica | undefined {
    return this.#life?.replica;
  }

  get backend(): NodeBackend | undefined {
    return this.#life?.backend;
  }

  get state(): State | undefined {
    return this.replica?.state;
  }

  /** What the state machine has applied, down or up. */
  get ledger(): MemoryState {
    return this.#ledger;
  }

  /** What others may fetch from it (V8). */
  get handsOut(): SnapshotPeer {
    return { snapshots: this.snapshots, log: new MemoryLogStore(this.disk.log) };
  }

  start(): void {
    if (this.#life !== undefined) return;
    const life = ++this.life;
    this.ending = undefined;
    const schedule = this.#schedule(life);
    const clock = new VirtualClock(schedule, this.oscillator);
    const { prng, bank } = this.#world;
    const { disk } = this;
    const user: DiskUser = { schedule, prng, die: () => this.crash() };
    const store = new SimulatedLogStore(disk, user);
    const executor = new WatchedExecutor({
      ...{ disk, user, state: this.#ledger },
      log: { read: (range) => this.#readSlowly(schedule, store, range), floor: () => store.floor() },
      onCommit: (index) => this.#world.onCommit(this, index),
    });
    executor.onApplied((batch: AppliedBatch) => this.#world.onApplied(this, batch));
    const peers = bank.electorate.voters.map(({ id }) => id).filter((id) => id !== this.id);
    const post = (to: NodeId, frame: Uint8Array) => this.#world.onSend(this, to, frame);
    const transport = new SimulatedTransport({ peers, clock, post });
    this.#life = { clock, transport, executor, replica: undefined, backend: undefined };
    const { snapshots } = this;
    const snapshotSource = new SimulatedSnapshotSource({
      ...{ prng, tally: this.#world.tally },
      holder: (peer) => this.#world.snapshotHolder(this, peer),
      pause: () => new Promise((resolve) => schedule.after(1 + prng.below(64) / 8, resolve)),
    });
    const verifier = this.#verifier(schedule);
    const ports = { store, executor, snapshots, snapshotSource, transport, clock, verifier };
    this.#open(life, ports, store);
  }

  #open(life: number, ports: Parameters<typeof Replica.open>[1], store: LogStore): void {
    const isCurrent = () => this.life === life && this.#life !== undefined;
    const failed = (cause: Error) => {
      if (isCurrent()) this.#fail(cause);
    };
    Replica.open(
      {
        genesis: this.#bank.genesis,
        self: this.id,
        sha256,
        keyring: keyringOf(this.id),
        nonce: life * 1_000_000,
        retention: this.retention,
        known: this.known,
        failed,
        notice: (code, facts) => {
          if (isCurrent()) this.#world.onNotice(this, code, facts);
        },
      },
      ports,
    ).then((replica) => {
      if (!isCurrent()) return replica.stop();
      const reader = new MemoryLedgerReader({ state: this.#ledger, log: store });
      this.#life!.replica = replica;
      this.#life!.backend = new NodeBackend({ replica, reader, urlOf: () => undefined });
    }, failed);
  }

  /** The node ends by itself. */
  #fail(cause: Error): void {
    this.ending = cause;
    this.crash();
    this.#world.onFailure(this, cause);
  }

  /** The process is gone, with whatever was not durable. */
  crash(): void {
    const life = this.#life;
    if (life === undefined) return;
    this.#life = undefined;
    this.life += 1;
    this.stalledUntilMs = 0;
    life.replica?.stop();
    life.clock.close();
    // Ports of the dead answer nobody; neither of these has anything to wait for.
    void life.transport.close();
    void life.executor.close();
    this.disk.crash(this.#world.prng);
  }

  /** What is derived from the log is gone; the next start replays it. */
  forgetLedger(): void {
    this.#ledger = new MemoryState(this.#program, this.snapshots);
  }

  /** Installs another program (C37), which goes on from the state that is there; the node must be down. */
  install(known: Versions): void {
    this.#program.known = known;
  }

  /** Another log and other snapshots are in its folder; the node must be down. */
  putBack(log: MemoryLog, snapshots: SimulatedSnapshots): void {
    this.disk.log = log;
    this.snapshots = snapshots;
    this.forgetLedger();
  }

  arrive(from: NodeId, frame: Uint8Array): void {
    this.#life?.transport.arrive(from, frame);
  }

  /** Plans something for this life; a stalled main thread gets to it later. */
  #schedule(life: number): Schedule {
    const world = this.#world;
    const run = (action: () => void) => {
      if (this.life !== life) return;
      const waitMs = this.stalledUntilMs - world.nowMs;
      if (waitMs > 0) world.plan(waitMs, () => run(action));
      else action();
    };
    return {
      get nowMs() {
        return world.nowMs;
      },
      after: (delayMs, action) => world.plan(delayMs, () => run(action)),
    };
  }

  /** Runs an action in this life, when the main thread gets to it. */
  after(delayMs: number, action: () => void): void {
    this.#schedule(this.life).after(delayMs, action);
  }

  async #readSlowly(
    schedule: Schedule,
    store: LogStore,
    range: Parameters<LogStore["read"]>[0],
  ): ReturnType<LogStore["read"]> {
    const stalledMs = Math.max(0, this.executorStalledUntilMs - this.#world.nowMs);
    await new Promise<void>((resolve) => schedule.after(stalledMs + 0.5, resolve));
    return this.disk.verified(range.from, await store.read(range));
  }

  #verifier(schedule: Schedule): Verifier {
    return {
      verify: async (checks) => {
        const stalledMs = this.verifierStalledUntilMs - this.#world.nowMs;
        if (stalledMs > 0) await new Promise<void>((resolve) => schedule.after(stalledMs, resolve));
        return checks.map(verifySignature);
      },
      close: async () => undefined,
    };
  }
}
