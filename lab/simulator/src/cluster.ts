// A cluster in virtual time, from one seed: the network delays, loses, duplicates and reorders; disks
// take time; nodes crash. Checkers apart from the nodes compare what the nodes committed (section 11).

import { assert, Epoch, equalBytes, type Hash, hex, NodeId, Prng, utf8 } from "@juno/base";
import {
  type Context,
  decodeFrame,
  type Effect,
  type Limits,
  type Now,
  roleOf,
  type Timing,
} from "@juno/consensus";
import { electorateOf } from "@juno/proof";
import { makeCommand, SimulatedAdmission } from "./commands.ts";
import { sha256, simulatedKey } from "./crypto.ts";
import { Disk } from "./disk.ts";
import { SimulatedNode, type World } from "./node.ts";

export type Faults = {
  /** Chances of 1,000 per frame. */
  readonly lossPerMille: number;
  readonly duplicatePerMille: number;
  readonly delayMsMax: number;
  readonly diskMsMax: number;
};

export const CALM: Faults = { lossPerMille: 0, duplicatePerMille: 0, delayMsMax: 3, diskMsMax: 2 };

export const SMALL_LIMITS: Limits = {
  windowEntries: 64,
  windowBytes: 65_536,
  payloadBytesMax: 4096,
  batchEntriesMax: 8,
  batchBytesMax: 8192,
  pipelineMax: 2,
  readsMax: 16,
  pendingCommandsMax: 256,
  pendingActionsMax: 256,
  pendingBytesMax: 65_536,
  pendingGasMax: 256,
  commandsPerClientMax: 64,
};

export const TIMING: Timing = {
  heartbeatMs: 100,
  heartbeatTimeoutMs: 600,
  collectWaitMs: 100,
  commandTimeoutMs: 3000,
  driftMs: 5000,
};

/** A violated property: what no schedule with at most f liars may bring about. */
export class SafetyViolation extends Error {
  override readonly name = "SafetyViolation";
}

type Event = { readonly atMs: number; readonly order: number; readonly action: () => void };

export class Cluster implements World {
  readonly prng: Prng;
  readonly network: Hash;
  readonly nodes: SimulatedNode[] = [];
  faults: Faults = CALM;
  nowMs = 0;
  /** Decides about a frame: false keeps it off the wire. Scenarios cut links and drop kinds with it. */
  passes: (from: NodeId, to: NodeId, frame: Uint8Array) => boolean = () => true;
  onEffect: (node: SimulatedNode, effect: Effect) => void = () => undefined;
  readonly refusals = new Map<string, number>();
  readonly counts = new Map<string, number>();
  readonly committed: Hash[] = [];
  #events: Event[] = [];
  #order = 0;
  #commands = 0;

  constructor(options: { seed: number; nodes: number; limits?: Partial<Limits>; timing?: Partial<Timing> }) {
    this.prng = new Prng(options.seed);
    this.network = sha256(utf8(`simulated network`));
    const ids = Array.from({ length: options.nodes }, (_, i) => NodeId(i + 1));
    const voters = ids.map((id) => ({ id, signKey: simulatedKey(`node ${id}`).key }));
    const electorate = electorateOf({ network: this.network, epoch: Epoch(0), voters });
    for (const self of ids) {
      const admission = new SimulatedAdmission(this.network);
      const limits = { ...SMALL_LIMITS, ...options.limits };
      const timing = { ...TIMING, ...options.timing };
      const { sign } = simulatedKey(`node ${self}`);
      const context: Context = { self, electorate, sha256, sign, admission, limits, timing };
      this.nodes.push(new SimulatedNode(context, admission, new Disk(this.network, Epoch(0)), this));
    }
  }

  node(id: number): SimulatedNode {
    return this.nodes[id - 1]!;
  }

  startAll(): void {
    for (const node of this.nodes) node.start();
  }

  now(): Now {
    return { monotonicMs: this.nowMs, wallMs: 1_700_000_000_000 + Math.floor(this.nowMs) };
  }

