// Voters' words about outcomes: f may lie, more than f may not.

import { Epoch, Hash, LogIndex, NodeId, Term } from "@juno/base";
import { electorateOf, encodeAck, onlyEpoch, type SignedStatement } from "@juno/proof";
import { expect, it } from "vitest";
import { Attestations } from "./attestations.ts";
import { Findings } from "./findings.ts";

const electorate = electorateOf({
  ...{ network: Hash(new Uint8Array(32)), epoch: Epoch(0) },
  voters: [1, 2, 3, 4].map((id) => ({ id: NodeId(id), signKey: new Uint8Array(32) })),
});
const rootOf = (number: number): Hash => Hash(new Uint8Array(32).fill(number));

/** Re-execution yields at index i a root of bytes i. */
const own = { through: LogIndex(10), rootAt: (index: LogIndex) => rootOf(index) };

function ack(voter: number, index: number, root: number, epoch = 0): SignedStatement {
  const point = { index: LogIndex(index), hash: rootOf(0) };
  const body = encodeAck({
    epoch: Epoch(epoch),
    from: NodeId(voter),
    term: Term(1),
    stored: point,
    certified: point,
    applied: { index: LogIndex(index), root: rootOf(root) },
  });
  return { voter: NodeId(voter), body, signature: new Uint8Array(64) };
}

function judged(...acks: readonly SignedStatement[]) {
  const attestations = new Attestations();
  const findings = new Findings(10);
  attestations.note(acks);
  return { confirmed: attestations.judge(own, onlyEpoch(electorate), findings), findings };
}

it("confirms the highest index that more than f voters attest alike", () => {
  const { confirmed, findings } = judged(
    ack(1, 5, 5),
    ack(2, 5, 5),
    ack(1, 7, 7),
    ack(3, 4, 4),
    ack(4, 4, 4),
  );
  expect(confirmed).toBe(5);
  expect(findings.list).toEqual([]);
  expect(findings.remarks).toEqual([]);
});

it("counts a voter once", () => {
  expect(judged(ack(1, 5, 5), ack(1, 5, 5)).confirmed).toBe(0);
});

it("remarks upon a voter that lies", () => {
  const { confirmed, findings } = judged(ack(1, 5, 5), ack(2, 5, 5), ack(3, 5, 6));
  expect(confirmed).toBe(5);
  expect(findings.list).toEqual([]);
  expect(findings.remarks).toEqual([expect.stringContaining("Voter 3")]);
});

it("finds that more than f voters contradict re-execution", () => {
  const { confirmed, findings } = judged(ack(1, 5, 5), ack(2, 5, 6), ack(3, 5, 7));
  expect(confirmed).toBe(0);
  expect(findings.list).toEqual([
    { index: 5, place: "log.db attestations", problem: expect.stringContaining("2, 3") },
  ]);
});

it("judges nothing beyond what was executed, and nothing before the first entry", () => {
  const { confirmed, findings } = judged(ack(1, 11, 1), ack(2, 11, 1), ack(1, 0, 9), ack(2, 0, 9));
  expect(confirmed).toBe(0);
  expect(findings.list).toEqual([]);
});

it("adds up no voters of different epochs", () => {
  const epochs = [0, 1].map((epoch) => ({ electorate: { ...electorate, epoch: Epoch(epoch) } }));
  const known = { of: (epoch: number) => epochs[epoch], last: epochs[1]! };
  const confirmedBy = (...acks: readonly SignedStatement[]) => {
    const attestations = new Attestations();
    attestations.note(acks);
    return attestations.judge(own, known, new Findings(10));
  };
  expect(confirmedBy(ack(1, 5, 5), ack(2, 5, 5, 1))).toBe(0);
  expect(confirmedBy(ack(1, 5, 5, 1), ack(2, 5, 5, 1))).toBe(5);
});
