// One simulated node: the production core between a simulated disk and a simulated network. Effects
// are performed in order; a persist takes time, and nothing behind it happens before it is durable.

import {
  assert,
  equalBytes,
  type Hash,
  LogIndex,
  type NodeId,
  type Refusal,
  type Result,
  taggedHash,
} from "@juno/base";
import {
  bulk,
  type DurableChange,
  type Effect,
  encodeFrame,
  type FetchBody,
  type Input,
  type Message,
  type Now,
  restore,
  type State,
  signBody,
  step,
  type Verified,
  writeFetchReply,
} from "@juno/consensus";
import {
  type CommitProof,
  decodeTermCertificate,
  type Entry,
  type EpochFacts,
  type EpochLink,
  type Epochs,
  followLinks,
} from "@juno/proof";
import type { Strategy } from "./byzantine/liar.ts";
import type { SimulatedAdmission } from "./commands.ts";
import { sha256 } from "./crypto.ts";
import type { Disk } from "./disk.ts";
import type { SimulatedContext } from "./members.ts";

/** What a node needs of the world it runs in. */
export type World = {
  now(node: SimulatedNode): Now;
  /** Runs an action after a delay, unless the node crashes before. */
  after(node: SimulatedNode, delayMs: number, action: () => void): void;
  deliver(from: SimulatedNode, to: readonly NodeId[], frame: Uint8Array): void;
  judge(node: SimulatedNode, from: NodeId, frame: Uint8Array): Result<Verified<Message>, Refusal>;
  diskDelayMs(): number;
  observe(node: SimulatedNode, effect: Effect): void;
  refused(node: SimulatedNode, from: NodeId, refusal: { bytes: Uint8Array; code: string }): void;
  /** A node's own code failed. An honest one must not; a liar's may, entangled in its lies. */
  failed(node: SimulatedNode, error: unknown): void;
};

/** Around a write: false crashes the node at this very point. */
export type PersistHook = (moment: "before" | "after", changes: readonly DurableChange[]) => boolean;

export class SimulatedNode {
  readonly context: SimulatedContext;
  readonly admission: SimulatedAdmission;
  readonly disk: Disk;
  readonly #world: World;
  /** Counts lives: whatever was planned in an earlier life does not happen. */
  life = 0;
  state: State | undefined;
  readonly #first: EpochFacts;
  applied: { index: LogIndex; root: Hash };
  /** How far this node has committed, in all its lives; its disk says so somewhat later. */
  committed = LogIndex(0);
  /** Outcome root after each applied index, for the checkers. */
  readonly roots: Hash[] = [];
  /** Changes what this node computes from here on, to play a diverging state machine; 0 is right. */
  outcomeSalt = 0;
  /** How far the own clock is off, ms. */
  clockOffsetMs = 0;
  /** How this node lies, if it does. */
  strategy: Strategy | undefined;
  onPersist: PersistHook = () => true;
  #queue: Effect[] = [];
  #busy = false;

  constructor(
    context: SimulatedContext,
    admission: SimulatedAdmission,
    disk: Disk,
    first: EpochFacts,
    world: World,
  ) {
    this.#first = first;
    this.context = context;
    this.admission = admission;
    this.disk = disk;
    this.#world = world;
    this.applied = { index: LogIndex(0), root: context.electorate.network };
  }

  get id(): NodeId {
    return this.context.self;
  }

  start(): void {
    this.life += 1;
    this.#queue = [];
    this.#busy = false;
    const durable = this.disk.load();
    this.applyThrough(durable.committed.index);
    const licence =
      durable.termCertificate === undefined ? undefined : decodeTermCertificate(durable.termCertificate);
    const termCertificate = licence?.ok ? licence.value : undefined;
    this.state = restore(this.context, durable, {
      epochs: this.#epochsOf(durable.links),
      applied: this.applied,
      termCertificate,
      nonce: this.life * 1_000_000,
    });
    this.input({ kind: "start" });
  }

  #epochsOf(links: readonly EpochLink[]): Epochs {
    const followed = followLinks(sha256, this.#first, links);
    assert(followed.ok, "stored links lead from epoch to epoch");
    return followed.value.epochs;
  }

  crash(): void {
    this.life += 1;
    this.state = undefined;
    this.#queue = [];
    this.#busy = false;
  }

