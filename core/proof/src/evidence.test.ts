// Evidence (E36): each kind convinces, a change in any one respect does not, and nothing that an honest
// voter may sign, branch switches and restarts included, can be held against it.

import {
  Epoch,
  equalBytes,
  LogIndex,
  NodeId,
  type Refusal,
  type Result,
  signedBytes,
  Term,
} from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf, EPOCH, NETWORK, sha256, signWith, verify } from "../test/signing.ts";
import { ackOf, context, headerAt, headers, pointAt, TERM, voteOf } from "../test/statements.ts";
import { type AppendStatement, encodeAppendBody } from "./append-statement.ts";
import { type EntryHeader, entryHash } from "./entry.ts";
import {
  attestsTwice,
  checkEvidence,
  decodeEvidence,
  type Evidence,
  type EvidenceClaim,
  encodeEvidence,
  votesBelow,
  votesTwice,
} from "./evidence.ts";
import { electorateOf, leaderOf } from "./quorum.ts";
import type { Ack, Point, SignedStatement, Vote } from "./statement.ts";

const LEADER = leaderOf(context.electorate, TERM)!;

/** What anybody makes of evidence who has the electorate and a verifier. */
function judged(evidence: Evidence, electorate = context.electorate): Result<EvidenceClaim, Refusal> {
  const checked = checkEvidence({ sha256, electorate }, encodeEvidence(evidence));
  if (!checked.ok) return checked;
  const { checks, ...claim } = checked.value;
  expect(checks).toHaveLength(2);
  return checks.every(verify)
    ? { ok: true, value: claim }
    : { ok: false, error: { code: "bad_signature", detail: "a signature does not verify" } };
}

const refusalOf = (evidence: Evidence, electorate = context.electorate) => {
  const result = judged(evidence, electorate);
  return result.ok ? "believed" : `${result.error.code}: ${result.error.detail}`;
};

type Said = { previous?: Point; headers?: readonly EntryHeader[]; by?: number; term?: number; epoch?: Epoch };

/** What a leader signs when it appends these headers. */
function appendOf({ previous = pointAt(10), headers: above = headers, ...said }: Said): AppendStatement {
  const by = NodeId(said.by ?? LEADER);
  let { index, hash }: Point = previous;
  for (const header of above) {
    index = header.index;
    hash = entryHash(sha256, hash, header);
  }
  const term = Term(said.term ?? TERM);
  const body = encodeAppendBody({
    epoch: said.epoch ?? EPOCH,
    from: by,
    term,
    previous,
    last: { index, hash },
  });
  const message = signedBytes({ tag: "append-entries", network: NETWORK, body });
  return { body, signature: signWith(digestOf(`voter ${by}`), message), headers: above };
}

const other = (header: EntryHeader): EntryHeader => ({ ...header, bodyDigest: digestOf("another body") });
const branch = [headers[0]!, other(headers[1]!)];

const equivocation = (first: AppendStatement, second: AppendStatement): Evidence => ({
  ...{ kind: "equivocation", first, second },
});
const two = (
  kind: Exclude<Evidence["kind"], "equivocation">,
  first: SignedStatement,
  second: SignedStatement,
): Evidence => ({ kind, first, second });

const otherBase = { base: { term: Term(3), ...pointAt(11) } };
const low = { base: { term: Term(2), ...pointAt(10) } };
const otherRoot = { applied: { index: LogIndex(10), root: digestOf("another root") } };

const EVERY_KIND: readonly (readonly [Evidence, Partial<EvidenceClaim>])[] = [
  [equivocation(appendOf({}), appendOf({ headers: branch })), { accused: LEADER, term: TERM }],
  [two("double-vote", voteOf(3), voteOf(3, otherBase)), { accused: NodeId(3), term: TERM }],
  [
    two("stale-vote", ackOf(4, { term: Term(4) }), voteOf(4, low)),
    { accused: NodeId(4), term: TERM, index: undefined },
  ],
  [
    two("false-attestation", ackOf(1, { term: Term(9) }), ackOf(1, otherRoot)),
    { accused: NodeId(1), term: undefined, index: LogIndex(10) },
  ],
];

