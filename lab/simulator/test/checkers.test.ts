// The checkers on hand-made statements and transactions: each sentence they can say, said once, and silence
// where nothing is wrong.

import { Epoch, Hash, LogIndex, NodeId, Term } from "@juno/base";
import type { DurableChange, Frame } from "@juno/consensus";
import {
  type Certificate,
  type Entry,
  electorateOf,
  encodeAck,
  encodePreVote,
  encodeVote,
  genesisCertificate,
  type Point,
  type Position,
} from "@juno/proof";
import { beforeEach, describe, expect, it } from "vitest";
import { signedFrame } from "../src/byzantine/liar.ts";
import { Checker } from "../src/checkers/checker.ts";
import { sha256, simulatedKey } from "../src/crypto.ts";
import { epochOf } from "../src/members.ts";

const NETWORK = sha256(new Uint8Array([1]));
const ids = [1, 2, 3, 4].map((id) => NodeId(id));
const keyOf = (id: number) => simulatedKey(`node ${id}`);
const electorate = electorateOf({
  network: NETWORK,
  epoch: Epoch(0),
  voters: ids.map((id) => ({ id, signKey: keyOf(id).key })),
});
const GENESIS: Point = { index: LogIndex(0), hash: NETWORK };
const NOTHING = new Uint8Array([0]);

const point = (index: number, branch = 0): Point => ({
  index: LogIndex(index),
  hash: Hash(new Uint8Array(32).fill(index + 100 * branch)),
});
const position = (term: number, at: Point): Position => ({ term: Term(term), ...at });

function entry(index: number, term: number, branch = 0): Entry {
  const body = new Uint8Array(0);
  const bare = {
    epoch: Epoch(0),
    index: LogIndex(index),
    term: Term(term),
    time: 0,
    kind: "command",
    body,
  } as const;
  return { ...bare, bodyDigest: NETWORK, hash: point(index, branch).hash };
}

const said = (from: number, kind: Frame["kind"], body: Uint8Array): Frame =>
  signedFrame(
    { context: { self: NodeId(from), electorate, sign: keyOf(from).sign } },
    { kind, body, attachment: NOTHING },
  );

const common = (from: number, term: number) => ({ epoch: Epoch(0), from: NodeId(from), term: Term(term) });
const preVote = (from: number, term: number, entered = false) =>
  said(from, "prevote", encodePreVote({ ...common(from, term), entered, certified: position(0, GENESIS) }));
const vote = (from: number, term: number, base: Position) =>
  said(from, "vote", encodeVote({ ...common(from, term), base }));
const ack = (from: number, term: number, stored: Point, certified: Point = GENESIS) =>
  said(
    from,
    "ack",
    encodeAck({ ...common(from, term), stored, certified, applied: { index: LogIndex(0), root: NETWORK } }),
  );

const statementOf = ({ from, body, signature }: Frame) => ({ voter: from, body, signature });
const quorum = (term: number, at: Point, voters: readonly number[]): Certificate => ({
  kind: "quorum",
  epoch: electorate.epoch,
  position: position(term, at),
  statements: voters.map((id) => statementOf(ack(id, term, at))),
});
const committed = (index: number, voters: readonly number[]) => {
  const { hash } = point(index);
  const acks = voters.map((id) => statementOf(ack(id, 1, point(index), point(index))));
  const proof = { term: Term(1), index: LogIndex(index), hash, headers: [], acks };
  return { kind: "committed", epoch: electorate.epoch, index: LogIndex(index), hash, proof } as const;
};
const election = (term: number, base: Position, voters: readonly number[]): Certificate => ({
  kind: "election",
  epoch: electorate.epoch,
  position: { ...base, term: Term(term) },
  statements: voters.map((id) => statementOf(vote(id, term, base))),
});

const entered = (term: number, votedBase?: Position): DurableChange => ({
  kind: "term",
  currentTerm: Term(term),
  votedBase,
});
const appended = (...entries: Entry[]): DurableChange => ({ kind: "append", entries });
const certified = (certificate: Certificate): DurableChange => ({
  kind: "certified",
  certificate,
  base: GENESIS,
});

let checker: Checker;
const leaderOf = (term: number) => ids[term % 4]!;
const sayAll = (frames: readonly Frame[]) => {
  for (const frame of frames) checker.onFrame(frame.from, frame, "all");
};
/** Nodes 1 to 4 are in term 1, installed upon the genesis, with two entries of it. */
function begin(): void {
  const base = position(0, GENESIS);
  for (const id of ids) sayAll([preVote(id, 1)]);
  for (const id of ids) {
    checker.onPersist(id, [entered(1)]);
    checker.onPersist(id, [entered(1, base)]);
    checker.onFrame(id, vote(id, 1, base), leaderOf(1));
  }
  for (const id of ids) {
    checker.onPersist(id, [certified(election(1, base, [1, 2, 3]))]);
    checker.onPersist(id, [appended(entry(1, 1), entry(2, 1))]);
  }
}
const found = () => checker.violation?.message;

