// What no schedule with at most f liars may bring about, judged from outside the nodes by whoever sees
// every message and every disk (protocol sections 3, 7 and 11).

import { equalBytes, type Hash, hex, LogIndex, type NodeId } from "@juno/base";
import { type DurableChange, decodeCommon, type Frame, VOTERS_KINDS } from "@juno/consensus";
import { type EpochFacts, type EpochLink, Epochs } from "@juno/proof";
import { Accusations } from "./accusations.ts";
import { Ancestry } from "./ancestry.ts";
import { factsAfter } from "./configurations.ts";
import { DiskChecker } from "./disk-checker.ts";
import { Findings, type SafetyViolation } from "./findings.ts";
import { Speech } from "./speech.ts";

const SHORT = 8;

/** What is judged of one epoch: its voters' words and disks. */
type Era = {
  readonly facts: EpochFacts;
  readonly speech: Speech;
  readonly disk: DiskChecker;
  readonly accusations: Accusations;
};

export class Checker {
  /** Hash at each committed index, by whoever committed it first. */
  readonly committed: Hash[] = [];
  readonly findings = new Findings();
  /** All that an honest node has ever begun, or was shown. */
  readonly epochs: Epochs;
  readonly #isHonest: (id: NodeId) => boolean;
  readonly #computes: (id: NodeId) => boolean;
  readonly #ancestry = new Ancestry();
  /** By epoch. */
  readonly #eras: Era[] = [];
  /** The epoch that each node has entered last; the first if it is not here. */
  readonly #eraOf = new Map<NodeId, number>();
  /** The era that a node has left with its last write: what it said there before may leave with that write (S17). */
  readonly #left = new Map<NodeId, Era>();

  /** `computes`: whether what a node says of outcomes follows from the log, for all it can know. */
  constructor(
    first: EpochFacts,
    isHonest: (id: NodeId) => boolean,
    computes: (id: NodeId) => boolean = () => true,
  ) {
    this.#isHonest = isHonest;
    this.#computes = computes;
    this.epochs = new Epochs(first);
    this.#begin(first);
  }

  #begin(facts: EpochFacts): void {
    const { electorate } = facts;
    const { findings } = this;
    const judges = { electorate, isHonest: this.#isHonest, computes: this.#computes, findings };
    const ancestry = this.#ancestry;
    const speech = new Speech({ ...judges, ancestry });
    const disk = new DiskChecker({
      ...{ electorate, findings, ancestry, speech },
      electorateOf: (epoch) => this.#eras[epoch]?.facts.electorate,
    });
    this.#eras.push({ facts, speech, disk, accusations: new Accusations(judges) });
  }

  get violation(): SafetyViolation | undefined {
    return this.findings.violation;
  }

