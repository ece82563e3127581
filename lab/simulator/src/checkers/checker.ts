// What no schedule with at most f liars may bring about, judged from outside the nodes by whoever sees
// every message and every disk (protocol sections 3, 7 and 11).

import { equalBytes, type Hash, hex, LogIndex, type NodeId } from "@juno/base";
import type { DurableChange, Frame } from "@juno/consensus";
import type { Electorate } from "@juno/proof";
import { Accusations } from "./accusations.ts";
import { Ancestry } from "./ancestry.ts";
import { DiskChecker } from "./disk-checker.ts";
import { Findings, type SafetyViolation } from "./findings.ts";
import { Speech } from "./speech.ts";

const SHORT = 8;

export class Checker {
  /** Hash at each committed index, by whoever committed it first. */
  readonly committed: Hash[] = [];
  readonly findings = new Findings();
  readonly #isHonest: (id: NodeId) => boolean;
  readonly #speech: Speech;
  readonly #disk: DiskChecker;
  readonly #accusations: Accusations;

  /** `computes`: whether what a node says of outcomes follows from the log, for all it can know. */
  constructor(
    electorate: Electorate,
    isHonest: (id: NodeId) => boolean,
    computes: (id: NodeId) => boolean = () => true,
  ) {
    this.#isHonest = isHonest;
    const shared = { electorate, ancestry: new Ancestry(), findings: this.findings };
    this.#speech = new Speech({ ...shared, isHonest, computes });
    this.#disk = new DiskChecker({ ...shared, speech: this.#speech });
    this.#accusations = new Accusations({ electorate, isHonest, computes, findings: this.findings });
  }

  get violation(): SafetyViolation | undefined {
    return this.findings.violation;
  }

  /** To be called for everything a node says. */
  onFrame(from: NodeId, frame: Frame, to: NodeId | "all"): void {
    if (!this.#isHonest(from)) return;
    this.#disk.onStatement(from, this.#speech.onFrame(from, frame, to));
  }

  /** To be called for everything a node makes durable, in order. */
  onPersist(id: NodeId, changes: readonly DurableChange[]): void {
    if (!this.#isHonest(id)) return;
    this.#disk.onPersist(id, changes);
    for (const change of changes) if (change.kind === "evidence") this.#accusations.onKept(id, change);
  }

  /** How much evidence honest nodes have kept, by kind. */
  get evidence(): ReadonlyMap<string, number> {
    return this.#accusations.counts;
  }

  /** To be called for every commit that a node acts upon. Agreement: what one commits at an index, all do. */
  onCommit(id: NodeId, top: number): void {
    if (!this.#isHonest(id)) return;
    const point = this.#disk.pointAt(id, top);
    if (point === undefined)
      return this.findings.found("commits", `node ${id} commits ${top}, which it has not stored`);
    const isNew = this.committed[top] === undefined;
    if (
      isNew &&
      top > 0 &&
      !this.#speech.isCommittable(point, { id, certified: this.#disk.certifiedOf(id) })
    ) {
      this.findings.found("commits", `node ${id} commits ${top}, which no quorum holds certified (S13)`);
    }
    this.#agree(id, top);
    this.#disk.onCommit(id, LogIndex(top));
  }

  #agree(id: NodeId, top: number): void {
    for (let index = top; index > 0; index--) {
      const { hash } = this.#disk.pointAt(id, index)!;
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