  after(node: SimulatedNode, delayMs: number, action: () => void): void {
    const { life } = node;
    this.#at(this.nowMs + delayMs, () => {
      if (node.life === life) action();
    });
  }

  diskDelayMs(): number {
    return this.prng.below(this.faults.diskMsMax * 8 + 1) / 8;
  }

  deliver(from: NodeId, to: NodeId | "all", frame: Uint8Array): void {
    for (const { id } of this.nodes) {
      if (id === from || (to !== "all" && to !== id)) continue;
      if (!this.passes(from, id, frame) || this.prng.below(1000) < this.faults.lossPerMille) continue;
      const copies = this.prng.below(1000) < this.faults.duplicatePerMille ? 2 : 1;
      for (let i = 0; i < copies; i++) {
        const delayMs = this.prng.below(this.faults.delayMsMax * 8 + 1) / 8;
        this.#at(this.nowMs + delayMs, () => this.node(id).receive(from, frame));
      }
    }
  }

  observe(node: SimulatedNode, effect: Effect): void {
    if (effect.kind === "persist") {
      for (const change of effect.changes) if (change.kind === "committed") this.#checkCommit(node, change);
    }
    if (effect.kind === "notice") this.#count(effect.code);
    if (effect.kind === "send") {
      const frame = decodeFrame(effect.frame);
      assert(frame.ok, "nodes send frames that decode");
      this.#count(frame.value.kind);
    }
    this.onEffect(node, effect);
  }

  refused(_node: SimulatedNode, _from: NodeId, code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** Agreement: what any node commits at an index is what every other committed there. */
  #checkCommit(node: SimulatedNode, change: { index: number }): void {
    for (let index = change.index; index > 0; index--) {
      const { hash } = node.disk.entries[index - 1]!;
      const known = this.committed[index];
      if (known === undefined) this.committed[index] = hash;
      else if (!equalBytes(known, hash)) {
        throw new SafetyViolation(
          `node ${node.id} commits ${hex(hash).slice(0, 8)} at ${index}, not ${hex(known).slice(0, 8)}`,
        );
      } else return;
    }
  }

  #at(atMs: number, action: () => void): void {
    const event = { atMs, order: this.#order++, action };
    const events = this.#events;
    let i = events.push(event) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!precedes(event, events[parent]!)) break;
      events[i] = events[parent]!;
      i = parent;
    }
    events[i] = event;
  }

  #next(): Event | undefined {
    const events = this.#events;
    const first = events[0];
    const last = events.pop();
    if (last === undefined || first === undefined || events.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= events.length) break;
      if (child + 1 < events.length && precedes(events[child + 1]!, events[child]!)) child++;
      if (!precedes(events[child]!, last)) break;
      events[i] = events[child]!;
      i = child;
    }
    events[i] = last;
    return first;
  }

  /** Runs until `done`, or for a span of virtual time. Returns whether `done` came true. */
  run(spanMs: number, done: () => boolean = () => false): boolean {
    const endMs = this.nowMs + spanMs;
    while (!done()) {
      const event = this.#events[0];
      if (event === undefined || event.atMs > endMs) {
        this.nowMs = endMs;
        return done();
      }
      this.#next();
      this.nowMs = Math.max(this.nowMs, event.atMs);
      event.action();
    }
    return true;
  }

  submit(to: number, name = `c${++this.#commands}`, client = "wjm"): void {
    const expiresMs = this.now().wallMs + 3_600_000;
    const body = makeCommand(this.network, { name, client, expiresMs });
    const node = this.node(to);
    const facts = node.admission.describe(body);
    assert(facts.ok, "a made command is well-formed");
    const command = { body, facts: facts.value } as Extract<
      Parameters<SimulatedNode["input"]>[0],
      { kind: "submit" }
    >["commands"][number];
    node.input({ kind: "submit", commands: [command] });
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

const precedes = (a: Event, b: Event): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
