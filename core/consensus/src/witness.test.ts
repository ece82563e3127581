// What is remembered of voters to find out who contradicts itself, and which evidence is kept: both as long
// as it is of use, and never more than a bounded amount of any voter's.

import { Epoch, Hash, LogIndex, NodeId, Term } from "@juno/base";
import {
  type Ack,
  type EvidenceClaim,
  encodeAck,
  encodeVote,
  type SignedStatement,
  type Vote,
} from "@juno/proof";
import { beforeEach, describe, expect, it } from "vitest";
import { EVIDENCE_MAX, EVIDENCE_PER_VOTER_MAX, EvidenceBook } from "./evidence-book.ts";
import { Witness } from "./witness.ts";

const hashOf = (byte: number) => Hash(new Uint8Array(32).fill(byte));
const common = (from: number, term: number) => ({ epoch: Epoch(0), from: NodeId(from), term: Term(term) });

/** Inside a larger buffer, as what came in a frame. */
const inFrame = (from: number, bytes: Uint8Array): SignedStatement => {
  const frame = new Uint8Array(10_000);
  frame.set(bytes, 100);
  const body = frame.subarray(100, 100 + bytes.length);
  return { voter: NodeId(from), body, signature: frame.subarray(500, 564) };
};

let witness: Witness;

const hearVote = (from: number, term: number, base: { term: number; index: number; hash?: number }) => {
  const { term: baseTerm, index, hash = index } = base;
  const vote: Vote = {
    ...common(from, term),
    base: { term: Term(baseTerm), index: LogIndex(index), hash: hashOf(hash) },
  };
  return witness.hearVote(vote, inFrame(from, encodeVote(vote))).map(({ kind }) => kind);
};
const hearAck = (
  from: number,
  term: number,
  said: { certified?: number; applied?: number; root?: number },
) => {
  const { certified = 1, applied = 0, root = 0 } = said;
  const ack: Ack = {
    ...common(from, term),
    stored: { index: LogIndex(99), hash: hashOf(99) },
    certified: { index: LogIndex(certified), hash: hashOf(certified) },
    applied: { index: LogIndex(applied), root: hashOf(root) },
  };
  return witness.hearAck(ack, inFrame(from, encodeAck(ack)));
};
const kinds = (found: readonly { kind: string }[]) => found.map(({ kind }) => kind);

beforeEach(() => {
  witness = new Witness();
});

describe("a witness", () => {
  it("of two votes of one term finds a double vote (E38), once it heard both", () => {
    expect(hearVote(1, 5, { term: 2, index: 7 })).toEqual([]);
    expect(hearVote(1, 5, { term: 2, index: 7 })).toEqual([]);
    expect(hearVote(2, 5, { term: 2, index: 8 })).toEqual([]);
    expect(hearVote(1, 6, { term: 2, index: 8 })).toEqual([]);
    expect(hearVote(1, 5, { term: 2, index: 7, hash: 9 })).toEqual(["double-vote"]);
  });

  it("of a vote below what was certified finds a stale vote (E38), in whatever order it heard both", () => {
    hearAck(1, 3, { certified: 7 });
    expect(hearVote(1, 5, { term: 3, index: 7 })).toEqual([]);
    expect(hearVote(1, 6, { term: 3, index: 6 })).toEqual(["stale-vote"]);
    hearVote(2, 6, { term: 3, index: 6 });
    expect(kinds(hearAck(2, 3, { certified: 6 }))).toEqual([]);
    expect(kinds(hearAck(2, 3, { certified: 7 }))).toEqual(["stale-vote"]);
  });

  it("of two outcomes of one index finds a false attestation (E39), of different terms too", () => {
    expect(kinds(hearAck(1, 3, { applied: 7, root: 1 }))).toEqual([]);
    expect(kinds(hearAck(1, 3, { applied: 8, root: 2 }))).toEqual([]);
    expect(kinds(hearAck(2, 3, { applied: 7, root: 2 }))).toEqual([]);
    expect(kinds(hearAck(1, 4, { applied: 7, root: 2 }))).toEqual(["false-attestation"]);
  });

  it("holds no frame in memory for what it remembers in numbers", () => {
    hearAck(1, 3, { applied: 7, root: 1 });
    const [found] = hearAck(1, 4, { applied: 7, root: 2 });
    expect(found?.kind).toBe("false-attestation");
    expect(found?.first.body.buffer.byteLength).toBe(140);
  });

  it("forgets of each voter what it said first, and of no other voter", () => {
    hearAck(2, 3, { applied: 1, root: 1 });
    for (let applied = 1; applied <= 65; applied++) hearAck(1, 3, { applied, root: 1 });
    expect(kinds(hearAck(2, 3, { applied: 1, root: 2 }))).toEqual(["false-attestation"]);
    expect(kinds(hearAck(1, 3, { applied: 2, root: 2 }))).toEqual(["false-attestation"]);
    expect(kinds(hearAck(1, 3, { applied: 1, root: 2 }))).toEqual([]);
    for (let term = 10; term <= 14; term++) hearVote(1, term, { term: 3, index: 99 });
    expect(hearVote(1, 11, { term: 3, index: 98 })).toEqual(["double-vote"]);
    expect(hearVote(1, 10, { term: 3, index: 98 })).toEqual([]);
  });
});

describe("the evidence that is kept", () => {
  const claim = (
    accused: number,
    term: number,
    kind: EvidenceClaim["kind"] = "double-vote",
  ): EvidenceClaim => ({
    ...{ kind, accused: NodeId(accused), epoch: Epoch(0), term: Term(term), index: undefined },
  });
  const kept = (one: EvidenceClaim) => ({ ...one, seenMs: 1 });

  it("is one of each claim, and few of each voter and kind", () => {
    const book = new EvidenceBook([kept(claim(1, 1))]);
    expect(book.admits(claim(1, 1))).toBe(false);
    expect(book.admits(claim(1, 1, "stale-vote"))).toBe(true);
    for (let term = 2; term <= EVIDENCE_PER_VOTER_MAX; term++) {
      expect(book.admits(claim(1, term))).toBe(true);
      book.add(kept(claim(1, term)));
    }
    expect(book.admits(claim(1, 99))).toBe(false);
    expect(book.admits(claim(1, 99, "stale-vote"))).toBe(true);
    expect(book.admits(claim(2, 99))).toBe(true);
    expect(book.all.map(({ term }) => term)).toEqual([1, 2, 3, 4]);
  });

  it("is bounded in all", () => {
    const book = new EvidenceBook([]);
    for (let voter = 1; voter <= EVIDENCE_MAX; voter++) book.add(kept(claim(voter, 1)));
    expect(book.admits(claim(EVIDENCE_MAX + 1, 1))).toBe(false);
  });
});
