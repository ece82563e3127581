// What honest nodes say, and what they must not say after what they said before (protocol sections 5 and
// 7). Liars are assumed to have signed everything at all times, so a quorum is possible as soon as the
// honest part of it has spoken.

import { decodeWith, hex, type NodeId, type Term } from "@juno/base";
import type { Frame } from "@juno/consensus";
import {
  type Ack,
  compareRank,
  decodeAck,
  decodeAppendBody,
  decodePreVote,
  decodeVote,
  type Electorate,
  type Point,
  type Position,
  readCertificate,
} from "@juno/proof";
import { type Ancestry, keyOf } from "./ancestry.ts";
import type { Findings } from "./findings.ts";
import { quorumIn } from "./quorum.ts";

/** What a statement says of its sender's disk, spelled so that it can be looked up. */
export const claims = {
  entered: (term: number): string => `in term ${term}`,
  voted: (term: number, base: Position): string => `voted in ${term} for ${base.term}:${keyOf(base)}`,
  stored: (point: Point): string => `stored ${keyOf(point)}`,
  certified: (position: Position): string => `certified ${position.term}:${keyOf(position)}`,
};

type Spoken = {
  /** Highest term entered or voted in: no Ack of a lower one may follow (S4). */
  left: Term;
  vote: { readonly term: Term; readonly base: string } | undefined;
  ack: Ack | undefined;
};

export class Speech {
  readonly #electorate: Electorate;
  readonly #isHonest: (id: NodeId) => boolean;
  readonly #computes: (id: NodeId) => boolean;
  readonly #ancestry: Ancestry;
  readonly #findings: Findings;
  readonly #spoken = new Map<NodeId, Spoken>();
  /** Honest voters of each (term, base). */
  readonly #votes = new Map<string, Set<NodeId>>();
  readonly #electedBase = new Map<Term, string>();
  /** Honest voters that stored each (term, point). */
  readonly #stored = new Map<string, Set<NodeId>>();
  readonly #certified = new Map<Term, Point[]>();
  /** Honest voters that want each term, or are in it. */
  readonly #wishes = new Map<string, Set<NodeId>>();
  /** The highest point that each honest voter said it holds certified, by term. */
  readonly #held = new Map<Term, Map<NodeId, Point>>();
  /** What each voter ever vouched for: the root at an applied index, the entry at an index of a term it leads. */
  readonly #vouched = new Map<string, string>();

  constructor(parts: {
    readonly electorate: Electorate;
    readonly isHonest: (id: NodeId) => boolean;
    readonly computes: (id: NodeId) => boolean;
    readonly ancestry: Ancestry;
    readonly findings: Findings;
  }) {
    this.#electorate = parts.electorate;
    this.#isHonest = parts.isHonest;
    this.#computes = parts.computes;
    this.#ancestry = parts.ancestry;
    this.#findings = parts.findings;
  }

  /** To be called for everything an honest node says. Returns what it claims of its disk. */
  onFrame(from: NodeId, frame: Frame, to: NodeId | "all"): readonly string[] {
    if (frame.kind === "prevote") return this.#onPreVote(from, frame.body);
    if (frame.kind === "vote") return this.#onVote(from, frame.body, to);
    if (frame.kind === "append-entries") this.#onAppend(from, frame.body);
    return frame.kind === "ack" ? this.#onAck(from, frame) : [];
  }

