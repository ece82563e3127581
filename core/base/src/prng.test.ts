// The generator against its definition in unbounded integers, so that a seed means the same run on
// every machine and in every version.

import { describe, expect, it } from "vitest";
import { Prng } from "./prng.ts";

const mask = (value: bigint) => value & 0xffff_ffffn;
const rotate = (value: bigint, by: bigint) => mask((value << by) | (value >> (32n - by)));

/** xoshiro128** as published, seeded by splitmix32. */
function* model(seed: bigint): Generator<number> {
  const s: bigint[] = [];
  let x = seed;
  for (let i = 0; i < 4; i++) {
    x = mask(x + 0x9e37_79b9n);
    let z = mask((x ^ (x >> 16n)) * 0x85eb_ca6bn);
    z = mask((z ^ (z >> 13n)) * 0xc2b2_ae35n);
    s.push(z ^ (z >> 16n));
  }
  for (;;) {
    yield Number(mask(rotate(mask(s[1]! * 5n), 7n) * 9n));
    const t = mask(s[1]! << 9n);
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = rotate(s[3]!, 11n);
  }
}

describe("the generator", () => {
  it("follows its definition for any seed", () => {
    for (const seed of [0, 1, 42, 0xffff_ffff]) {
      const prng = new Prng(seed);
      const expected = model(BigInt(seed));
      for (let i = 0; i < 1000; i++) expect(prng.u32()).toBe(expected.next().value);
    }
  });

  it("repeats itself for one seed and differs for another", () => {
    const draw = (seed: number) => {
      const prng = new Prng(seed);
      return [prng.bytes(16), prng.below(1000), prng.chance(1, 2), prng.pick(["a", "b", "c"])];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it("stays within bounds and reaches all of them", () => {
    const prng = new Prng(3);
    const seen = new Set(Array.from({ length: 500 }, () => prng.below(10)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(Array.from({ length: 50 }, () => prng.chance(0, 5))).not.toContain(true);
    expect(Array.from({ length: 50 }, () => prng.chance(5, 5))).not.toContain(false);
  });
});
