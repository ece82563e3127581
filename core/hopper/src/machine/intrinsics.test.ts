// Opcodes of builtins mean what the library's records say: on integers of every size the machine gives what the
// reference interpreter gets from the record, for the same gas.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { body, builtin, fn, here, modulesOf, returns, slot } from "../../test/machine/anf-notation.ts";
import { MemoryEffects } from "../../test/machine/memory-effects.ts";
import { BUILTINS } from "../builtins/table.ts";
import { interpret } from "./cek.ts";
import { link } from "./image.ts";
import { INTRINSICS } from "./intrinsics.ts";
import { type Integer, integer } from "./value.ts";
import { Machine } from "./vm.ts";

const edges = [
  0,
  1,
  -1,
  2,
  2 ** 31,
  -(2 ** 31),
  2 ** 53 - 1,
  -(2 ** 53) + 1,
  2n ** 53n,
  -(2n ** 53n),
  2n ** 64n,
];

const anyInteger: fc.Arbitrary<Integer> = fc.oneof(
  fc.constantFrom<Integer>(...edges),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(integer),
);

describe("builtins with an opcode of their own (L30)", () => {
  test.each([...INTRINSICS.keys()])("%s", (name) => {
    expect(BUILTINS.has(name)).toBe(true);
    const code = body([[2, builtin(name, slot(0), slot(1))]], returns(slot(2)));
    const image = link(modulesOf([fn("main", { parameters: 2, slots: 3 }, code)]), BUILTINS);
    fc.assert(
      fc.property(anyInteger, anyInteger, (a, b) => {
        const start = {
          image,
          fn: here("main"),
          args: [a, b],
          effects: new MemoryEffects(),
          gasLimit: 1_000,
        };
        const machine = Machine.start(start);
        const { ended, gas } = interpret(start);
        expect(machine.run()).toEqual(ended);
        expect(machine.gasByKind).toEqual(gas);
      }),
      { numRuns: 300 },
    );
  });
});