  /** Whether a quorum may have asked for a term, or elected somebody in it (V1). The own wish may be unsaid yet. */
  isOpen(term: Term, id: NodeId): boolean {
    const wishes = new Set(this.#wishes.get(String(term))).add(id);
    return wishes.size >= this.#honestPart() || this.#electedBase.has(term) || this.#held.has(term);
  }

  /**
   * Whether a quorum may hold a certificate for a point, by what it said in one term (S13). What the node that
   * commits holds itself is durable, but may be unsaid: a crash came between, and it learnt of its commit from its disk.
   */
  isCommittable(point: Point, own: { readonly id: NodeId; readonly certified: Position }): boolean {
    const covers = (certified: Point | undefined) =>
      certified !== undefined && certified.index >= point.index && this.#ancestry.extends(certified, point);
    for (const [term, held] of this.#held) {
      const holders = new Set([...held].filter(([, certified]) => covers(certified)).map(([id]) => id));
      if (own.certified.term === term && covers(own.certified)) holders.add(own.id);
      if (holders.size >= this.#honestPart()) return true;
    }
    return false;
  }

  #found(what: string): void {
    this.#findings.found("speech", what);
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

  #onPreVote(from: NodeId, bytes: Uint8Array): readonly string[] {
    const body = decodePreVote(bytes);
    if (!body.ok) return [];
    const { term, entered, certified } = body.value;
    voices(this.#wishes, String(term)).add(from);
    if (entered) this.#leave(from, term);
    const held = certified.term === 0 ? [] : [claims.certified(certified)];
    // V1: a wish to leave is of a term that was entered.
    const left = term === 1 ? [] : [claims.entered(term - 1)];
    return [...(entered ? [claims.entered(term)] : left), ...held];
  }

  #onVote(from: NodeId, bytes: Uint8Array, to: NodeId | "all"): readonly string[] {
    const body = decodeVote(bytes);
    if (!body.ok) return [];
    const { term, base } = body.value;
    const key = `${base.term}:${keyOf(base)}`;
    const { voters } = this.#electorate;
    const leader = voters[term % voters.length]!.id;
    if (to !== leader) this.#found(`node ${from} votes for ${to} in term ${term}, which is ${leader}'s`);
    this.#leave(from, term);
    const spoken = this.#of(from);
    if (spoken.vote?.term === term && spoken.vote.base !== key) {
      this.#found(`node ${from} votes for two bases in term ${term}`);
    }
    if (spoken.vote !== undefined && spoken.vote.term > term) {
      this.#found(`node ${from} votes in term ${term} after term ${spoken.vote.term}`);
    }
    spoken.vote = { term, base: key };
    const { ack } = spoken;
    if (ack !== undefined && ack.term < term) {
      const certified = { term: ack.term, index: ack.certified.index };
      if (compareRank(certified, base) > 0)
        this.#found(`node ${from} votes below what it has certified (S2)`);
    }
    const votes = voices(this.#votes, `${term} ${key}`);
    votes.add(from);
    if (votes.size >= this.#honestPart()) {
      const elected = this.#electedBase.get(term);
      if (elected === undefined) this.#electedBase.set(term, key);
      else if (elected !== key) this.#found(`two bases can be elected in term ${term}`);
    }
    return [claims.voted(term, base)];
  }

  #onAck(from: NodeId, frame: Frame): readonly string[] {
    const body = decodeAck(frame.body);
    if (!body.ok) return [];
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
    const { applied } = ack;
    if (applied.index > 0 && this.#computes(from))
      this.#vouch(`node ${from} for the outcome of ${applied.index}`, hex(applied.root));
    const held = this.#held.get(ack.term) ?? new Map<NodeId, Point>();
    this.#held.set(ack.term, held.set(from, ack.certified));
    const stored = voices(this.#stored, `${ack.term} ${keyOf(ack.stored)}`);
    stored.add(from);
    if (stored.size === this.#honestPart()) this.#onCertifiable(ack.term, ack.stored);
    return [claims.stored(ack.stored), claims.certified({ term: ack.term, ...ack.certified })];
  }

  /** E37: whatever it lives through, an honest leader's log has one entry at each index of its term. */
  #onAppend(from: NodeId, bytes: Uint8Array): void {
    const body = decodeAppendBody(bytes);
    if (!body.ok) return;
    const { term, previous, last } = body.value;
    for (const { index, hash } of [previous, last])
      this.#vouch(`node ${from} for entry ${index} in term ${term}`, hex(hash));
  }

  /** E39: whoever vouches for one thing never vouches for another in its place. */
  #vouch(what: string, hash: string): void {
    const before = this.#vouched.get(what);
    if (before === undefined) this.#vouched.set(what, hash);
    else if (before !== hash) this.#found(`two things are vouched for by ${what}`);
  }

  /** S11: within a term, what was acked is replaced only under a certificate that covers its index. */
  #checkSwitch(from: NodeId, step: { before: Ack; after: Ack; attachment: Uint8Array }): void {
    const { before, after } = step;
    if (before.term !== after.term || this.#ancestry.extends(after.stored, before.stored)) return;
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
      (below === undefined || this.#ancestry.extends(point, below)) &&
      (above === undefined || this.#ancestry.extends(above, point));
    if (!isOnChain) this.#found(`two certificates of term ${term} conflict at ${point.index}`);
    chain.splice(place, 0, point);
  }

  #honestPart(): number {
    const { voters } = this.#electorate;
    return quorumIn(voters.length) - voters.filter(({ id }) => !this.#isHonest(id)).length;
  }
}

function voices(all: Map<string, Set<NodeId>>, key: string): Set<NodeId> {
  const found = all.get(key) ?? new Set<NodeId>();
  all.set(key, found);
  return found;
}
