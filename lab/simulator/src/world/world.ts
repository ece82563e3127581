// A cluster of whole nodes in virtual time, from one seed, with liars among them and checkers beside
// them. Every event runs to its end, promises included, before the next one begins.

import { assert, type NodeId, Prng } from "@juno/base";
import { decodeFrame, encodeFrame, type Frame, kindOfFrame, roleOf } from "@juno/consensus";
import type { AnyCall } from "@juno/judge";
import { type Epochs, firstEpoch } from "@juno/proof";
import type { AppliedBatch } from "@juno/runtime";
import { Agenda } from "../agenda.ts";
import { type Letter, type Lie, take } from "../byzantine/liar.ts";
import { Checker } from "../checkers/checker.ts";
import { Bank } from "./bank.ts";
import { Chronicle } from "./chronicle.ts";
import { Decay } from "./decay.ts";
import { Deceit } from "./deceit.ts";
import { isExplained, judgeModes } from "./modes.ts";
import { Network } from "./network.ts";
import { Programs } from "./programs.ts";
import { PruningWatch } from "./pruning-watch.ts";
import { nothingHeard, PutBack } from "./put-back.ts";
import { Settling } from "./settling.ts";
import { Tally } from "./tally.ts";
import { Trace, toldChanges, toldFrame } from "./trace.ts";
import { EPOCH_MS } from "./virtual-clock.ts";
import type { WorldLike } from "./world-like.ts";
import { WorldNode } from "./world-node.ts";

/** More at one moment is a node that keeps itself awake. */
const EVENTS_PER_MOMENT_MAX = 20_000;

/** The cluster's own code failed where nothing was done to it. */
export class NodeFailure extends Error {
  override readonly name = "NodeFailure";
}

export type WorldOptions = {
  readonly seed: number;
  readonly nodes: number;
  /** Further nodes, which the network does not know at first. */
  readonly strangers?: number;
  readonly windowEntries: number;
  /** By how much the network's timeouts are longer than usual. */
  readonly slowness: number;
  /** Told every event in words. */
  readonly tell?: (line: string) => void;
  /** Called for every event. */
  readonly onEvent?: () => void;
  /** What an honest node's failing code means: by default the run ends. */
  readonly isFailureFatal?: boolean;
};

export class World implements WorldLike<WorldNode> {
  readonly prng: Prng;
  readonly bank: Bank;
  readonly tally = new Tally();
  readonly nodes: WorldNode[] = [];
  /** Second bodies of liars, with the same keys. */
  readonly twins = new Map<NodeId, WorldNode>();
  readonly network: Network;
  readonly checker: Checker;
  readonly chronicle: Chronicle;
  readonly #deceit: Deceit;
  readonly trace: Trace;
  readonly pruning: PruningWatch;
  readonly liars = new Set<NodeId>();
  /** Honest nodes whose log has decayed: they count among the faulty. */
  readonly ruined = new Set<NodeId>();
  /** Honest nodes whose state has decayed: they do too. */
  readonly decay: Decay;
  /** Honest nodes whose disk was put back: they count among the faulty too. */
  readonly putBack: PutBack;
  readonly programs: Programs;
  nowMs = 0;
  /** Which body of a twin a node talks to. */
  sideOf: (id: NodeId) => 0 | 1 = () => 0;
  /** Told of every command that liars had signed by a client in league with them; of every node that ended. */
  onAccomplice: (id: string, calls: readonly AnyCall[]) => void = () => undefined;
  onEnding: (node: WorldNode) => void = () => undefined;
  readonly #agenda = new Agenda();
  readonly #isFailureFatal: boolean;
  #failure: NodeFailure | undefined;
  #sameMoment = 0;
  readonly #settling = new Settling();
  #nonce = 1;
  #frames = new WeakMap<Uint8Array, Frame>();

  constructor(options: WorldOptions) {
    this.prng = new Prng(options.seed);
    this.#isFailureFatal = options.isFailureFatal ?? true;
    const { nodes: voters, strangers = 0, windowEntries, slowness } = options;
    this.bank = new Bank({ voters, windowEntries, slowness, startMs: EPOCH_MS });
    const computes = (id: NodeId) => !this.decay.has(id);
    this.checker = new Checker(firstEpoch(this.bank.genesis), (id) => this.#isTrusted(id), computes);
    const { findings, epochs } = this.checker;
    this.putBack = new PutBack({ epochs, findings, tally: this.tally });
    this.decay = new Decay({ findings, tally: this.tally });
    const isLiar = (id: NodeId) => this.liars.has(id);
    const knownBy = (id: NodeId) => this.node(id).known;
    this.programs = new Programs({ epochs, findings, tally: this.tally, knownBy, isLiar });
    this.chronicle = new Chronicle(this.bank, { epochs, findings, programs: this.programs });
    const isSnapshot = (index: number) => this.chronicle.snapshots.has(index);
    const { committed } = this.checker;
    this.pruning = new PruningWatch({ committed, isSnapshot, findings, tally: this.tally });
    this.#deceit = new Deceit({
      ...{ world: this, epochs },
      onAccomplice: (id, calls) => this.onAccomplice(id, calls),
      post: (node, letter) => this.#postLetter(node, letter),
    });
    this.trace = new Trace(options);
    this.network = new Network({
      prng: this.prng,
      tally: this.tally,
      plan: (delayMs, action) => this.plan(delayMs, action),
      arrive: (to, from, bytes) => this.#arrive(to, from, bytes),
    });
    for (let id = 1; id <= voters + strangers; id++) this.nodes.push(this.#make(id));
  }

