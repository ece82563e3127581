// A cluster in virtual time, from one seed: the network delays, loses, duplicates and reorders; disks
// take time; nodes crash; some lie. A checker apart from the nodes judges what the honest ones say and
// commit.

import { assert, type Hash, NodeId, Prng, type Refusal, type Result, utf8 } from "@juno/base";
import {
  type Command,
  decodeFrame,
  type Effect,
  encodeFrame,
  type Limits,
  type Message,
  type Now,
  roleOf,
  type Timing,
  type Verified,
} from "@juno/consensus";
import { Epochs } from "@juno/proof";
import { Agenda } from "./agenda.ts";
import { type Letter, type Liar, type Lie, take } from "./byzantine/liar.ts";
import { Notebook } from "./byzantine/notebook.ts";
import { Checker } from "./checkers/checker.ts";
import { commandName, makeCommand, SimulatedAdmission } from "./commands.ts";
import { sha256, simulatedKey } from "./crypto.ts";
import { Disk } from "./disk.ts";
import { SMALL_LIMITS, TIMING } from "./limits.ts";
import { foundingEpoch, keyringOf } from "./members.ts";
import { SimulatedNode, type World } from "./node.ts";
import { Verdicts } from "./verdicts.ts";

export type Faults = {
  /** Chances of 1,000 per frame. */
  readonly lossPerMille: number;
  readonly duplicatePerMille: number;
  readonly delayMsMin: number;
  readonly delayMsMax: number;
  readonly diskMsMin: number;
  readonly diskMsMax: number;
};

export const CALM: Faults = {
  lossPerMille: 0,
  duplicatePerMille: 0,
  delayMsMin: 0,
  delayMsMax: 3,
  diskMsMin: 0,
  diskMsMax: 2,
};

/** More at one moment is a node that keeps itself awake. */
const EVENTS_PER_MOMENT_MAX = 20_000;

/** Wall time at the beginning of every simulation. */
export const EPOCH_MS = 1_700_000_000_000;

export class Cluster implements World {
  readonly prng: Prng;
  readonly network: Hash;
  readonly nodes: SimulatedNode[] = [];
  /** Second copies of nodes, with the same keys; see `twin`. */
  readonly twins: SimulatedNode[] = [];
  readonly checker: Checker;
  readonly notebook: Notebook;
  /** Whether somebody takes notes. */
  isOverheard = false;
  readonly liars = new Set<NodeId>();
  faults: Faults = CALM;
  nowMs = 0;
  /** Decides about a frame: false keeps it off the wire. Scenarios cut links and drop kinds with it. */
  passes: (from: NodeId, to: NodeId, frame: Uint8Array) => boolean = () => true;
  /** Which copy of a twinned node a node talks to; copies talk to their own side. */
  sideOf: (id: NodeId) => 0 | 1 = () => 0;
  onEffect: (node: SimulatedNode, effect: Effect) => void = () => undefined;
  onRefusal: (node: SimulatedNode, from: NodeId, refusal: { bytes: Uint8Array; code: string }) => void = () =>
    undefined;
  readonly refusals = new Map<string, number>();
  readonly counts = new Map<string, number>();
  readonly #agenda = new Agenda();
  readonly #verdicts: Verdicts;
  readonly #make: (self: NodeId) => SimulatedNode;
  #commands = 0;
  #isViolated = false;
  #sameMoment = 0;