describe("evidence (E36)", () => {
  it.each(EVERY_KIND)("$kind convinces", (evidence, claim) => {
    expect(judged(evidence)).toMatchObject({
      ok: true,
      value: { kind: evidence.kind, epoch: EPOCH, ...claim },
    });
  });

  it.each(EVERY_KIND)("$kind is one statement short if both are the same", (evidence) => {
    const same = { ...evidence, second: evidence.first } as Evidence;
    expect(judged(same)).toMatchObject({ ok: false });
  });

  it.each(EVERY_KIND)("$kind is nothing with one bad signature", (evidence) => {
    const spoiled = (statement: Evidence["first"]) => ({ ...statement, signature: new Uint8Array(64) });
    const changed = [
      { ...evidence, first: spoiled(evidence.first) },
      { ...evidence, second: spoiled(evidence.second) },
    ] as Evidence[];
    for (const each of changed) expect(refusalOf(each)).toContain("bad_signature");
  });

  it.each(EVERY_KIND)("$kind of another network, epoch or electorate is nothing", (evidence) => {
    const { voters } = context.electorate;
    const elsewhere = electorateOf({ network: digestOf("elsewhere"), epoch: EPOCH, voters });
    expect(refusalOf(evidence, elsewhere)).toContain("bad_signature");
    const later = electorateOf({ network: NETWORK, epoch: Epoch(4), voters });
    expect(refusalOf(evidence, later)).toContain("wrong_epoch");
    const strangers = electorateOf({
      ...{ network: NETWORK, epoch: EPOCH },
      voters: voters.map(({ id, signKey }) => ({ id: NodeId(id + 10), signKey })),
    });
    expect(refusalOf(evidence, strangers)).toContain("bad_evidence");
  });

  it("has one encoding, which is read exactly (E6)", () => {
    for (const [evidence] of EVERY_KIND) {
      const bytes = encodeEvidence(evidence);
      const decoded = decodeEvidence(bytes);
      expect(decoded.ok && equalBytes(encodeEvidence(decoded.value), bytes)).toBe(true);
      for (const cut of [0, 1, bytes.length - 1]) {
        expect(decodeEvidence(bytes.subarray(0, cut))).toMatchObject({ ok: false });
      }
      expect(decodeEvidence(new Uint8Array([...bytes, 0]))).toMatchObject({ ok: false });
      for (const kind of [0, 5, 255]) {
        const unknown = new Uint8Array(bytes);
        unknown[0] = kind;
        expect(decodeEvidence(unknown)).toMatchObject({ ok: false, error: { code: "malformed" } });
      }
    }
  });

  it("is nothing with any byte changed", () => {
    const [first] = EVERY_KIND.slice(1);
    const bytes = encodeEvidence(first![0]);
    for (let at = 0; at < bytes.length; at++) {
      const changed = new Uint8Array(bytes);
      changed[at] = changed[at]! ^ 1;
      const checked = checkEvidence(context, changed);
      expect(
        checked.ok && checked.value.checks.length === 2 && checked.value.checks.every(verify),
        `byte ${at}`,
      ).toBe(false);
    }
  });

  it("is not made of what two voters said, or one in another's name", () => {
    expect(refusalOf(two("double-vote", voteOf(3), voteOf(4, otherBase)))).toContain("not of one voter");
    expect(refusalOf(two("false-attestation", ackOf(1), ackOf(2, otherRoot)))).toContain("not of one voter");
    const inName = voteOf(4, { ...otherBase, from: NodeId(3) });
    expect(refusalOf(two("double-vote", voteOf(3), inName))).toContain("another sender");
    const posing = { ...inName, voter: NodeId(3) };
    expect(refusalOf(two("double-vote", voteOf(3), posing))).toContain("bad_signature");
    const twoNames = equivocation(appendOf({}), appendOf({ headers: branch, by: 3 }));
    expect(refusalOf(twoNames)).toContain("not of one voter");
  });

  it("is not made of two epochs", () => {
    const old = { epoch: Epoch(2) };
    expect(refusalOf(two("double-vote", voteOf(3), voteOf(3, { ...otherBase, ...old })))).toContain(
      "not of one epoch",
    );
    expect(refusalOf(equivocation(appendOf({}), appendOf({ headers: branch, ...old })))).toContain(
      "not of one epoch",
    );
  });

  it("of one kind is not that of another", () => {
    const acks = two("false-attestation", ackOf(1), ackOf(1, otherRoot));
    const votes = two("double-vote", voteOf(3), voteOf(3, otherBase));
    for (const kind of ["double-vote", "stale-vote"] as const)
      expect(judged({ ...acks, kind } as Evidence)).toMatchObject({ ok: false });
    for (const kind of ["false-attestation", "stale-vote"] as const)
      expect(judged({ ...votes, kind } as Evidence)).toMatchObject({ ok: false });
  });
});

