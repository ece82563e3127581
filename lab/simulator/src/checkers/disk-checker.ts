// What honest nodes make durable, judged transaction by transaction against a copy that is kept here
// (protocol sections 3 and 5): the invariants, and that each change was licensed by what was said.

import { Epoch, equalBytes, LogIndex, type NodeId, Term } from "@juno/base";
import type { DurableChange, Floor } from "@juno/consensus";
import {
  type Certificate,
  compareRank,
  type Electorate,
  type Entry,
  type Point,
  type Position,
} from "@juno/proof";
import type { Ancestry } from "./ancestry.ts";
import { faultOf, faultOfCommit } from "./certificates.ts";
import type { Findings } from "./findings.ts";
import { claims, type Speech } from "./speech.ts";

type Stored = Pick<Entry, "hash" | "epoch" | "term"> & { readonly kind?: Entry["kind"] };

/** What a node's disk holds, as far as consensus rests on it. */
type Copy = {
  term: Term;
  vote: Position | undefined;
  certified: Position;
  committed: Point;
  /** With holes where a snapshot has taken the place of entries. */
  readonly log: Stored[];
  /** Of the snapshot that the log begins at, if it does: what lies below is not there. */
  floor: number;
  buffer: readonly Entry[];
  /** Everything that was ever durable: terms, votes, stored points, certified positions. */
  readonly ever: Set<string>;
};

export class DiskChecker {
  readonly #electorate: Electorate;
  readonly #electorateOf: (epoch: Epoch) => Electorate | undefined;
  readonly #ancestry: Ancestry;
  readonly #speech: Speech;
  readonly #findings: Findings;
  readonly #copies = new Map<NodeId, Copy>();

  constructor(parts: {
    readonly electorate: Electorate;
    /** Of any epoch that is known. */
    electorateOf(epoch: Epoch): Electorate | undefined;
    readonly ancestry: Ancestry;
    readonly speech: Speech;
    readonly findings: Findings;
  }) {
    this.#electorate = parts.electorate;
    this.#electorateOf = parts.electorateOf;
    this.#ancestry = parts.ancestry;
    this.#speech = parts.speech;
    this.#findings = parts.findings;
  }

  /** `leaves`: with the same write the node goes on to another epoch, by a proof that may lie above what it certified. */
  onPersist(id: NodeId, changes: readonly DurableChange[], leaves = false): void {
    const copy = this.#copyOf(id);
    for (const change of changes) this.#apply(id, copy, change);
    if (!leaves) this.#checkWhole(id, copy);
  }