beforeEach(() => {
  checker = new Checker(epochOf(electorate), (id) => id !== 4);
  begin();
});

describe("nothing is found", () => {
  it("in an honest life", () => {
    for (const id of [1, 2, 3]) checker.onFrame(NodeId(id), ack(id, 1, point(2)), "all");
    for (const id of [1, 2, 3]) {
      checker.onPersist(NodeId(id), [certified(quorum(1, point(2), [1, 2, 3]))]);
      checker.onFrame(NodeId(id), ack(id, 1, point(2), point(2)), "all");
    }
    for (const id of [1, 2, 3]) checker.onCommit(NodeId(id), 2);
    expect(found()).toBeUndefined();
    expect(checker.committed[2]).toEqual(point(2).hash);
  });

  it("in a commit whose last holder crashed before it could say so", () => {
    const write = (id: number) => checker.onPersist(NodeId(id), [certified(quorum(1, point(2), [1, 2, 3]))]);
    for (const id of [2, 1]) write(id);
    checker.onFrame(NodeId(2), ack(2, 1, point(2), point(2)), "all");
    checker.onCommit(NodeId(1), 2);
    expect(found()).toBeUndefined();
  });

  it("in whatever a liar says and writes", () => {
    checker.onPersist(NodeId(4), [entered(9), certified(quorum(9, point(7), [4]))]);
    checker.onFrame(NodeId(4), ack(4, 9, point(7), point(7)), "all");
    checker.onCommit(NodeId(4), 7);
    expect(found()).toBeUndefined();
  });
});

describe("of what is said, it is found that a node", () => {
  const base = position(0, GENESIS);
  it("votes twice in a term", () => {
    checker.onFrame(NodeId(1), vote(1, 1, position(0, point(9))), leaderOf(1));
    expect(found()).toBe("node 1 votes for two bases in term 1");
  });
  it("votes for somebody whose term it is not", () => {
    checker.onFrame(NodeId(1), vote(1, 1, base), NodeId(3));
    expect(found()).toBe("node 1 votes for 3 in term 1, which is 2's");
  });
  it("acks in a term that it has left", () => {
    checker.onPersist(NodeId(1), []);
    sayAll([preVote(1, 2), preVote(2, 2), preVote(3, 2)]);
    checker.onPersist(NodeId(1), [entered(2)]);
    sayAll([preVote(1, 2, true), ack(1, 1, point(1))]);
    expect(found()).toBe("node 1 acks in term 1 after 2");
  });
  it("says what it has not written", () => {
    checker.onFrame(NodeId(1), ack(1, 1, point(3)), "all");
    expect(found()).toMatch(/^node 1 says "stored 3\/.*", which was never durable \(S4\)$/);
  });
  it("replaces what it acked", () => {
    checker.onFrame(NodeId(1), ack(1, 1, point(2)), "all");
    checker.onPersist(NodeId(1), [
      { kind: "truncate", above: LogIndex(1) },
      appended(entry(2, 1, 1), entry(3, 1, 1)),
    ]);
    checker.onFrame(NodeId(1), ack(1, 1, point(3, 1)), "all");
    expect(found()).toBe("node 1 replaces what it acked in term 1");
  });
  it("goes over to another branch after a quorum may have stored the first", () => {
    sayAll([ack(1, 1, point(2)), ack(2, 1, point(2))]);
    for (const id of [2, 3]) {
      const node = NodeId(id);
      checker.onPersist(node, [{ kind: "truncate", above: LogIndex(1) }, appended(entry(2, 1, 1))]);
    }
    sayAll([ack(3, 1, point(2, 1))]);
    expect(found()).toBeUndefined();
    sayAll([ack(2, 1, point(2, 1))]);
    expect(found()).toBe("node 2 replaces what it acked in term 1");
  });
});

