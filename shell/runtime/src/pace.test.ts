// Work is done in order, none is left undone, and no turn takes on more than its share.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pace } from "./pace.ts";

const SHARE = 100;

describe("a pace", () => {
  it("lets work in at once while the turn has room", () => {
    const pace = new Pace({ afterInputs: () => undefined }, SHARE);
    expect([pace.enter(60), pace.enter(40)]).toEqual([undefined, undefined]);
    expect(pace.enter(1)).toBeInstanceOf(Promise);
  });

  it("spreads the rest over turns, in order", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 250 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(sizes, async (all) => {
        const turns: (() => void)[] = [];
        const pace = new Pace({ afterInputs: (callback) => turns.push(callback) }, SHARE);
        const done: number[] = [];
        let ofTurn: number[] = [];
        const work = all.map(async (size, i) => {
          await pace.enter(size);
          done.push(i);
          ofTurn.push(size);
        });
        for (let count = 0; done.length < all.length; count++) {
          await new Promise((resolve) => setImmediate(resolve));
          expect(ofTurn.length === 1 || ofTurn.reduce((a, b) => a + b, 0) <= SHARE).toBe(true);
          ofTurn = [];
          expect(count).toBeLessThan(100);
          for (const end of turns.splice(0)) end();
        }
        await Promise.all(work);
        expect(done).toEqual(all.map((_, i) => i));
      }),
    );
  });
});
