// A cluster on stage: links that are cut, frames that are dropped or held back, nodes that crash at a
// chosen write, and everything that was said, for those who want to say it again.

import { hex, type NodeId } from "@juno/base";
import { decodeFrame, type MessageKind } from "@juno/consensus";
import { CALM, Cluster } from "../cluster.ts";
import { Narration } from "./narration.ts";
import { mistake } from "./words.ts";

/** Frames of some kinds on some links. */
export type Traffic = {
  readonly kinds: readonly MessageKind[];
  readonly from: readonly NodeId[];
  readonly to: readonly NodeId[];
};

/** Everything takes one millisecond, so that a scenario reads the same whatever it adds. */
const EVEN = { ...CALM, delayMsMin: 1, delayMsMax: 1, diskMsMin: 1, diskMsMax: 1 };

export class Stage {
  readonly cluster: Cluster;
  readonly narration = new Narration();
  readonly #cuts = new Set<string>();
  readonly #dropped: Traffic[] = [];
  readonly #held: Traffic[] = [];
  readonly #waiting: { from: NodeId; to: NodeId; bytes: Uint8Array }[] = [];
  readonly #said = new Map<string, Uint8Array>();
  #isForging = false;

  constructor(nodes: number) {
    this.cluster = new Cluster({ seed: 1, nodes });
    this.cluster.isOverheard = true;
    this.cluster.faults = EVEN;
    this.cluster.onEffect = (node, effect) => this.narration.effect(node, effect);
    this.cluster.onRefusal = (node, from, refusal) => this.narration.refusal(node, from, refusal);
    this.cluster.passes = (from, to, bytes) => this.#passes(from, to, bytes);
  }

  get everyone(): NodeId[] {
    return this.cluster.nodes.map(({ id }) => id);
  }

  #passes(from: NodeId, to: NodeId, bytes: Uint8Array): boolean {
    const frame = decodeFrame(bytes);
    if (!frame.ok) return true;
    const { kind } = frame.value;
    if (!this.#isForging) this.#said.set(`${kind} ${from}`, bytes);
    const isIn = (traffic: Traffic) =>
      traffic.kinds.includes(kind) && traffic.from.includes(from) && traffic.to.includes(to);
    if (this.#cuts.has(`${from} ${to}`) || this.#dropped.some(isIn)) return false;
    if (!this.#held.some(isIn)) return true;
    this.#waiting.push({ from, to, bytes });
    return false;
  }

  /** Puts on the wire what no core has said. */
  forge(from: NodeId, to: NodeId, bytes: Uint8Array): void {
    this.#isForging = true;
    this.cluster.post(from, to, bytes);
    this.#isForging = false;
  }

  /** The last frame of a kind that a node's core put on the wire. */
  lastOf(kind: MessageKind, from: NodeId): Uint8Array {
    return this.#said.get(`${kind} ${from}`) ?? mistake(`${from} has said no ${kind}`);
  }

  cut(some: readonly NodeId[], others: readonly NodeId[]): void {
    for (const a of some) {
      for (const b of others) {
        this.#cuts.add(`${a} ${b}`);
        this.#cuts.add(`${b} ${a}`);
      }
    }
  }

  drop(traffic: Traffic): void {
    this.#dropped.push(traffic);
  }

  hold(traffic: Traffic): void {
    this.#held.push(traffic);
  }

  /** Links work again, and nothing is dropped any more. */
  heal(): void {
    this.#cuts.clear();
    this.#dropped.length = 0;
  }

  /** Delivers what was held back. */
  release(): void {
    this.#held.length = 0;
    for (const { from, to, bytes } of this.#waiting.splice(0)) this.cluster.post(from, to, bytes);
  }

  /** Crashes a node at its `count`-th write from now, before the write is done. */
  crashAtPersist(id: NodeId, count: number): void {
    const node = this.cluster.node(id);
    let left = count;
    node.onPersist = (moment, changes) => {
      if (moment === "after" || --left > 0) return true;
      node.onPersist = () => true;
      const kinds = [...new Set(changes.map(({ kind }) => kind))];
      this.narration.tell(id, `crashed before it had written ${kinds.join(", ")}`);
      return false;
    };
  }

  /** Whether all nodes that are up and honest have committed the same. */
  committedAlike(): boolean {
    const points = this.cluster.honest.map(({ state }) =>
      state === undefined ? "down" : `${state.committed.index} ${hex(state.committed.hash)}`,
    );
    return new Set(points).size === 1;
  }
}
