import { Epoch, Hash, NodeId } from "@juno/base";
import { describe, expect, it } from "vitest";
import { electorateOf, faultsOf, quorumOf } from "./quorum.ts";

/** Every set of `size` voters out of `voters`, as bit masks. */
function setsOf(voters: number, size: number): number[] {
  const all = Array.from({ length: 2 ** voters }, (_, mask) => mask);
  return all.filter((mask) => bits(mask) === size);
}

const bits = (mask: number): number => mask.toString(2).replaceAll("0", "").length;

describe("quorum sizes", () => {
  it("are those of the table", () => {
    const table = [1, 2, 3, 4, 5, 6, 7, 10, 13].map((n) => [n, faultsOf(n), quorumOf(n)]);
    expect(table).toEqual([
      [1, 0, 1],
      [2, 0, 2],
      [3, 0, 2],
      [4, 1, 3],
      [5, 1, 4],
      [6, 1, 4],
      [7, 2, 5],
      [10, 3, 7],
      [13, 4, 9],
    ]);
  });

  for (const n of [4, 5, 6, 7, 10]) {
    it(`keep the definition for ${n} voters, over every pair of quorums`, () => {
      const f = faultsOf(n);
      const q = quorumOf(n);
      const quorums = setsOf(n, q);
      const overlap = Math.min(...quorums.flatMap((a) => quorums.map((b) => bits(a & b))));
      expect(overlap, "two quorums share an honest voter").toBeGreaterThanOrEqual(f + 1);
      expect(q, "the honest voters alone are a quorum").toBeLessThanOrEqual(n - f);
      expect(2 * (q - 1) - n, "one voter fewer would not do").toBeLessThan(f + 1);
      expect(3 * f + 1, "f is the most that n voters bear").toBeLessThanOrEqual(n);
      expect(3 * (f + 1) + 1).toBeGreaterThan(n);
    });
  }
});

describe("an electorate", () => {
  const network = Hash(new Uint8Array(32));
  const voter = (id: number) => ({ id: NodeId(id), signKey: new Uint8Array(32).fill(id) });

  it("lists its voters by id, whatever the order they came in", () => {
    const electorate = electorateOf({ network, epoch: Epoch(0), voters: [3, 1, 4, 2].map(voter) });
    expect(electorate.voters.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect([electorate.faults, electorate.quorum]).toEqual([1, 3]);
    expect(electorate.keyOf.get(NodeId(3))).toEqual(new Uint8Array(32).fill(3));
    expect(electorate.keyOf.get(NodeId(5))).toBeUndefined();
  });

  it("has no voter twice, and is not empty", () => {
    for (const ids of [[1, 2, 2, 3], []]) {
      expect(() => electorateOf({ network, epoch: Epoch(0), voters: ids.map(voter) })).toThrow("distinct");
    }
  });
});