  #make(number: number): WorldNode {
    const node = new WorldNode(number, this);
    const { id } = node;
    node.disk.onDurable = (changes) => {
      if (this.twins.get(id) !== node) this.checker.onPersist(id, changes);
      const { tally, putBack, decay, checker } = this;
      if (!this.liars.has(id)) judgeModes({ tally, putBack, decay, findings: checker.findings }, id, changes);
      const facts = () => toldChanges(changes);
      this.trace.add(this.nowMs, `${id} writes ${changes.length}`, () => `${id} writes: ${facts()}`);
    };
    node.disk.onPruned = () => {
      const told = this.pruning.onStep(node, this.nodes);
      this.say(told);
      if (this.sound.includes(node)) this.pruning.judge(node);
    };
    return node;
  }

  node(id: number): WorldNode {
    return this.nodes[id - 1]!;
  }

  get bodies(): WorldNode[] {
    return [...this.nodes, ...this.twins.values()];
  }

  get honest(): WorldNode[] {
    return this.nodes.filter(({ id }) => !this.liars.has(id));
  }

  /** All that anybody honest knows of who votes when. */
  get epochs(): Epochs {
    return this.checker.epochs;
  }

  /** Whether a node belongs to the network as it is last. */
  isMember({ id }: WorldNode): boolean {
    return this.epochs.last.keyOf.has(id);
  }

  /** Honest nodes that can be expected to work. */
  get sound(): WorldNode[] {
    return this.honest
      .filter((node) => this.isMember(node))
      .filter(({ id }) => !this.ruined.has(id) && !this.putBack.has(id) && !this.decay.has(id));
  }

  /** Nodes that only follow, and must. */
  get following(): WorldNode[] {
    const follows = ({ id }: WorldNode) => this.putBack.has(id) && !this.putBack.isUnnoticed(id);
    return this.honest.filter((node) => this.isMember(node) && follows(node));
  }

  /** Neither lies nor has forgotten what it said. */
  #isTrusted(id: NodeId): boolean {
    return !this.liars.has(id) && !this.putBack.has(id);
  }

  get leader(): WorldNode | undefined {
    const leads = ({ replica }: WorldNode) =>
      replica !== undefined && roleOf(replica.context, replica.state) === "leader";
    const rank = ({ state }: WorldNode) => state!.electorate.epoch * 1e6 + state!.currentTerm;
    return this.nodes.filter(leads).sort((a, b) => rank(b) - rank(a))[0];
  }

  nextNonce(): number {
    return this.#nonce++;
  }

  plan(delayMs: number, action: () => void): void {
    this.#agenda.plan(this.nowMs + delayMs, action);
  }

  say(facts: string): void {
    this.trace.add(this.nowMs, facts, () => facts);
  }

  // What nodes do.
  onSend(node: WorldNode, to: NodeId, bytes: Uint8Array): void {
    const isNew = !this.#frames.has(bytes);
    const frame = this.#frameOf(bytes);
    this.tally.add("frames");
    // What is said to all is heard once; whom a vote is for matters.
    if (isNew && this.liars.size > 0) this.#deceit.hear(frame);
    if (this.putBack.has(node.id)) this.putBack.onSpeech(node, frame.kind);
    if (isNew || frame.kind === "vote") this.checker.onFrame(node.id, frame, to);
    this.trace.add(
      this.nowMs,
      `${node.id}>${to} ${frame.kind} ${frame.signature[0]} ${bytes.length}`,
      () => `${node.id} to ${to}: ${toldFrame(bytes)}`,
    );
    const outgoing = node.strategy?.outgoing;
    if (outgoing === undefined) return this.#post(node, to, bytes);
    for (const letter of outgoing({ to, frame })) {
      if (letter.frame === frame && letter.to === to) this.#post(node, to, bytes);
      else this.#postLetter(node, letter);
    }
  }

  onCommit(node: WorldNode, index: number): void {
    if (this.liars.has(node.id)) return;
    if (this.putBack.has(node.id)) return this.putBack.onCommit(node, index, this.checker.committed);
    this.checker.onCommit(node.id, index);
    this.chronicle.extend((at) => node.disk.log.at(at), index);
    this.trace.add(this.nowMs, `${node.id} commits ${index}`, () => `${node.id} commits ${index}`);
  }

  onApplied(node: WorldNode, { applied, outcomes }: AppliedBatch): void {
    // Whoever only follows may be ahead of all others.
    const isAhead = applied.index >= this.chronicle.roots.length && this.putBack.has(node.id);
    if (this.liars.has(node.id) || this.decay.has(node.id) || isAhead) return;
    this.chronicle.compare(node.id, applied);
    this.programs.onExecuted(node, outcomes);
    const { id } = node;
    this.trace.add(this.nowMs, `${id} applies ${applied.index}`, () => `${id} has applied ${applied.index}`);
  }

  onNotice(node: WorldNode, code: string, facts: Readonly<Record<string, number | string>>): void {
    if (!this.liars.has(node.id)) this.tally.add(`notice ${code}`);
    const told = [code, ...Object.entries(facts).map(([name, value]) => `${name} ${value}`)].join(", ");
    this.trace.add(this.nowMs, `${node.id} ${code}`, () => `${node.id}: ${told}`);
  }

  snapshotHolder(node: WorldNode, peer: NodeId) {
    const { isUp, handsOut } = this.node(peer);
    const lies = this.liars.has(peer);
    return isUp && this.network.joins(node.id, peer) ? { ...handsOut, lies } : undefined;
  }

  onFailure(node: WorldNode, cause: Error): void {
    this.say(`${node.id} ends: ${cause.message}`);
    const isOwn = !isExplained(this, node, { cause, healthy: this.sound }) && !this.liars.has(node.id);
    if (!isOwn || !this.#isFailureFatal) return this.onEnding(node);
    this.#failure ??= new NodeFailure(`node ${node.id} failed: ${cause.message}`, { cause });
  }

  // The wire.

  #frameOf(bytes: Uint8Array): Frame {
    const known = this.#frames.get(bytes);
    if (known !== undefined) return known;
    const frame = decodeFrame(bytes);
    assert(frame.ok, "nodes send frames that decode");
    this.#frames.set(bytes, frame.value);
    return frame.value;
  }

  #postLetter(node: WorldNode, letter: Letter): void {
    if (letter.to === node.id) return;
    this.tally.add("lies told");
    const bytes = encodeFrame(letter.frame);
    this.trace.add(
      this.nowMs,
      `${node.id}>${letter.to} ${bytes.length}`,
      () => `${node.id} to ${letter.to}, of its own making: ${toldFrame(bytes)}`,
    );
    this.#post(node, letter.to, bytes);
  }

  #post(node: WorldNode, to: NodeId, bytes: Uint8Array): void {
    const twin = this.twins.get(node.id);
    // Each body of a twin talks to its own side only.
    if (twin !== undefined && this.sideOf(to) !== (node === twin ? 1 : 0)) return;
    this.network.post(node.id, to, bytes);
  }

  #arrive(to: NodeId, from: NodeId, bytes: Uint8Array): void {
    const twin = this.twins.get(to);
    const node = twin !== undefined && this.sideOf(from) === 1 ? twin : this.node(to);
    // A liar wants to hear nothing of what it has said.
    if (this.liars.has(to) && kindOfFrame(bytes) === "recollection")
      bytes = nothingHeard(this.node(from), bytes);
    const incoming = node.strategy?.incoming;
    if (incoming !== undefined) {
      const frame = decodeFrame(bytes);
      if (!frame.ok || !incoming(from, frame.value)) return;
    }
    node.arrive(from, bytes);
  }

  // Liars.

  /** From now on a node lies; `undefined` ends its lies, but not its bad name. */
  corrupt(id: NodeId, lie: Lie | undefined): void {
    const node = this.node(id);
    this.liars.add(id);
    const beatMs = this.bank.genesis.timing.heartbeatMs;
    take(node, lie?.(this.#deceit.liar(node, this.#othersThan(id))), (tick) => this.plan(beatMs, tick));
  }

  #othersThan(id: NodeId): NodeId[] {
    return this.nodes.map((node) => node.id).filter((other) => other !== id);
  }

  /** Gives a liar a second body with the same key. */
  twin(id: NodeId): void {
    this.liars.add(id);
    this.twins.set(id, this.#make(id));
  }

  // Time.

  /** Runs until `done`, or for a span of virtual time. Returns whether `done` came true. */
  async run(spanMs: number, done: () => boolean = () => false): Promise<boolean> {
    const endMs = this.nowMs + spanMs;
    await this.#settling.done();
    while (!done()) {
      const event = this.#agenda.next(endMs);
      if (event === undefined) {
        this.nowMs = endMs;
        return done();
      }
      if (event.atMs > this.nowMs) this.#sameMoment = 0;
      if (this.#sameMoment++ > EVENTS_PER_MOMENT_MAX) throw new NodeFailure("time does not go on");
      this.nowMs = Math.max(this.nowMs, event.atMs);
      event.action();
      await this.#settling.done();
      this.#judge();
    }
    return true;
  }

  #judge(): void {
    const { violation } = this.checker;
    if (violation !== undefined) throw violation;
    if (this.#failure !== undefined) throw this.#failure;
  }
}
