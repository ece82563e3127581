// What is believed of a network whose voters have changed: each statement under the keys of the epoch that it names,
// all of one proof of one epoch, and nothing of an epoch that nobody has shown (E34, E36, E43).

import { Epoch, LogIndex, NodeId, Term, utf8 } from "@juno/base";
import { describe, expect, it } from "vitest";
import { ENDS, knownUpTo, type Seat, signedIn } from "../test/lived-epochs.ts";
import { digestOf, sha256, verify } from "../test/signing.ts";
import { entryHash } from "./entry.ts";
import { checkEntryProof } from "./entry-proof.ts";
import { checkEvidenceIn, encodeEvidence } from "./evidence.ts";
import { type ReceiptProof, receiptHash, verifyReceipt } from "./outcome.ts";
import { encodeAck } from "./statement.ts";
import { appendLeaf, EMPTY_FRONTIER, type Frontier, outcomeLeaf, rootOf } from "./tree.ts";

const receipt = utf8('{"status":"ok"}');
const previousHash = digestOf("before");

const headerIn = (epoch: number, index: number) => ({
  ...{ epoch: Epoch(epoch), index: LogIndex(index), term: Term(1), time: 5, kind: "election" as const },
  bodyDigest: digestOf("body"),
});

/** The last leaf of a tree is found by the peaks of what came before. */
function grownTo(index: number, leaf: ReturnType<typeof outcomeLeaf>) {
  let before: Frontier = EMPTY_FRONTIER;
  for (let at = 1; at < index; at++) before = appendLeaf(sha256, before, digestOf(`leaf ${at}`)).frontier;
  const root = rootOf(sha256, appendLeaf(sha256, before, leaf).frontier);
  return { root, path: before.peaks.toReversed() };
}

type Attester = readonly [epoch: number, seat: Seat];

const ackOf = (
  [epoch, seat]: Attester,
  point: { readonly index: LogIndex; readonly hash: ReturnType<typeof digestOf> },
  root = digestOf("root"),
) =>
  signedIn(
    "ack",
    seat,
    encodeAck({
      ...{ epoch: Epoch(epoch), from: NodeId(seat[0]), term: Term(1), stored: point, certified: point },
      applied: { index: point.index, root },
    }),
  );

function proofOf(entry: { epoch: number; index: number }, attesters: readonly Attester[]): ReceiptProof {
  const header = headerIn(entry.epoch, entry.index);
  const hash = entryHash(sha256, previousHash, header);
  const leaf = outcomeLeaf(sha256, { entryHash: hash, receiptHash: receiptHash(sha256, receipt) });
  const { root, path } = grownTo(entry.index, leaf);
  const point = { index: LogIndex(entry.index), hash };
  const attestations = attesters.map((attester) => ({ ack: ackOf(attester, point, root), path }));
  return { header, previousHash, receipt, attestations };
}

const told = (epoch: number, proof: ReceiptProof): string => {
  const verdict = verifyReceipt({ epochs: knownUpTo(epoch), sha256, verify }, proof);
  return verdict.ok ? "good" : `${verdict.error.code}: ${verdict.error.detail}`;
};

const ONE: Seat = [1, 0];
const TWO: Seat = [2, 0];
const FIVE: Seat = [5, 0];
const FIVE_ANEW: Seat = [5, 1];
const inEpoch = (epoch: number, ...seats: readonly Seat[]): Attester[] => seats.map((seat) => [epoch, seat]);