describe("equivocation (E37)", () => {
  it("also shows where one statement begins within the other", () => {
    const inner = appendOf({ previous: { index: LogIndex(12), hash: digestOf("elsewhere") }, headers: [] });
    expect(judged(equivocation(appendOf({}), inner))).toMatchObject({ ok: true });
  });

  it("is no lie of a leader that goes on where it was, or repeats itself", () => {
    const whole = appendOf({});
    for (const honest of [
      appendOf({ headers: headers.slice(0, 2) }),
      appendOf({ previous: pointAt(12), headers: headers.slice(2) }),
      appendOf({ previous: pointAt(14), headers: [] }),
    ]) {
      expect(refusalOf(equivocation(whole, honest))).toContain("do not conflict");
    }
    const apart = appendOf({ previous: { index: LogIndex(20), hash: digestOf("H 20") }, headers: [] });
    expect(refusalOf(equivocation(whole, apart))).toContain("do not conflict");
  });

  it("accuses nobody of two terms, or of a term that is another's", () => {
    const later = TERM + context.electorate.voters.length;
    const nextTurn = appendOf({ headers: branch, term: later });
    expect(refusalOf(equivocation(appendOf({}), nextTurn))).toContain("not of one term");
    const [one, another] = [appendOf({ by: 4 }), appendOf({ by: 4, headers: branch })];
    expect(refusalOf(equivocation(one, another))).toContain("does not lead");
  });

  it("needs the headers that were signed, in order", () => {
    const second = appendOf({ headers: branch });
    const swapped = { ...second, headers: [other(headers[0]!), headers[1]!] };
    expect(refusalOf(equivocation(appendOf({}), swapped))).toContain("do not hash");
    const gap = { ...second, headers: [headers[0]!, headerAt(13)] };
    expect(refusalOf(equivocation(appendOf({}), gap))).toContain("not consecutive");
    expect(refusalOf(equivocation(appendOf({}), { ...second, headers: [] }))).toContain("do not hash");
  });
});

describe("votes (E38)", () => {
  it("for one base, said again, are no lie; nor are votes of two terms (S1)", () => {
    expect(refusalOf(two("double-vote", voteOf(3), voteOf(3)))).toContain("do not conflict");
    const next = voteOf(3, { ...otherBase, term: Term(6) });
    expect(refusalOf(two("double-vote", voteOf(3), next))).toContain("do not conflict");
  });

  it("differ by any part of their base", () => {
    const base = { term: Term(3), ...pointAt(12) };
    for (const changed of [
      { ...base, term: Term(2) },
      { ...base, index: LogIndex(13) },
      { ...base, hash: digestOf("another") },
    ]) {
      expect(judged(two("double-vote", voteOf(3), voteOf(3, { base: changed })))).toMatchObject({ ok: true });
    }
  });

  it("at or above what was certified, and Acks of the same or a later term, are no lie (S2)", () => {
    const certifiedAt = (term: number, index: number) =>
      ackOf(4, { term: Term(term), certified: pointAt(index) });
    const votedFor = (term: number, index: number) =>
      voteOf(4, { base: { term: Term(term), ...pointAt(index) } });
    expect(refusalOf(two("stale-vote", certifiedAt(3, 12), votedFor(3, 12)))).toContain("do not conflict");
    expect(refusalOf(two("stale-vote", certifiedAt(3, 14), votedFor(4, 10)))).toContain("do not conflict");
    expect(refusalOf(two("stale-vote", certifiedAt(5, 14), votedFor(3, 10)))).toContain("do not conflict");
    expect(refusalOf(two("stale-vote", certifiedAt(7, 14), votedFor(3, 10)))).toContain("do not conflict");
    expect(judged(two("stale-vote", certifiedAt(3, 13), votedFor(3, 12)))).toMatchObject({ ok: true });
    expect(judged(two("stale-vote", certifiedAt(4, 10), votedFor(3, 14)))).toMatchObject({ ok: true });
  });
});

