// What no schedule with at most f liars may bring about, judged from outside the nodes by whoever
// sees every message and every disk (protocol sections 7 and 11). Liars are assumed to have signed
// everything at all times, so a quorum is possible as soon as the honest part of it has spoken.

import { decodeWith, equalBytes, type Hash, hex, type NodeId, type Term } from "@juno/base";
import type { DurableChange, Frame } from "@juno/consensus";
import {
  type Ack,
  compareRank,
  decodeAck,
  decodePreVote,
  decodeVote,
  type Electorate,
  type Point,
  readCertificate,
} from "@juno/proof";

/** A violated property. */
export class SafetyViolation extends Error {
  override readonly name = "SafetyViolation";
}

type Spoken = {
  /** Highest term entered or voted in: no Ack of a lower one may follow (S4). */
  left: Term;
  vote: { readonly term: Term; readonly base: string } | undefined;
  ack: Ack | undefined;
};

const SHORT = 8;
const keyOf = (point: Point): string => `${point.index}/${hex(point.hash)}`;

export class Checker {
  /** Hash at each committed index, by whoever committed it first. */
  readonly committed: Hash[] = [];
  readonly #electorate: Electorate;
  readonly #isHonest: (id: NodeId) => boolean;
  readonly #spoken = new Map<NodeId, Spoken>();
  /** Honest voters of each (term, base). */
  readonly #votes = new Map<string, Set<NodeId>>();
  readonly #electedBase = new Map<Term, string>();
  /** Honest voters that stored each (term, point). */
  readonly #stored = new Map<string, Set<NodeId>>();
  readonly #certified = new Map<Term, Point[]>();
  readonly #parents = new Map<string, Point>();

  /** The first violated property; nothing is judged after it. */
  violation: SafetyViolation | undefined;

  constructor(electorate: Electorate, isHonest: (id: NodeId) => boolean) {
    this.#electorate = electorate;
    this.#isHonest = isHonest;
  }

  /** To be called for everything an honest node has made durable. */
  onPersist(node: { id: NodeId; hashAt: (index: number) => Point }, changes: readonly DurableChange[]): void {
    for (const change of changes) {
      if (change.kind === "append" || change.kind === "buffer") {
        for (const { index, hash } of change.entries) {
          if (index <= 1 || this.#parents.has(keyOf({ index, hash }))) continue;
          const parent = change.entries.find((entry) => entry.index === index - 1) ?? node.hashAt(index - 1);
          this.#parents.set(keyOf({ index, hash }), { index: parent.index, hash: parent.hash });
        }
      }
    }
  }

  /** To be called for every commit. Agreement: what an honest node commits at an index is what every other committed there. */
  onCommit(node: { id: NodeId; hashAt: (index: number) => Point }, top: number): void {
    for (let index = top; index > 0; index--) {
      const { hash } = node.hashAt(index);
      const known = this.committed[index];
      if (known === undefined) this.committed[index] = hash;
      else {
        const [a, b] = [hash, known].map((h) => hex(h).slice(0, SHORT));
        if (a !== b) this.#found(`node ${node.id} commits ${a} at ${index} where ${b} is committed`);
        return;
      }
    }
  }

  /** To be called for everything a node says. */
  onFrame(from: NodeId, frame: Frame): void {
    if (!this.#isHonest(from)) return;
    if (frame.kind === "prevote") {
      const body = decodePreVote(frame.body);
      if (body.ok && body.value.entered) this.#leave(from, body.value.term);
    }
    if (frame.kind === "vote") this.#onVote(from, frame.body);
    if (frame.kind === "ack") this.#onAck(from, frame);
  }

  #found(what: string): void {
    this.violation ??= new SafetyViolation(what);
  }

  #of(id: NodeId): Spoken {
    const spoken = this.#spoken.get(id) ?? { left: 0 as Term, vote: undefined, ack: undefined };
    this.#spoken.set(id, spoken);
    return spoken;
  }