  constructor(options: {
    seed: number;
    nodes: number;
    /** Further nodes, which the first epoch does not know. */
    strangers?: number;
    limits?: Partial<Limits>;
    timing?: Partial<Timing>;
    /** Whom a node asks before any voter while it has no vote (V11). */
    follow?: (self: NodeId) => readonly NodeId[];
  }) {
    this.prng = new Prng(options.seed);
    this.network = sha256(utf8(`simulated network`));
    const first = foundingEpoch(this.network, options.nodes);
    const { electorate } = first;
    const count = options.nodes + (options.strangers ?? 0);
    const ids = Array.from({ length: count }, (_, i) => NodeId(i + 1));
    const limits = { ...SMALL_LIMITS, ...options.limits };
    const timing = { ...TIMING, ...options.timing };
    const admission = new SimulatedAdmission(this.network);
    this.#verdicts = new Verdicts({
      epochs: new Epochs(first),
      sha256,
      admission,
      payloadBytesMax: limits.payloadBytesMax,
    });
    this.#make = (self) => {
      const { sign } = simulatedKey(`node ${self}`);
      const own = admission.forOneNode();
      const keyring = keyringOf(self);
      const follow = options.follow?.(self) ?? [];
      const context = { self, electorate, sha256, sign, keyring, admission: own, limits, timing, follow };
      return new SimulatedNode(context, own, new Disk(this.network), first, this);
    };
    for (const self of ids) this.nodes.push(this.#make(self));
    this.checker = new Checker(first, (id) => !this.liars.has(id));
    this.notebook = new Notebook(electorate);
  }

  node(id: number): SimulatedNode {
    return this.nodes[id - 1]!;
  }

  get honest(): SimulatedNode[] {
    return this.nodes.filter(({ id }) => !this.liars.has(id));
  }

  startAll(): void {
    for (const node of [...this.nodes, ...this.twins]) node.start();
  }

  now(node?: SimulatedNode): Now {
    const wallMs = EPOCH_MS + Math.floor(this.nowMs) + (node?.clockOffsetMs ?? 0);
    return { monotonicMs: this.nowMs, wallMs };
  }

  after(node: SimulatedNode, delayMs: number, action: () => void): void {
    const { life } = node;
    this.plan(delayMs, () => {
      if (node.life === life) action();
    });
  }

  /** Something that happens whatever becomes of the nodes. */
  plan(delayMs: number, action: () => void): void {
    this.#agenda.plan(this.nowMs + delayMs, action);
  }

  #between(min: number, max: number): number {
    return min + this.prng.below((max - min) * 8 + 1) / 8;
  }

  diskDelayMs(): number {
    return this.#between(this.faults.diskMsMin, this.faults.diskMsMax);
  }

  judge(node: SimulatedNode, from: NodeId, frame: Uint8Array): Result<Verified<Message>, Refusal> {
    return this.#verdicts.of(node.state!.epochs, from, frame);
  }

  deliver(from: SimulatedNode, to: readonly NodeId[], bytes: Uint8Array): void {
    const decoded = decodeFrame(bytes);
    assert(decoded.ok, "nodes send frames that decode");
    this.#count(decoded.value.kind);
    if (this.isOverheard) this.notebook.hear(decoded.value);
    this.checker.onFrame(from.id, decoded.value, to.length === 1 ? to[0]! : "all");
    for (const { id } of this.nodes) {
      if (id === from.id || !to.includes(id)) continue;
      if (from.strategy?.outgoing === undefined) this.#post(from, id, bytes);
      else {
        const letters = from.strategy.outgoing({ to: id, frame: decoded.value });
        for (const letter of letters) this.#postLetter(from, letter, { frame: decoded.value, bytes });
      }
    }
  }

  #postLetter(
    from: SimulatedNode,
    letter: Letter,
    own?: { frame: Letter["frame"]; bytes: Uint8Array },
  ): void {
    if (letter.to === from.id) return;
    this.#post(from, letter.to, letter.frame === own?.frame ? own.bytes : encodeFrame(letter.frame));
  }

  /** Puts bytes on the wire from one node to another. */
  post(from: NodeId, to: NodeId, bytes: Uint8Array): void {
    this.#post(this.node(from), to, bytes);
  }

  #post(from: SimulatedNode, to: NodeId, bytes: Uint8Array): void {
    if (!this.passes(from.id, to, bytes) || this.prng.below(1000) < this.faults.lossPerMille) return;
    const receiver = this.#copyFacing(from, to);
    if (receiver === undefined) return;
    const copies = this.prng.below(1000) < this.faults.duplicatePerMille ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      const delayMs = this.#between(this.faults.delayMsMin, this.faults.delayMsMax);
      this.plan(delayMs, () => this.#arrive(receiver, from.id, bytes));
    }
  }

  /** Of a twinned pair, each copy lives in one half of the world. */
  #copyFacing(from: SimulatedNode, to: NodeId): SimulatedNode | undefined {
    const twin = this.twins.find(({ id }) => id === to);
    const senderTwin = this.twins.find(({ id }) => id === from.id);
    const senderSide = senderTwin === undefined ? this.sideOf(from.id) : from === senderTwin ? 1 : 0;
    if (twin !== undefined) return senderSide === 1 ? twin : this.node(to);
    const isInReach = senderTwin === undefined || this.sideOf(to) === senderSide;
    return isInReach ? this.node(to) : undefined;
  }

  #arrive(node: SimulatedNode, from: NodeId, bytes: Uint8Array): void {
    const { incoming } = node.strategy ?? {};
    if (incoming !== undefined) {
      const frame = decodeFrame(bytes);
      if (!frame.ok || !incoming(from, frame.value)) return;
    }
    node.receive(from, bytes);
  }

  /** From now on a node lies; `undefined` ends its lies, but not its bad name. */
  corrupt(id: number, lie: Lie | undefined): void {
    const node = this.node(id);
    this.isOverheard = true;
    this.liars.add(node.id);
    const liar: Liar = {
      self: node.id,
      context: node.context,
      configuration: this.checker.epochs.last.configuration,
      former: undefined,
      approved: () => [],
      ready: () => [],
      others: this.nodes.map((other) => other.id).filter((other) => other !== node.id),
      prng: this.prng,
      notebook: this.notebook,
      now: () => this.now(node),
      state: () => node.state,
      entries: () => node.disk.entries,
      later: (delayMs, action) => this.after(node, delayMs, action),
      post: (letter) => this.#postLetter(node, letter),
      commandInPlaceOf: (body, branch) => this.#liarsCommand(node, `${commandName(body)}/${branch}`),
      forgedCommand: () => this.#liarsCommand(node, `forged-${this.prng.u32()}`, true),
    };
    take(node, lie?.(liar), (tick) => this.plan(node.context.timing.heartbeatMs, tick));
  }

  #liarsCommand(node: SimulatedNode, name: string, forged = false): Uint8Array {
    const expiresMs = this.now(node).wallMs + 3_600_000;
    return makeCommand(this.network, { name, client: "ann", expiresMs, forged });
  }

  /** Gives a node a second body with the same key: each talks to its side of the others. */
  twin(id: number): SimulatedNode {
    const copy = this.#make(NodeId(id));
    this.liars.add(copy.id);
    this.twins.push(copy);
    return copy;
  }

  observe(node: SimulatedNode, effect: Effect): void {
    if (effect.kind === "persist") {
      this.checker.onPersist(node.id, effect.changes);
      for (const change of effect.changes) if (change.kind === "link") this.#verdicts.learn(change.link);
    }
    if (effect.kind === "commit") this.checker.onCommit(node.id, effect.index);
    if (effect.kind === "notice") this.#count(effect.code);
    this.onEffect(node, effect);
  }

  refused(node: SimulatedNode, from: NodeId, refusal: { bytes: Uint8Array; code: string }): void {
    this.refusals.set(refusal.code, (this.refusals.get(refusal.code) ?? 0) + 1);
    this.onRefusal(node, from, refusal);
  }

  failed(node: SimulatedNode, error: unknown): void {
    if (!this.liars.has(node.id)) throw error;
    this.#count("liar_failed");
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** Runs until `done`, or for a span of virtual time. Returns whether `done` came true. */
  run(spanMs: number, done: () => boolean = () => false): boolean {
    const endMs = this.nowMs + spanMs;
    while (!done()) {
      const event = this.#agenda.next(endMs);
      if (event === undefined) {
        this.nowMs = endMs;
        return done();
      }
      if (event.atMs > this.nowMs) this.#sameMoment = 0;
      assert(this.#sameMoment++ < EVENTS_PER_MOMENT_MAX, "time goes on");
      this.nowMs = Math.max(this.nowMs, event.atMs);
      event.action();
      this.#throwViolation();
    }
    return true;
  }

  /** Between events, so that no node is stopped in the middle of what it does. Told once. */
  #throwViolation(): void {
    const { violation } = this.checker;
    if (violation === undefined || this.#isViolated) return;
    this.#isViolated = true;
    throw violation;
  }

  /** Returns the id of the command. */
  submit(to: number, name = `c${++this.#commands}`, client = "ann"): string {
    const node = this.node(to);
    const command = this.command(node, { name, client });
    node.input({ kind: "submit", commands: [command] });
    return command.facts.id;
  }

  command(node: SimulatedNode, parts: { name: string; client: string }): Verified<Command> {
    const body = makeCommand(this.network, { ...parts, expiresMs: EPOCH_MS + 12 * 3_600_000 });
    const facts = node.admission.describe(body);
    assert(facts.ok, "a made command is well-formed");
    return { body, facts: facts.value } as Verified<Command>;
  }

  get leader(): SimulatedNode | undefined {
    const leaders = this.nodes.filter(
      (n) => n.state !== undefined && roleOf(n.context, n.state) === "leader",
    );
    return leaders.sort((a, b) => b.state!.currentTerm - a.state!.currentTerm)[0];
  }

  committedOf(id: number): number {
    return this.node(id).state?.committed.index ?? -1;
  }
}
