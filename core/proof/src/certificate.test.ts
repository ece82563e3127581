// Certificates (E15), term certificates (E16) and commit proofs (E17): what a quorum says is
// believed; what falls short of it in any one respect is refused.

import { Epoch, hex, LogIndex, NodeId, type Refusal, type Result, Term, utf8 } from "@juno/base";
import { describe, expect, it } from "vitest";
import { digestOf, verify, votersOf } from "../test/signing.ts";
import {
  ackOf,
  commitProofOf,
  context,
  election,
  electorate,
  licence,
  pointAt,
  position,
  preVoteOf,
  quorum,
  TERM,
  voteOf,
} from "../test/statements.ts";
import {
  type Certificate,
  checkCertificate,
  checkCommitProof,
  checkTermCertificate,
  genesisCertificate,
  quorumStatements,
  verifyAll,
} from "./certificate.ts";
import type { SignedStatement, Vote } from "./statement.ts";

type Proof = {
  readonly name: string;
  readonly statementOf: (
    voter: number,
    change?: { epoch?: Epoch; from?: NodeId; term?: Term },
  ) => SignedStatement;
  readonly check: (statements: SignedStatement[]) => Result<undefined, Refusal>;
};

const proofs: readonly Proof[] = [
  {
    name: "a quorum certificate (S5)",
    statementOf: ackOf,
    check: (statements) => verifyAll(verify, checkCertificate(electorate, quorum(statements))),
  },
  {
    name: "an election certificate (S3, S5)",
    statementOf: voteOf,
    check: (statements) => verifyAll(verify, checkCertificate(electorate, election(statements))),
  },
  {
    name: "a term certificate (V1, S5)",
    statementOf: preVoteOf,
    check: (statements) => verifyAll(verify, checkTermCertificate(electorate, licence(statements))),
  },
  {
    name: "a commit proof (S13, S5)",
    statementOf: ackOf,
    check: (acks) => verifyAll(verify, checkCommitProof(context, commitProofOf({ acks }))),
  },
];

const refused = (code: string) => ({ ok: false, error: { code } });
const accepted = { ok: true };

for (const { name, statementOf: of, check } of proofs) {
  describe(name, () => {
    it("needs a quorum of distinct voters, and takes any", () => {
      expect(check([of(1), of(2), of(3)])).toMatchObject(accepted);
      expect(check([of(1), of(3), of(4)])).toMatchObject(accepted);
      expect(check([of(1), of(2), of(3), of(4)])).toMatchObject(accepted);
      expect(check([of(1), of(2)])).toMatchObject(refused("bad_certificate"));
      expect(check([])).toMatchObject(refused("bad_certificate"));
    });

    it("counts no voter twice and keeps one order", () => {
      expect(check([of(1), of(2), of(2)])).toMatchObject(refused("bad_certificate"));
      expect(check([of(1), of(1), of(1)])).toMatchObject(refused("bad_certificate"));
      expect(check([of(2), of(1), of(3)])).toMatchObject(refused("bad_certificate"));
    });

    it("refuses an unknown voter, whatever it signed", () => {
      expect(check([of(1), of(2), of(3), of(5)])).toMatchObject(refused("bad_certificate"));
    });

    it("refuses another epoch, another term, another sender's words", () => {
      expect(check([of(1), of(2), of(3, { epoch: Epoch(4) })])).toMatchObject(refused("wrong_epoch"));
      expect(check([of(1), of(2), of(3, { term: Term(4) })])).toMatchObject(refused("bad_certificate"));
      expect(check([of(1), of(2), of(3, { from: NodeId(4) })])).toMatchObject(refused("bad_certificate"));
    });

    it("refuses a body that is none, a signature that is none, and one by another key (E8)", () => {
      const third = of(3);
      const cut = { ...third, body: third.body.subarray(1) };
      expect(check([of(1), of(2), cut])).toMatchObject(refused("malformed"));
      const wrong = third.signature.with(0, third.signature[0]! ^ 1);
      expect(check([of(1), of(2), { ...third, signature: wrong }])).toMatchObject(refused("bad_signature"));
      const stolen = { ...of(4, { from: NodeId(3) }), voter: NodeId(3) };
      expect(check([of(1), of(2), stolen])).toMatchObject(refused("bad_signature"));
    });

    it("refuses statements of another kind", () => {
      const others = proofs.filter((proof) => proof.statementOf !== of);
      for (const other of others) {
        expect(check([1, 2, 3].map((voter) => other.statementOf(voter))), other.name).toMatchObject({
          ok: false,
        });
      }
    });

    it("lists one signature for every signer", () => {
      const seen: Uint8Array[] = [];
      const three = [of(1), of(2), of(4)];
      verifyAll((one) => seen.push(one.signature) > 0, allChecks(name, three));
      expect(seen.map(hex)).toEqual(three.map(({ signature }) => hex(signature)));
    });
  });
}

function allChecks(name: string, statements: SignedStatement[]) {
  if (name.startsWith("a quorum")) return checkCertificate(electorate, quorum(statements));
  if (name.startsWith("an election")) return checkCertificate(electorate, election(statements));
  if (name.startsWith("a term")) return checkTermCertificate(electorate, licence(statements));
  return checkCommitProof(context, commitProofOf({ acks: statements }));
}