  #era(id: NodeId): Era {
    return this.#eras[this.#eraOf.get(id) ?? 0]!;
  }

  /** To be called for everything a node says. */
  onFrame(from: NodeId, frame: Frame, to: NodeId | "all"): void {
    if (!this.#isHonest(from) || !VOTERS_KINDS.has(frame.kind)) return;
    const said = decodeCommon(frame.body);
    const own = this.#era(from);
    const left = this.#left.get(from);
    const isLate = said.ok && left !== undefined && said.value.epoch === left.facts.electorate.epoch;
    const era = isLate ? left : own;
    const { epoch } = era.facts.electorate;
    if (!said.ok || said.value.epoch !== epoch)
      return this.findings.found(
        "speech",
        `node ${from} speaks of another epoch than ${epoch}, in which it is (S12)`,
      );
    if (!era.facts.electorate.keyOf.has(from))
      return this.findings.found(
        "speech",
        `node ${from} says ${frame.kind} in epoch ${epoch}, where it has no vote`,
      );
    era.disk.onStatement(from, era.speech.onFrame(from, frame, to));
  }

  /** To be called for everything a node makes durable, in order. */
  onPersist(id: NodeId, changes: readonly DurableChange[]): void {
    if (!this.#isHonest(id)) return;
    this.#left.delete(id);
    for (const change of changes) if (change.kind === "link") this.#onLink(id, change.link);
    const at = changes.findIndex(({ kind }) => kind === "epoch");
    const [before, after] = at < 0 ? [changes, []] : [changes.slice(0, at), changes.slice(at)];
    if (before.length > 0) this.#era(id).disk.onPersist(id, before, at >= 0);
    if (at >= 0) this.#onEpoch(id, after);
    for (const change of changes) {
      if (change.kind === "evidence") this.#eras[change.kept.epoch]?.accusations.onKept(id, change);
    }
  }

  /** S12: all that is ever believed of how an epoch ended is the same. */
  #onLink(id: NodeId, link: EpochLink): void {
    const before = this.#eras[link.entry.epoch];
    const facts =
      before === undefined ? "comes after an epoch that nobody knows" : factsAfter(before.facts, link);
    if (typeof facts === "string")
      return this.findings.found(
        "certificates",
        `node ${id} believes that an epoch ends with what ${facts} (S12)`,
      );
    const known = this.#eras[facts.electorate.epoch];
    if (known === undefined) {
      this.epochs.add(facts);
      return this.#begin(facts);
    }
    if (!equalBytes(known.facts.electorate.start.hash, facts.electorate.start.hash))
      this.findings.found("agreement", `two configurations end epoch ${link.entry.epoch} (S12)`);
  }

  #onEpoch(id: NodeId, changes: readonly DurableChange[]): void {
    const [entered] = changes;
    if (entered?.kind !== "epoch") return;
    const { epoch, position } = entered.certificate;
    const before = this.#era(id);
    const next = this.#eras[epoch];
    const isNext = next !== undefined && epoch > before.facts.electorate.epoch;
    if (!isNext || !equalBytes(next.facts.electorate.start.hash, position.hash))
      return this.findings.found("disk", `node ${id} enters an epoch that no link leads to (S12)`);
    next.disk.enter(id, before.disk, position);
    this.#left.set(id, before);
    this.#eraOf.set(id, epoch);
    next.disk.onPersist(id, changes.slice(1));
  }

  /** How much evidence honest nodes have kept, by kind. */
  get evidence(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { accusations } of this.#eras)
      for (const [kind, count] of accusations.counts) counts.set(kind, (counts.get(kind) ?? 0) + count);
    return counts;
  }

  /** To be called for every commit that a node acts upon. Agreement: what one commits at an index, all do. */
  onCommit(id: NodeId, top: number): void {
    if (!this.#isHonest(id)) return;
    const own = this.#era(id);
    const point = own.disk.pointAt(id, top);
    if (point === undefined)
      return this.findings.found("commits", `node ${id} commits ${top}, which it has not stored`);
    const isNew = this.committed[top] === undefined;
    const era = this.#eras.findLast(({ facts }) => facts.electorate.start.index < top) ?? this.#eras[0]!;
    if (isNew && top > 0 && !era.speech.isCommittable(point, { id, certified: era.disk.certifiedOf(id) })) {
      this.findings.found("commits", `node ${id} commits ${top}, which no quorum holds certified (S13)`);
    }
    this.#agree(id, top);
    own.disk.onCommit(id, LogIndex(top));
  }

  #agree(id: NodeId, top: number): void {
    for (let index = top; index > 0; index--) {
      const { hash } = this.#era(id).disk.pointAt(id, index)!;
      const known = this.committed[index];
      if (known === undefined) this.committed[index] = hash;
      else {
        if (equalBytes(hash, known)) return;
        const [a, b] = [hash, known].map((h) => hex(h).slice(0, SHORT));
        this.findings.found("agreement", `node ${id} commits ${a} at ${index} where ${b} is committed`);
        return;
      }
    }
  }
}