describe("of what is written, it is found that a node", () => {
  const write = (...changes: DurableChange[]) => checker.onPersist(NodeId(1), changes);
  it("enters a term that nobody asked for", () => {
    write(entered(2));
    expect(found()).toBe("node 1 enters term 2, for which no quorum asked (V1)");
  });
  it("goes back to an earlier term", () => {
    write(entered(0));
    expect(found()).toMatch(/goes back from term 1 to 0/);
  });
  it("forgets its vote", () => {
    write(entered(1, position(0, point(5))));
    expect(found()).toBe("node 1 forgets its vote of term 1 (S1)");
  });
  it("votes below what it has certified", () => {
    write(certified(quorum(1, point(2), [1, 2, 3])));
    sayAll([preVote(1, 2), preVote(2, 2)]);
    write(entered(2));
    write(entered(2, position(1, point(1))));
    expect(found()).toBe("node 1 votes for a base below what it has certified (S2)");
  });
  it.each([
    ["with too few signers", quorum(1, point(2), [1, 2])],
    ["with one signer twice", quorum(1, point(2), [1, 2, 2])],
    ["of several terms", { ...quorum(1, point(2), [1, 2, 3]), position: position(2, point(2)) }],
    [
      "that somebody else signed",
      {
        ...quorum(1, point(2), [1, 2]),
        statements: [1, 2, 3].map((id) => ({ ...statementOf(ack(1, 1, point(2))), voter: NodeId(id) })),
      },
    ],
    [
      "upon several bases",
      {
        ...election(2, position(1, point(2)), [1, 2]),
        statements: [
          ...election(2, position(1, point(2)), [1, 2]).statements,
          ...election(2, position(0, point(2)), [3]).statements,
        ],
      },
    ],
  ])("believes a certificate %s", (_what, certificate) => {
    write(certified(certificate));
    expect(found()).toMatch(/^node 1 believes a certificate with /);
  });
  it("lets what it has certified fall", () => {
    write(certified(quorum(1, point(2), [1, 2, 3])));
    write(certified(quorum(1, point(1), [1, 2, 3])));
    expect(found()).toBe("node 1 lets what it has certified fall (S6)");
  });
  it("has certified what it does not hold", () => {
    write(certified(quorum(1, point(3), [1, 2, 3])));
    expect(found()).toBe("node 1 has certified an entry 3 that is not in its log (S7)");
  });
  it("keeps an old suffix in a new term", () => {
    sayAll([preVote(1, 2), preVote(2, 2)]);
    write(entered(2), certified(election(2, position(1, point(1)), [1, 2, 3])));
    expect(found()).toBe("node 1 keeps entry 2 of term 1 above a certificate of term 2 (S8)");
  });
  it("has written a commit that it does not hold certified", () => {
    write(committed(2, [1, 2, 3]));
    expect(found()).toBe("node 1 has committed more than it has certified (S14)");
  });
  it("records a commit that too few attest", () => {
    write(committed(2, [1, 2]));
    expect(found()).toBe("node 1 records a commit of 2 with 2 distinct signers where 3 are needed (S13)");
  });
  it("records a commit of what somebody has not certified", () => {
    const { proof, ...change } = committed(2, [1, 2, 3]);
    write({ ...change, proof: { ...proof, acks: [1, 2, 3].map((id) => statementOf(ack(id, 1, point(2)))) } });
    expect(found()).toBe("node 1 records a commit of 2 with what node 1 has certified is not above it (S13)");
  });
  it("records a commit with the proof of another", () => {
    write({ ...committed(1, [1, 2, 3]), proof: committed(2, [1, 2, 3]).proof });
    expect(found()).toBe("node 1 records a commit of 1 with the proof of another entry");
  });
  it("halts", () => {
    write({ kind: "mode", mode: "halted", reason: "a reason" });
    expect(found()).toBe("node 1 halts: a reason");
  });
});

describe("of commits, it is found that", () => {
  function allCertified(): void {
    for (const id of [1, 2, 3]) {
      checker.onPersist(NodeId(id), [certified(quorum(1, point(2), [1, 2, 3]))]);
      checker.onFrame(NodeId(id), ack(id, 1, point(2), point(2)), "all");
    }
  }
  it("no quorum holds the entry certified", () => {
    checker.onPersist(NodeId(1), [certified(quorum(1, point(2), [1, 2, 3]))]);
    checker.onFrame(NodeId(1), ack(1, 1, point(2), point(2)), "all");
    checker.onCommit(NodeId(1), 2);
    expect(found()).toBe("node 1 commits 2, which no quorum holds certified (S13)");
  });
  it("the entry is not stored", () => {
    checker.onCommit(NodeId(1), 5);
    expect(found()).toBe("node 1 commits 5, which it has not stored");
  });
  it("it cuts what it has committed", () => {
    allCertified();
    checker.onCommit(NodeId(1), 2);
    checker.onPersist(NodeId(1), [{ kind: "truncate", above: LogIndex(1) }]);
    expect(found()).toBe("node 1 cuts or replaces entry 2, which it has committed");
  });
  it("two nodes commit different entries", () => {
    allCertified();
    checker.onCommit(NodeId(1), 2);
    const branch = [{ kind: "truncate", above: LogIndex(1) } as const, appended(entry(2, 1, 1))];
    checker.onPersist(NodeId(2), [...branch, certified(quorum(2, point(2, 1), [1, 2, 3]))]);
    checker.findings.violation = undefined;
    checker.onCommit(NodeId(2), 2);
    expect(found()).toMatch(/^node 2 commits .* at 2 where .* is committed$/);
  });
});

it("the genesis is certified by definition", () => {
  const fresh = new Checker(epochOf(electorate), () => true);
  fresh.onPersist(NodeId(1), [certified(genesisCertificate(electorate))]);
  expect(fresh.violation).toBeUndefined();
});