describe("Acks (E39)", () => {
  it("of two branches of one term are no lie: an honest voter switches on a certificate (S11)", () => {
    const before = ackOf(1, { stored: { index: LogIndex(12), hash: digestOf("losing branch") } });
    expect(refusalOf(two("false-attestation", before, ackOf(1)))).toContain("do not conflict");
    const back = ackOf(1, { stored: pointAt(11), certified: pointAt(11) });
    expect(refusalOf(two("false-attestation", ackOf(1), back))).toContain("do not conflict");
  });

  it("of two indexes, or of nothing applied, are no lie", () => {
    const later = ackOf(1, { applied: { index: LogIndex(11), root: digestOf("another root") } });
    expect(refusalOf(two("false-attestation", ackOf(1), later))).toContain("do not conflict");
    const nothing = (root: string) => ackOf(1, { applied: { index: LogIndex(0), root: digestOf(root) } });
    expect(refusalOf(two("false-attestation", nothing("a"), nothing("b")))).toContain("do not conflict");
  });
});

/** Everything an honest voter may sign in a life: terms rise, what is certified too; it crashes and forgets nothing durable. */
type Deed = {
  readonly kind: "vote" | "certify" | "apply" | "restart" | "switch" | "enter";
  readonly by: number;
};

function lived(deeds: readonly Deed[]): { votes: Vote[]; acks: Ack[] } {
  const votes: Vote[] = [];
  const acks: Ack[] = [];
  const rootAt = (index: number) => digestOf(`root ${index}`);
  let [term, certifiedTerm, certified, applied, durablyApplied, branchOf] = [1, 1, 1, 1, 1, 0];
  let voted = 0;
  const pointOf = (index: number) => ({ index: LogIndex(index), hash: digestOf(`H ${index} ${branchOf}`) });
  const common = () => ({ epoch: EPOCH, from: NodeId(1), term: Term(term) });
  for (const { kind, by } of deeds) {
    if (kind === "enter") term += by;
    if (kind === "vote" && voted < term && certifiedTerm < term) {
      voted = term;
      const base = { term: Term(certifiedTerm), ...pointOf(certified + (by - 1)) };
      votes.push({ ...common(), base }, { ...common(), base });
    }
    if (kind === "certify") [certifiedTerm, certified] = [term, certified + by];
    if (kind === "switch") branchOf += 1;
    if (kind === "apply") applied = Math.min(certified, applied + by);
    // What is applied may be lower after a crash; it comes out the same when it is applied again.
    if (kind === "restart")
      [durablyApplied, applied] = [applied, Math.max(1, Math.min(durablyApplied, applied))];
    if (certifiedTerm !== term) continue;
    const stored = pointOf(certified + 1);
    acks.push({
      ...common(),
      stored,
      certified: pointOf(certified),
      applied: { index: LogIndex(applied), root: rootAt(applied) },
    });
  }
  return { votes, acks };
}

it("an honest voter is never accused by what it signed, whatever its life was", () => {
  const deed = fc.record({
    kind: fc.constantFrom("vote", "certify", "apply", "restart", "switch", "enter"),
    by: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(deed as fc.Arbitrary<Deed>, { maxLength: 40 }), (deeds) => {
      const { votes, acks } = lived(deeds);
      for (const first of votes) for (const second of votes) expect(votesTwice(first, second)).toBe(false);
      for (const first of acks) for (const second of acks) expect(attestsTwice(first, second)).toBe(false);
      for (const ack of acks) for (const vote of votes) expect(votesBelow(ack, vote)).toBe(false);
    }),
  );
});
