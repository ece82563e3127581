import { type Hash, Hash as hashOf, LogIndex, NodeId, Term } from "@juno/base";
import type { Point } from "@juno/proof";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AckRecord, Progress } from "./progress.ts";

const hash = (byte: number): Hash => hashOf(new Uint8Array(32).fill(byte));
const point = (index: number, branch = 0): Point => ({ index: LogIndex(index), hash: hash(branch) });

type Said = { voter: number; term: number; stored: number; branch?: number; certified?: number };

function ackOf({ voter, term, stored, branch = 0, certified = 0 }: Said): AckRecord {
  const from = NodeId(voter);
  const ack = {
    epoch: 0 as AckRecord["ack"]["epoch"],
    from,
    term: Term(term),
    stored: point(stored, branch),
    certified: point(certified),
    applied: { index: LogIndex(0), root: hash(0) },
  };
  return { ack, statement: { voter: from, body: new Uint8Array([stored]), signature: new Uint8Array(64) } };
}

const anyPoint = { above: LogIndex(0), isOwn: () => true };
const stored = (progress: Progress, term: number) =>
  progress.quorumAt({ ...anyPoint, term: Term(term) })?.point.index;

describe("Progress", () => {
  it("finds the highest position that a quorum stored, though some are further", () => {
    const progress = new Progress(3);
    for (const index of [1, 2, 3]) progress.record(ackOf({ voter: 1, term: 1, stored: index }));
    for (const index of [1, 2]) progress.record(ackOf({ voter: 2, term: 1, stored: index }));
    progress.record(ackOf({ voter: 3, term: 1, stored: 1 }));
    expect(stored(progress, 1)).toBe(1);
    progress.record(ackOf({ voter: 3, term: 1, stored: 2 }));
    expect(stored(progress, 1)).toBe(2);
  });

  it("counts a voter once, and branches apart", () => {
    const progress = new Progress(3);
    for (let i = 0; i < 5; i++) progress.record(ackOf({ voter: 1, term: 1, stored: 4 }));
    progress.record(ackOf({ voter: 2, term: 1, stored: 4, branch: 1 }));
    progress.record(ackOf({ voter: 3, term: 1, stored: 4 }));
    expect(stored(progress, 1)).toBeUndefined();
  });

  it("lets a voter's Acks of far terms push out nobody else's", () => {
    const progress = new Progress(3);
    for (const voter of [1, 2, 3]) progress.record(ackOf({ voter, term: 7, stored: 5, certified: 5 }));
    for (let i = 0; i < 50; i++) progress.record(ackOf({ voter: 4, term: 10 ** 9 + i, stored: 1 }));
    expect(stored(progress, 7)).toBe(5);
    expect(progress.terms().map(([term]) => term)).toEqual([7]);
    for (const voter of [1, 2, 3]) progress.record(ackOf({ voter, term: 8, stored: 6, certified: 6 }));
    expect(stored(progress, 8)).toBe(6);
    expect(progress.terms().map(([term]) => term)).toEqual([8, 7]);
  });

  it("lets a voter's made-up positions push out nobody else's", () => {
    const progress = new Progress(3);
    for (const voter of [1, 2]) progress.record(ackOf({ voter, term: 1, stored: 5 }));
    for (let i = 0; i < 3000; i++) progress.record(ackOf({ voter: 4, term: 1, stored: 10 + i }));
    progress.record(ackOf({ voter: 3, term: 1, stored: 5 }));
    expect(stored(progress, 1)).toBe(5);
  });

  it("forgets a voter's own oldest positions in favour of its newest", () => {
    const progress = new Progress(2);
    for (let i = 1; i <= 3000; i++) progress.record(ackOf({ voter: 4, term: 1, stored: i }));
    progress.record(ackOf({ voter: 1, term: 1, stored: 5 }));
    expect(stored(progress, 1)).toBeUndefined();
    progress.record(ackOf({ voter: 1, term: 1, stored: 2999 }));
    expect(stored(progress, 1)).toBe(2999);
  });

  it("keeps what is stored in a later term when a lower one is certified", () => {
    const progress = new Progress(3);
    for (const voter of [1, 2, 3]) progress.record(ackOf({ voter, term: 2, stored: 4 }));
    progress.certifiedThrough({ term: Term(1), index: LogIndex(9) });
    expect(stored(progress, 2)).toBe(4);
    progress.certifiedThrough({ term: Term(2), index: LogIndex(4) });
    expect(stored(progress, 2)).toBeUndefined();
  });

  it("agrees with a model that forgets nothing", () => {
    const said = fc.record({
      voter: fc.integer({ min: 1, max: 4 }),
      term: fc.integer({ min: 1, max: 2 }),
      stored: fc.integer({ min: 1, max: 3 }),
      branch: fc.integer({ min: 0, max: 1 }),
      certified: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(fc.array(said, { maxLength: 60 }), fc.integer({ min: 0, max: 2 }), (acks, above) => {
        const progress = new Progress(3);
        for (const ack of acks) progress.record(ackOf(ack));
        const newestOf = (voter: number, upTo: number) =>
          Math.max(
            0,
            ...acks
              .slice(0, upTo)
              .filter((a) => a.voter === voter)
              .map((a) => a.term),
          );
        // An Ack counts if its voter had not spoken in a later term before or since.
        const counted = acks.filter((ack) => newestOf(ack.voter, acks.length) === ack.term);
        for (const term of [1, 2]) {
          const quorums = counted
            .filter((ack) => ack.term === term && ack.stored > above)
            .filter(({ stored, branch }) => {
              const same = counted.filter(
                (a) => a.term === term && a.stored === stored && a.branch === branch,
              );
              return new Set(same.map((a) => a.voter)).size >= 3;
            });
          const best = Math.max(0, ...quorums.map((ack) => ack.stored));
          const found = progress.quorumAt({ term: Term(term), above: LogIndex(above), isOwn: () => true });
          expect(found?.point.index ?? 0).toBe(best);
          const certified = new Map<number, number>();
          for (const ack of acks.filter((a) => a.term === term)) {
            certified.set(ack.voter, Math.max(certified.get(ack.voter) ?? 0, ack.certified));
          }
          const kept = progress.terms().find(([t]) => t === term)?.[1];
          const told = new Map([...(kept ?? [])].map(([voter, { ack }]) => [voter, ack.certified.index]));
          if (certified.size >= 3) expect([...told].sort()).toEqual([...certified].sort());
          else expect(kept).toBeUndefined();
        }
      }),
    );
  });
});
