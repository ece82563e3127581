// The checkers of self-contradiction on hand-made statements: what honest nodes must never sign both, and
// evidence that must never stand on an honest node's disk. Each sentence is said once; silence otherwise.

import { Epoch, Hash, LogIndex, NodeId, Term } from "@juno/base";
import type { DurableChange, Frame } from "@juno/consensus";
import {
  type EvidenceKind,
  electorateOf,
  encodeAck,
  encodeAppendBody,
  encodeEvidence,
  encodeVote,
  type Point,
} from "@juno/proof";
import { beforeEach, describe, expect, it } from "vitest";
import { signedFrame } from "../src/byzantine/liar.ts";
import { Checker } from "../src/checkers/checker.ts";
import { sha256, simulatedKey } from "../src/crypto.ts";
import { epochOf } from "../src/members.ts";

const NETWORK = sha256(new Uint8Array([1]));
const ids = [1, 2, 3, 4].map((id) => NodeId(id));
const LIAR = 4;
const LEADER_OF_2 = NodeId(3);
const electorate = electorateOf({
  network: NETWORK,
  epoch: Epoch(0),
  voters: ids.map((id) => ({ id, signKey: simulatedKey(`node ${id}`).key })),
});
const GENESIS: Point = { index: LogIndex(0), hash: NETWORK };
const root = (byte: number) => Hash(new Uint8Array(32).fill(byte));

const signed = (from: number, kind: Frame["kind"], body: Uint8Array): Frame =>
  signedFrame(
    { context: { self: NodeId(from), electorate, sign: simulatedKey(`node ${from}`).sign } },
    { kind, body, attachment: new Uint8Array([0]) },
  );
const common = (from: number, term: number) => ({ epoch: Epoch(0), from: NodeId(from), term: Term(term) });
const ack = (from: number, said: { term: number; applied: number; root: Hash }) =>
  signed(
    from,
    "ack",
    encodeAck({
      ...common(from, said.term),
      ...{ stored: GENESIS, certified: GENESIS },
      applied: { index: LogIndex(said.applied), root: said.root },
    }),
  );
const vote = (from: number, term: number, base: Point) =>
  signed(from, "vote", encodeVote({ ...common(from, term), base: { term: Term(0), ...base } }));
const append = (from: number, term: number, last: Point) =>
  signed(from, "append-entries", encodeAppendBody({ ...common(from, term), previous: last, last }));

const statementOf = ({ from, body, signature }: Frame) => ({ voter: from, body, signature });

function evidence(kind: Exclude<EvidenceKind, "equivocation">, accused: number, frames: readonly Frame[]) {
  const [first, second] = frames.map(statementOf);
  const bytes = encodeEvidence({ kind, first: first!, second: second! });
  const place =
    kind === "false-attestation"
      ? { term: undefined, index: LogIndex(5) }
      : { term: Term(2), index: undefined };
  const kept = { kind, accused: NodeId(accused), epoch: Epoch(0), ...place, seenMs: 0 };
  return { kind: "evidence", kept, bytes } satisfies DurableChange;
}

const twoOutcomes = (from: number) => [
  ack(from, { term: 1, applied: 5, root: root(1) }),
  ack(from, { term: 2, applied: 5, root: root(2) }),
];

let checker: Checker;
const found = () => checker.violation?.message;

beforeEach(() => {
  checker = new Checker(epochOf(electorate), (id) => id !== LIAR);
});

/** The disk checker has its own opinion of statements that came from nowhere: only the first is asked. */
const speechOf = (frames: readonly Frame[]): string | undefined => {
  const speech: string[] = [];
  for (const frame of frames) {
    checker.onFrame(frame.from, frame, frame.kind === "vote" ? LEADER_OF_2 : "all");
    if (checker.violation?.checker === "speech") speech.push(checker.violation.message);
    checker.findings.violation = undefined;
  }
  return speech[0];
};

describe("an honest node never signs", () => {
  it("two outcomes of one index, in whatever terms (E39)", () => {
    expect(speechOf(twoOutcomes(1))).toBe("two things are vouched for by node 1 for the outcome of 5");
  });

  it("votes for two bases of a term, or below what it certified (E38)", () => {
    const other = { index: LogIndex(3), hash: root(3) };
    expect(speechOf([vote(1, 2, GENESIS), vote(1, 2, other)])).toBe("node 1 votes for two bases in term 2");
    const acked = ack(2, { term: 1, applied: 0, root: root(0) });
    expect(speechOf([acked, vote(2, 2, GENESIS)])).toBe("node 2 votes below what it has certified (S2)");
  });

  it("two entries at one index of a term that it leads (E37)", () => {
    const frames = [root(1), root(2)].map((hash) => append(2, 1, { index: LogIndex(7), hash }));
    expect(speechOf(frames)).toBe("two things are vouched for by node 2 for entry 7 in term 1");
  });

  it("what it may sign: the same again, other indexes, other terms; and a liar signs anything", () => {
    const calm = [
      ack(1, { term: 1, applied: 5, root: root(1) }),
      ack(1, { term: 1, applied: 5, root: root(1) }),
      ack(1, { term: 1, applied: 6, root: root(2) }),
      ack(2, { term: 1, applied: 5, root: root(2) }),
      append(2, 1, { index: LogIndex(7), hash: root(1) }),
      append(2, 5, { index: LogIndex(7), hash: root(2) }),
      ...twoOutcomes(LIAR),
    ];
    expect(speechOf(calm)).toBeUndefined();
  });
});

describe("an honest node never keeps", () => {
  it("proof against an honest node", () => {
    checker.onPersist(NodeId(1), [evidence("false-attestation", 2, twoOutcomes(2))]);
    expect(found()).toBe("node 1 holds proof of a false-attestation against 2, which is honest");
  });

  it("evidence that proves nothing, or something else", () => {
    const [first] = twoOutcomes(LIAR);
    const forged = { ...first!, signature: new Uint8Array(64) };
    const two = twoOutcomes(LIAR);
    const wrong = [
      evidence("false-attestation", LIAR, [first!, first!]),
      evidence("false-attestation", LIAR, [forged, two[1]!]),
      evidence("false-attestation", 3, two),
      evidence("double-vote", LIAR, two),
    ];
    for (const change of wrong) {
      checker.findings.violation = undefined;
      checker.onPersist(NodeId(1), [change]);
      expect(found()).toContain("that proves nothing");
    }
  });

  it("but what proves a lie, which is counted; what a liar keeps is its own business", () => {
    checker.onPersist(NodeId(1), [evidence("false-attestation", LIAR, twoOutcomes(LIAR))]);
    checker.onPersist(NodeId(LIAR), [evidence("false-attestation", 2, twoOutcomes(2))]);
    expect(found()).toBeUndefined();
    expect([...checker.evidence]).toEqual([["false-attestation", 1]]);
  });
});