  receive(from: NodeId, frame: Uint8Array): void {
    if (this.state === undefined) return;
    const verdict = this.#world.judge(this, from, frame);
    if (verdict.ok) this.input({ kind: "message", message: verdict.value });
    else this.#world.refused(this, from, { bytes: frame, code: verdict.error.code });
  }

  input(input: Input): void {
    if (this.state === undefined) return;
    const now = this.#world.now(this);
    try {
      const effects = step(this.context, this.state, input, now);
      effects.push(...step(this.context, this.state, { kind: "flush" }, now));
      // Nobody's memory is ever older here than what it said.
      effects.push(...step(this.context, this.state, { kind: "seat" }, now));
      this.#queue.push(...effects);
    } catch (error) {
      this.crash();
      this.#world.failed(this, error);
      return;
    }
    this.#perform();
  }

  #perform(): void {
    while (!this.#busy) {
      const effect = this.#queue.shift();
      if (effect === undefined) return;
      if (effect.kind === "persist") return this.#persist(effect);
      this.#world.observe(this, effect);
      this.#perform1(effect);
    }
  }

  #persist(effect: Effect & { kind: "persist" }): void {
    this.#busy = true;
    if (!this.onPersist("before", effect.changes)) return this.crash();
    this.#world.after(this, this.#world.diskDelayMs(), () => {
      this.disk.write(effect.changes);
      this.#world.observe(this, effect);
      if (!this.onPersist("after", effect.changes)) return this.crash();
      this.#busy = false;
      this.#perform();
    });
  }

  #perform1(effect: Effect): void {
    if (effect.kind === "send") this.#world.deliver(this, effect.to, effect.frame);
    if (effect.kind === "serve") this.#serve(effect.to, effect.fetch);
    if (effect.kind === "setTimer") {
      const delayMs = Math.max(0, effect.atMs - this.#world.now(this).monotonicMs);
      this.#world.after(this, delayMs, () => {
        if (this.state?.timerMs === effect.atMs) this.input({ kind: "timer" });
      });
    }
    if (effect.kind === "commit") {
      this.committed = LogIndex(Math.max(this.committed, effect.index));
      this.#world.after(this, 1, () => {
        this.applyThrough(effect.index);
        this.input({ kind: "applied", ...this.applied });
      });
    }
  }

  /** A state machine whose outcome is the chain of what it applied. */
  applyThrough(index: LogIndex): void {
    for (let i = this.applied.index + 1; i <= index; i++) {
      const entry = this.disk.entries[i - 1]!;
      const salt = new Uint8Array(this.outcomeSalt === 0 ? [] : [this.outcomeSalt]);
      const root = taggedHash(sha256, "simulated outcome", this.applied.root, entry.hash, salt);
      this.applied = { index: LogIndex(i), root };
      this.roots[i] = root;
      if (entry.kind !== "command") continue;
      const facts = this.admission.describe(entry.body);
      if (facts.ok) this.admission.applied.set(facts.value.id, facts.value.expires);
    }
  }

  #serve(to: NodeId, fetch: FetchBody): void {
    const { certified, direction, point } = fetch;
    const chunk =
      direction === "forward" ? this.#forward(point.index) : this.#backward(point.index, point.hash);
    const before = this.disk.at((chunk.entries[0]?.index ?? 1) - 1);
    const { self: from, electorate } = this.context;
    const voice = this.state?.voice;
    if (voice === undefined) return;
    const identity = { epoch: voice.epoch, from, sha256 };
    const content = bulk(identity, (w) => writeFetchReply(w, { direction, certified, before, ...chunk }));
    const signature = signBody(
      { network: electorate.network, sign: voice.sign },
      "fetch-reply",
      content.body,
    );
    this.#world.deliver(this, [to], encodeFrame({ kind: "fetch-reply", from, signature, ...content }));
  }

  #forward(index: number): { entries: Entry[]; commitProof: CommitProof | undefined } {
    const commitProof = this.disk.proofs.find((proof) => proof.index > index);
    return { entries: this.disk.entries.slice(index, commitProof?.index ?? index), commitProof };
  }

  #backward(index: number, hash: Hash): { entries: Entry[]; commitProof: undefined } {
    const held = this.disk.entries[index - 1];
    const holds = held !== undefined && equalBytes(held.hash, hash);
    return {
      entries: holds ? this.disk.entries.slice(Math.max(0, index - 16), index) : [],
      commitProof: undefined,
    };
  }
}
