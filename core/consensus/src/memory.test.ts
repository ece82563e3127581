// S15: which of its own words a voter remembers. Whatever an honest voter may have sent by the time that its
// memory is as it is, it remembers; what goes beyond is found. And of others' words the highest are told.

import { Epoch, Hash, LogIndex, NodeId, Term } from "@juno/base";
import { type Ack, encodeAck, encodePreVote, encodeVote, type Position } from "@juno/proof";
import { describe, expect, it } from "vitest";
import { bulkFrom, judged, signedWord } from "../test/frames.ts";
import { Log } from "./log.ts";
import { beyondMemory } from "./memory.ts";
import { highestOf, type ReadWord, readWord, type Word, writeRecollection } from "./word.ts";

const hashOf = (index: number, branch = 0): Hash => Hash(new Uint8Array(32).fill(16 * branch + index));
const point = (index: number, branch = 0) => ({ index: LogIndex(index), hash: hashOf(index, branch) });
const position = (term: number, index: number, branch = 0): Position => ({
  term: Term(term),
  ...point(index, branch),
});

/** In term 5, voted for a base of term 3; certified (4, 6); the log ends at 8. */
function memory(
  fields: { readonly term?: number; readonly certifiedTerm?: number; readonly vote?: Position } = {},
) {
  const { term = 5, certifiedTerm = 4, vote = position(3, 4) } = fields;
  const floor = { ...point(5), epoch: Epoch(0), term: Term(certifiedTerm), time: 0 };
  const entries = [6, 7, 8].map((index) => ({
    ...{ epoch: Epoch(0), ...point(index), term: Term(certifiedTerm), time: 0, kind: "command" as const },
    ...{ body: new Uint8Array(0), bodyDigest: hashOf(0), command: undefined },
  }));
  return {
    currentTerm: Term(term),
    votedBase: vote,
    certified: {
      kind: "quorum" as const,
      epoch: Epoch(0),
      position: position(certifiedTerm, 6),
      statements: [],
    },
    log: new Log(floor, entries),
    withheld: undefined,
  };
}

const common = (term: number) => ({ epoch: Epoch(0), from: NodeId(1), term: Term(term) });
const preVote = (term: number, entered: boolean, certified: Position): ReadWord => ({
  tag: "prevote",
  body: { ...common(term), entered, certified },
});
const vote = (term: number, base: Position): ReadWord => ({ tag: "vote", body: { ...common(term), base } });
const ackBody = (term: number, certified: number, stored: number, branch = 0): Ack => ({
  ...common(term),
  certified: point(certified, branch),
  stored: point(stored, branch),
  applied: { index: LogIndex(0), root: hashOf(0) },
});
const ack = (...said: Parameters<typeof ackBody>): ReadWord => ({ tag: "ack", body: ackBody(...said) });

describe("a voter's own words", () => {
  it.each<[string, ReadWord]>([
    ["a wish for the next term", preVote(6, false, position(4, 6))],
    ["a report in its term", preVote(5, true, position(4, 6))],
    ["a report with what it had certified before", preVote(5, true, position(2, 3, 7))],
    ["its vote", vote(5, position(3, 4))],
    ["a vote of an earlier term, whatever it was for", vote(4, position(3, 4, 7))],
    ["an Ack of all that it has", ack(4, 6, 8)],
    ["an Ack of less than it has stored", ack(4, 6, 7)],
    ["an Ack from before it certified more, of a branch that was replaced", ack(4, 5, 9, 7)],
    ["an Ack of an earlier term", ack(3, 9, 12, 7)],
  ])("%s: remembered", (_what, word) => {
    expect(beyondMemory(memory(), word)).toBeUndefined();
  });

  it.each<[string, ReadWord]>([
    ["a wish for a later term", preVote(7, false, position(4, 6))],
    ["a report in a later term", preVote(6, true, position(4, 6))],
    ["a report with more certified", preVote(5, true, position(4, 7))],
    ["a report with the same rank on another branch", preVote(5, true, position(4, 6, 7))],
    ["a vote in a later term", vote(6, position(4, 6))],
    ["a vote in its term for another base", vote(5, position(3, 5))],
    ["an Ack of a later term", ack(5, 6, 8)],
    ["an Ack with more certified", ack(4, 7, 8)],
    ["an Ack with another entry certified", ack(4, 6, 6, 7)],
    ["an Ack with more stored", ack(4, 6, 9)],
    ["an Ack with another entry stored", { tag: "ack", body: { ...ackBody(4, 6, 8), stored: point(8, 7) } }],
  ])("%s: not remembered", (_what, word) => {
    expect(beyondMemory(memory(), word)).toMatch(
      /which it does not remember|that it does not remember|where it remembers term 5/,
    );
  });

  it("a vote where none is remembered: not remembered", () => {
    expect(beyondMemory({ ...memory(), votedBase: undefined }, vote(5, position(3, 4)))).toContain(
      "a vote in term 5",
    );
  });

  it("an Ack of its term, where it stands, is remembered by an installed voter", () => {
    expect(beyondMemory(memory({ certifiedTerm: 5 }), ack(5, 6, 8))).toBeUndefined();
  });
});