describe("what a quorum certificate proves", () => {
  const check = (certificate: Certificate) => checkCertificate(electorate, certificate);

  it("is the one position that all of them stored", () => {
    const elsewhere = ackOf(3, { stored: pointAt(13) });
    const forked = ackOf(3, { stored: { index: LogIndex(12), hash: digestOf("fork") } });
    expect(check(quorum([ackOf(1), ackOf(2), elsewhere]))).toMatchObject(refused("bad_certificate"));
    expect(check(quorum([ackOf(1), ackOf(2), forked]))).toMatchObject(refused("bad_certificate"));
    for (const claimed of [
      { ...position, term: Term(6) },
      { ...position, index: LogIndex(13) },
      { ...position, hash: digestOf("fork") },
    ]) {
      expect(check(quorum([ackOf(1), ackOf(2), ackOf(3)], claimed))).toMatchObject(
        refused("bad_certificate"),
      );
    }
  });

  it("is not what they certified or applied", () => {
    const differ = [ackOf(1), ackOf(2, { certified: pointAt(10) }), ackOf(3, { certified: pointAt(12) })];
    expect(check(quorum(differ))).toMatchObject(accepted);
  });
});

describe("what an election certificate proves (S3)", () => {
  const check = (certificate: Certificate) => checkCertificate(electorate, certificate);
  const three = (change: Partial<Vote> = {}) => [voteOf(1, change), voteOf(2, change), voteOf(3, change)];

  it("is one base: votes for several do not add up", () => {
    for (const base of [
      { term: Term(3), index: LogIndex(13), hash: pointAt(12).hash },
      { term: Term(3), index: LogIndex(12), hash: digestOf("fork") },
      { term: Term(2), ...pointAt(12) },
    ]) {
      expect(check(election([voteOf(1), voteOf(2), voteOf(3, { base })]))).toMatchObject(
        refused("bad_certificate"),
      );
    }
  });

  it("is its own term at the base's place", () => {
    expect(check(election(three(), { ...position, term: Term(3) }))).toMatchObject(
      refused("bad_certificate"),
    );
    expect(check(election(three(), { ...position, ...pointAt(13) }))).toMatchObject(
      refused("bad_certificate"),
    );
  });

  it("is a base of a lower term (S10)", () => {
    for (const term of [TERM, Term(6)]) {
      const base = { term, ...pointAt(12) };
      expect(check(election(three({ base })))).toMatchObject(refused("bad_certificate"));
    }
    expect(check(election(three({ base: { term: Term(4), ...pointAt(12) } })))).toMatchObject(accepted);
  });
});

describe("the genesis certificate (E9)", () => {
  it("is believed without statements, for the network's own position only", () => {
    const genesis = genesisCertificate(electorate);
    expect(checkCertificate(electorate, genesis)).toEqual({ ok: true, value: [] });
    for (const forged of [
      genesisCertificate({ ...electorate, start: { index: LogIndex(0), hash: digestOf("another network") } }),
      { ...genesis, position: { ...genesis.position, term: Term(1) } },
      { ...genesis, position: { ...genesis.position, index: LogIndex(1) } },
      { ...genesis, statements: [ackOf(1)] },
    ]) {
      expect(checkCertificate(electorate, forged)).toMatchObject(refused("bad_certificate"));
    }
  });
});

describe("what a term certificate proves (V1)", () => {
  it("is its own term, whatever the voters certified or entered", () => {
    const three = [preVoteOf(1), preVoteOf(2), preVoteOf(4)];
    expect(checkTermCertificate(electorate, licence(three))).toMatchObject(accepted);
    expect(checkTermCertificate(electorate, licence(three, Term(6)))).toMatchObject(
      refused("bad_certificate"),
    );
  });
});

describe("the statements of a new certificate", () => {
  it("are exactly a quorum, ascending by voter", () => {
    const chosen = quorumStatements(electorate, [ackOf(4), ackOf(2), ackOf(3), ackOf(1)]);
    expect(chosen.map(({ voter }) => voter)).toEqual([1, 2, 3]);
    expect(() => quorumStatements(electorate, [ackOf(4), ackOf(2)])).toThrow("needs a quorum");
  });
});

it("seven voters need five, a plain majority of four is not enough (S5)", () => {
  const seven = votersOf(7);
  const of = (count: number) => quorum(Array.from({ length: count }, (_, i) => ackOf(i + 1)));
  expect(checkCertificate(seven, of(5))).toMatchObject(accepted);
  expect(checkCertificate(seven, of(4))).toMatchObject(refused("bad_certificate"));
});

it("a network's certificates say nothing in another network (E7)", () => {
  const elsewhere = { ...electorate, network: digestOf(hex(utf8("another network"))) };
  const checked = checkCertificate(elsewhere, quorum([ackOf(1), ackOf(2), ackOf(3)]));
  expect(verifyAll(verify, checked)).toMatchObject(refused("bad_signature"));
});