  #leave(id: NodeId, term: Term): void {
    const spoken = this.#of(id);
    if (term > spoken.left) spoken.left = term;
  }

  #onVote(from: NodeId, bytes: Uint8Array): void {
    const body = decodeVote(bytes);
    if (!body.ok) return;
    const { term, base } = body.value;
    const key = `${base.term}:${keyOf(base)}`;
    this.#leave(from, term);
    const spoken = this.#of(from);
    if (spoken.vote?.term === term && spoken.vote.base !== key) {
      this.#found(`node ${from} votes for two bases in term ${term}`);
    }
    if (spoken.vote !== undefined && spoken.vote.term > term) {
      this.#found(`node ${from} votes in term ${term} after term ${spoken.vote.term}`);
    }
    spoken.vote = { term, base: key };
    const votes = voices(this.#votes, `${term} ${key}`);
    votes.add(from);
    if (votes.size < this.#honestPart()) return;
    const elected = this.#electedBase.get(term);
    if (elected === undefined) this.#electedBase.set(term, key);
    else if (elected !== key) this.#found(`two bases can be elected in term ${term}`);
  }

  #onAck(from: NodeId, frame: Frame): void {
    const body = decodeAck(frame.body);
    if (!body.ok) return;
    const ack = body.value;
    const { left, ack: before } = this.#of(from);
    if (ack.term < left) this.#found(`node ${from} acks in term ${ack.term} after ${left}`);
    if (before !== undefined) {
      const rank = { term: ack.term, index: ack.certified.index };
      if (compareRank(rank, { term: before.term, index: before.certified.index }) < 0) {
        this.#found(`what node ${from} has certified falls`);
      }
      this.#checkSwitch(from, { before, after: ack, attachment: frame.attachment });
    }
    this.#of(from).ack = ack;
    const key = keyOf(ack.stored);
    const stored = voices(this.#stored, `${ack.term} ${key}`);
    stored.add(from);
    if (stored.size === this.#honestPart()) this.#onCertifiable(ack.term, ack.stored);
  }

  /** S11: within a term, what was acked is replaced only under a certificate that covers its index. */
  #checkSwitch(from: NodeId, step: { before: Ack; after: Ack; attachment: Uint8Array }): void {
    const { before, after } = step;
    if (before.term !== after.term || this.#extends(after.stored, before.stored)) return;
    const attached = decodeWith(step.attachment, (r) => r.option(readCertificate));
    const certificate = attached.ok ? attached.value : undefined;
    const certifiedRose = after.certified.index > before.certified.index;
    if (certifiedRose || certificate !== undefined) return;
    this.#found(`node ${from} replaces what it acked in term ${after.term}`);
  }

  /** Certificates of one term are compatible: each lies on the chain of the next higher one. */
  #onCertifiable(term: Term, point: Point): void {
    const chain = this.#certified.get(term) ?? [];
    this.#certified.set(term, chain);
    let place = chain.length;
    while (place > 0 && chain[place - 1]!.index > point.index) place--;
    const [below, above] = [chain[place - 1], chain[place]];
    const isOnChain =
      (below === undefined || this.#extends(point, below)) &&
      (above === undefined || this.#extends(above, point));
    if (!isOnChain) this.#found(`two certificates of term ${term} conflict at ${point.index}`);
    chain.splice(place, 0, point);
  }

  /** Whether the chain through `high` is known to pass through `low`, or not known at all. */
  #extends(high: Point, low: Point): boolean {
    let at: Point | undefined = high;
    while (at !== undefined && at.index > low.index) at = this.#parents.get(keyOf(at));
    return at === undefined || (at.index === low.index && equalBytes(at.hash, low.hash));
  }

  #honestPart(): number {
    const { voters, quorum } = this.#electorate;
    return quorum - voters.filter(({ id }) => !this.#isHonest(id)).length;
  }
}

function voices(all: Map<string, Set<NodeId>>, key: string): Set<NodeId> {
  const found = all.get(key) ?? new Set<NodeId>();
  all.set(key, found);
  return found;
}