describe("a recollection", () => {
  const words: Word[] = [
    signedWord(1, "prevote", encodePreVote({ ...common(6), entered: false, certified: position(4, 6) })),
    signedWord(1, "vote", encodeVote({ ...common(5), base: position(3, 4) })),
    signedWord(1, "ack", encodeAck(ackBody(4, 6, 8))),
  ];
  const told = (given: readonly Word[]) =>
    judged(
      2,
      bulkFrom(2, "recollection", (w) => writeRecollection(w, { nonce: 7, words: given })),
    );

  it("comes as it was sent (E53)", () => {
    expect(told(words)).toMatchObject({
      ok: true,
      value: { kind: "recollection", from: 2, nonce: 7, words },
    });
    expect(told([])).toMatchObject({ ok: true, value: { words: [] } });
  });

  it("is refused with a word that its speaker did not sign, or that is none", () => {
    const [, , real] = words as [Word, Word, Word];
    const bent = (fields: Partial<Word["statement"]>, tag = real.tag): Word => ({
      tag,
      statement: { ...real.statement, ...fields },
    });
    const refusal = (word: Word) => {
      const verdict = told([word]);
      return verdict.ok ? undefined : verdict.error.code;
    };
    expect(refusal(bent({ body: encodeAck(ackBody(4, 6, 7)) }))).toBe("bad_signature");
    expect(refusal(bent({ signature: new Uint8Array(64) }))).toBe("bad_signature");
    expect(refusal(bent({}, "vote"))).toBe("malformed");
    expect(refusal(bent({ voter: NodeId(2) }))).toBe("wrong_sender");
    const foreign = encodeAck({ ...ackBody(4, 6, 8), epoch: Epoch(1) });
    expect(refusal(signedWord(1, "ack", foreign))).toBe("unknown_epoch");
    expect(told(Array<Word>(9).fill(real)).ok).toBe(false);
  });
});

describe("the highest words", () => {
  const acked = (term: number, certified: number, stored: number) =>
    signedWord(1, "ack", encodeAck(ackBody(term, certified, stored)));
  const wished = (term: number, entered: boolean, certified: Position) =>
    signedWord(1, "prevote", encodePreVote({ ...common(term), entered, certified }));

  it("are one of each kind and voter, by rank", () => {
    const best = [
      acked(4, 6, 8),
      wished(6, true, position(4, 6)),
      signedWord(1, "vote", encodeVote({ ...common(5), base: position(3, 4) })),
    ];
    const lower = [
      acked(4, 6, 7),
      acked(4, 5, 9),
      acked(3, 9, 9),
      wished(6, false, position(4, 6)),
      wished(6, true, position(4, 5)),
      wished(5, true, position(4, 9)),
      signedWord(1, "vote", encodeVote({ ...common(4), base: position(3, 9) })),
    ];
    for (const order of [
      [...best, ...lower],
      [...lower, ...best],
    ]) {
      const found = highestOf(order);
      expect(found).toHaveLength(3);
      expect(found.map(readWord)).toEqual(expect.arrayContaining(best.map(readWord)));
    }
  });
});
