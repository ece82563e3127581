// The machine against the reference semantics on random programs (L30, L31): the same result or error at the same
// place, the same gas by kind, the same questions to the world; and so at every gas limit.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { INTEGER_TABLE, modulesOf } from "../../test/machine/anf-notation.ts";
import { imageOf, onBoth } from "../../test/machine/both-machines.ts";
import { randomProgram } from "../../test/machine/random-program.ts";
import type { AnfFunction } from "./anf.ts";
import { gasTotal } from "./gas.ts";
import type { Ended } from "./outcome.ts";

const imageOfProgram = (functions: readonly AnfFunction[]) => imageOf(modulesOf(functions, [INTEGER_TABLE]));

const nameOf = (ended: Ended): string => (ended.kind === "done" ? "done" : ended.failure.error);

describe("machine and reference", () => {
  test("agree on random programs (L30)", () => {
    const endings = new Set<string>();
    fc.assert(
      fc.property(randomProgram, (functions) => {
        endings.add(nameOf(onBoth({ image: imageOfProgram(functions), gasLimit: 5_000 }).ended));
      }),
      { numRuns: 1_000 },
    );
    // The programs reach what they are to compare.
    expect([...endings]).toEqual(expect.arrayContaining(["done", "test.Oops", "RowMissing", "OutOfGas"]));
  });

  test("run out of gas at the same place, whatever the limit (L31)", () => {
    fc.assert(
      fc.property(randomProgram, (functions) => {
        const image = imageOfProgram(functions);
        const whole = onBoth({ image, gasLimit: 300 });
        const needed = gasTotal(whole.gas);
        for (let gasLimit = 0; gasLimit < needed; gasLimit++) {
          const { ended, gas } = onBoth({ image, gasLimit });
          expect(nameOf(ended)).toBe("OutOfGas");
          expect(gasTotal(gas)).toBe(gasLimit);
        }
        expect(onBoth({ image, gasLimit: needed })).toEqual(
          nameOf(whole.ended) === "OutOfGas" ? expect.anything() : whole,
        );
      }),
      { numRuns: 30 },
    );
  });
});