  /** A node goes on here with the log that it had in an earlier epoch, and with nothing else. */
  enter(id: NodeId, from: DiskChecker, { term, index, hash }: Position): void {
    const { log, buffer, committed, floor } = from.#copyOf(id);
    const certified = { term, index, hash };
    const ever = new Set([
      claims.certified(certified),
      ...log.flatMap((stored, at) => claims.stored(pointOf(stored, at))),
    ]);
    this.#copies.set(id, {
      term,
      vote: undefined,
      certified,
      committed,
      log: log.slice(),
      floor,
      buffer,
      ever,
    });
    if (committed.index < index)
      this.#found(id, `enters an epoch whose beginning it has not committed (S12)`);
  }

  /** A node without a vote follows what others prove, and certifies nothing. */
  #votes(id: NodeId): boolean {
    return this.#electorate.keyOf.has(id);
  }

  /** Durable before sent: an honest node says only what its disk held before (section 1). */
  onStatement(id: NodeId, claims: readonly string[]): void {
    const { ever } = this.#copyOf(id);
    for (const claim of claims)
      if (!ever.has(claim)) this.#found(id, `says "${claim}", which was never durable (S4)`);
  }

  /** The node acts upon a commit, whether or not it has recorded it. */
  onCommit(id: NodeId, index: LogIndex): void {
    const copy = this.#copyOf(id);
    if (this.#votes(id) && index > copy.certified.index) {
      this.#found(id, `commits ${index} while it has certified no more than ${copy.certified.index} (S14)`);
    }
    this.#commit(copy, index);
  }

  #commit(copy: Copy, index: LogIndex): void {
    const stored = copy.log[index - 1];
    if (index > copy.committed.index && stored !== undefined) copy.committed = { index, hash: stored.hash };
  }

  /** Whatever a node has stored, as a point. */
  pointAt(id: NodeId, index: number): Point | undefined {
    const stored = index === 0 ? this.#genesis : this.#copyOf(id).log[index - 1];
    return stored && { index: LogIndex(index), hash: stored.hash };
  }

  certifiedOf(id: NodeId): Position {
    return this.#copyOf(id).certified;
  }

  get #genesis(): Stored {
    return { hash: this.#electorate.network, epoch: Epoch(0), term: Term(0) };
  }

  #copyOf(id: NodeId): Copy {
    const known = this.#copies.get(id);
    if (known !== undefined) return known;
    const { hash, term } = this.#genesis;
    const certified = { term, index: LogIndex(0), hash };
    const nothing = { vote: undefined, committed: certified, log: [], floor: 0, buffer: [] };
    const ever = new Set([claims.stored(certified)]);
    const copy: Copy = { term, certified, ...nothing, ever };
    this.#copies.set(id, copy);
    return copy;
  }

  #found(id: NodeId, what: string): void {
    this.#findings.found("disk", `node ${id} ${what}`);
  }

  #apply(id: NodeId, copy: Copy, change: DurableChange): void {
    switch (change.kind) {
      case "term":
        return this.#onTerm(id, copy, change);
      case "certified":
        return this.#onCertified(id, copy, change.certificate);
      case "truncate":
        copy.log.length = Math.min(copy.log.length, change.above);
        return;
      case "append":
        return this.#append(id, copy, change.entries);
      case "committed":
        this.#checkProof(id, copy, change);
        return this.#commit(copy, change.index);
      case "buffer":
        copy.buffer = [...copy.buffer, ...change.entries];
        return;
      case "take-buffer":
        this.#append(
          id,
          copy,
          [...copy.buffer]
            .sort((a, b) => a.index - b.index)
            .filter(({ index }) => index > copy.log.length && index <= change.through),
        );
        copy.buffer = [];
        return;
      case "drop-buffer":
        copy.buffer = [];
        return;
      case "take-snapshot":
        return this.#beginAnew(id, copy, change.floor);
      case "mode":
        // 5.9: only more than f faults bring a node there.
        if (change.mode === "halted") this.#found(id, `halts: ${change.reason}`);
    }
  }

  /** What lies below is gone; the point itself counts as stored, as others may build on it. */
  #beginAnew(id: NodeId, copy: Copy, { index, hash, epoch, term }: Floor): void {
    if (index <= copy.committed.index)
      this.#found(id, `begins anew at ${index}, below what it has committed`);
    copy.log.length = index;
    copy.floor = index;
    copy.log[index - 1] = { hash, epoch, term };
    copy.ever.add(claims.stored({ index, hash }));
  }

  #append(id: NodeId, copy: Copy, entries: readonly Entry[]): void {
    for (const { index, hash, epoch, term, kind } of entries) {
      const parent = copy.log[index - 2] ?? this.#genesis;
      if (parent.kind === "config" && epoch !== parent.epoch + 1)
        this.#found(id, `stores an entry ${index} of epoch ${epoch} above its last one (S12)`);
      this.#ancestry.add({ index, hash }, { index: LogIndex(index - 1), hash: parent.hash });
      copy.log[index - 1] = { hash, epoch, term, kind };
      copy.ever.add(claims.stored({ index, hash }));
    }
  }

  #onTerm(id: NodeId, copy: Copy, next: { currentTerm: Term; votedBase: Position | undefined }): void {
    const { currentTerm, votedBase } = next;
    if (currentTerm < copy.term) this.#found(id, `goes back from term ${copy.term} to ${currentTerm}`);
    if (currentTerm > copy.term && !this.#speech.isOpen(currentTerm, id)) {
      this.#found(id, `enters term ${currentTerm}, for which no quorum asked (V1)`);
    }
    const isOther = copy.vote !== undefined && (votedBase === undefined || !samePlace(copy.vote, votedBase));
    if (currentTerm === copy.term && isOther) this.#found(id, `forgets its vote of term ${currentTerm} (S1)`);
    if (votedBase !== undefined && compareRank(votedBase, copy.certified) < 0) {
      this.#found(id, `votes for a base below what it has certified (S2)`);
    }
    copy.term = currentTerm;
    copy.vote = votedBase;
    copy.ever.add(claims.entered(currentTerm));
    if (votedBase !== undefined) copy.ever.add(claims.voted(currentTerm, votedBase));
  }

  #onCertified(id: NodeId, copy: Copy, certificate: Certificate): void {
    const fault = faultOf(this.#electorate, certificate);
    if (fault !== undefined) {
      this.#findings.found("certificates", `node ${id} believes a certificate with ${fault} (S3, S5)`);
    }
    const { position } = certificate;
    if (compareRank(position, copy.certified) < 0) this.#found(id, "lets what it has certified fall (S6)");
    copy.certified = position;
    copy.ever.add(claims.certified(position));
  }

  /** What auditors and those who catch up rest on is written down whole. */
  #checkProof(
    id: NodeId,
    copy: Copy,
    { epoch, index, hash, proof }: Extract<DurableChange, { kind: "committed" }>,
  ): void {
    const stored = copy.log[index - 1];
    const isOfEntry = proof.index === index && equalBytes(proof.hash, hash);
    const isOwn = stored !== undefined && equalBytes(stored.hash, hash);
    if (!isOfEntry || !isOwn) this.#found(id, `records a commit of ${index} with the proof of another entry`);
    // With the write with which it goes on to a later epoch, a node may record a commit of that one.
    const fault = faultOfCommit(this.#electorateOf(epoch) ?? this.#electorate, proof);
    if (fault === undefined) return;
    this.#findings.found("certificates", `node ${id} records a commit of ${index} with ${fault} (S13)`);
  }

  #checkWhole(id: NodeId, copy: Copy): void {
    const { certified, log, committed, floor } = copy;
    const kept = log[committed.index - 1];
    if (committed.index > 0 && !(kept !== undefined && equalBytes(kept.hash, committed.hash))) {
      this.#found(id, `cuts or replaces entry ${committed.index}, which it has committed`);
    }
    const own = certified.index === 0 ? this.#genesis : log[certified.index - 1];
    const isGone = own === undefined && certified.index < floor;
    if (!isGone && (own === undefined || !equalBytes(own.hash, certified.hash))) {
      this.#found(id, `has certified an entry ${certified.index} that is not in its log (S7)`);
    }
    if (certified.term > copy.term) this.#found(id, "has certified something of a term it is not in");
    if (!this.#votes(id)) return;
    if (committed.index > certified.index) this.#found(id, `has committed more than it has certified (S14)`);
    for (let at = log.length; at > certified.index; at--) {
      const { epoch, term } = log[at - 1]!;
      if (term === certified.term && epoch === this.#electorate.epoch) continue;
      this.#found(
        id,
        `keeps entry ${at} of term ${log[at - 1]!.term} above a certificate of term ${certified.term} (S8)`,
      );
      return;
    }
  }
}

const pointOf = ({ hash }: Stored, at: number): Point => ({ index: LogIndex(at + 1), hash });

const samePlace = (a: Position, b: Position): boolean =>
  a.term === b.term && a.index === b.index && equalBytes(a.hash, b.hash);