describe("a proof in a network that changed (E34)", () => {
  it("is believed under the keys of the epoch that its attestations name", () => {
    expect(told(2, proofOf({ epoch: 0, index: 5 }, inEpoch(0, ONE, TWO)))).toBe("good");
    expect(told(2, proofOf({ epoch: 1, index: 15 }, inEpoch(1, ONE, FIVE)))).toBe("good");
    expect(told(2, proofOf({ epoch: 2, index: 25 }, inEpoch(2, TWO, FIVE_ANEW)))).toBe("good");
    expect(told(0, proofOf({ epoch: 0, index: 5 }, inEpoch(0, ONE, TWO)))).toBe("good");
  });

  it("may be of a later epoch than its entry, of an earlier one never", () => {
    expect(told(2, proofOf({ epoch: 0, index: 5 }, inEpoch(2, TWO, FIVE_ANEW)))).toBe("good");
    expect(told(2, proofOf({ epoch: 1, index: 5 }, inEpoch(0, ONE, TWO)))).toMatch(/before the entry's/);
  });

  it("of an epoch that is not known takes its links, and says so", () => {
    expect(told(0, proofOf({ epoch: 1, index: 15 }, inEpoch(1, ONE, TWO)))).toMatch(
      /^unknown_epoch: .*epoch 1.*get the links/,
    );
  });

  it.each<[string, readonly Attester[], RegExp]>([
    ["a voter that was removed", inEpoch(2, ONE, TWO), /not of a voter of epoch 2/],
    ["a key that was replaced", inEpoch(2, TWO, FIVE), /bad_signature/],
    [
      "two epochs",
      [
        [2, TWO],
        [1, FIVE],
      ],
      /not all of one epoch/,
    ],
    ["a voter that was removed, in the epoch in which it voted", inEpoch(1, ONE, TWO), /after the epoch/],
    ["nobody", [], /no attestation/],
    ["too few", inEpoch(2, TWO), /1 attestations where 2/],
  ])("is not believed by %s", (_whom, attesters, why) => {
    const entry = { epoch: attesters[0]?.[0] ?? 2, index: 25 };
    expect(told(2, proofOf(entry, attesters))).toMatch(why);
  });

  it("of removed voters misleads only whom nobody has shown the end of their epoch", () => {
    const proof = proofOf({ epoch: 1, index: 25 }, inEpoch(1, ONE, TWO));
    expect(told(1, proof)).toBe("good");
    expect(told(2, proof)).toMatch(/^bad_proof/);
  });
});

describe("an entry's proof in a network that changed", () => {
  const judge = (known: number, entry: { epoch: number; index: number }, acks: readonly Attester[]) => {
    const header = headerIn(entry.epoch, entry.index);
    const point = { index: header.index, hash: entryHash(sha256, previousHash, header) };
    const commit = {
      ...{ term: Term(1), ...point, headers: [] },
      acks: acks.map((attester) => ackOf(attester, point)),
    };
    const checked = checkEntryProof(
      { epochs: knownUpTo(known), sha256 },
      { header, previousHash, through: [], commit },
    );
    if (!checked.ok) return checked.error.code;
    return checked.value.every(verify) ? "good" : "bad_signature";
  };

  it("is judged by the quorum of its epoch", () => {
    const [three, four]: Seat[] = [
      [3, 0],
      [4, 0],
    ];
    expect(judge(2, { epoch: 0, index: 5 }, inEpoch(0, ONE, TWO, three!))).toBe("good");
    expect(judge(2, { epoch: 1, index: 15 }, inEpoch(1, ONE, TWO, three!))).toBe("bad_certificate");
    expect(judge(2, { epoch: 1, index: 15 }, inEpoch(1, ONE, TWO, three!, FIVE))).toBe("good");
    expect(judge(2, { epoch: 2, index: 25 }, inEpoch(2, TWO, three!, four!))).toBe("good");
    expect(judge(2, { epoch: 2, index: 25 }, inEpoch(2, TWO, three!, FIVE))).toBe("bad_signature");
    expect(judge(1, { epoch: 2, index: 25 }, inEpoch(2, TWO, three!, four!))).toBe("unknown_epoch");
    expect(judge(2, { epoch: 0, index: ENDS[0]! + 1 }, inEpoch(0, ONE, TWO, three!))).toBe("bad_proof");
    expect(judge(2, { epoch: 2, index: 5 }, inEpoch(0, ONE, TWO, three!))).toBe("bad_proof");
  });
});

describe("evidence in a network that changed (E36)", () => {
  const liesOf = (...[first, second]: readonly [Attester, Attester]) => {
    const point = { index: LogIndex(5), hash: digestOf("H") };
    return encodeEvidence({
      kind: "false-attestation",
      first: ackOf(first, point, digestOf("one root")),
      second: ackOf(second, point, digestOf("another")),
    });
  };
  const judge = (known: number, ...acks: readonly [Attester, Attester]) => {
    const checked = checkEvidenceIn({ epochs: knownUpTo(known), sha256 }, liesOf(...acks));
    if (!checked.ok) return checked.error.code;
    return checked.value.checks.every(verify) ? `voter ${checked.value.accused}` : "bad_signature";
  };

  it("is judged under the key of the epoch that its statements name", () => {
    expect(judge(2, [0, ONE], [0, ONE])).toBe("voter 1");
    expect(judge(2, [1, FIVE], [1, FIVE])).toBe("voter 5");
    expect(judge(2, [2, FIVE_ANEW], [2, FIVE_ANEW])).toBe("voter 5");
    expect(judge(2, [2, FIVE], [2, FIVE])).toBe("bad_signature");
    expect(judge(2, [2, ONE], [2, ONE])).toBe("bad_evidence");
    expect(judge(2, [0, ONE], [1, ONE])).toBe("bad_evidence");
    expect(judge(1, [2, FIVE_ANEW], [2, FIVE_ANEW])).toBe("unknown_epoch");
  });
});
