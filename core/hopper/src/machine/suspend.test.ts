// L34: a machine cut anywhere, written, read back and run on ends as if it had never stopped: the same result or
// error, the same gas by kind, the same questions to the world; and cut again at the same place it is the same bytes.

import { createHash } from "node:crypto";
import { decodeWith, Hash, type Sha256, Writer } from "@juno/base";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  add,
  body,
  branch,
  builtin,
  call,
  constant,
  fn,
  here,
  INTEGER_TABLE,
  modulesOf,
  returns,
  slot,
  subtract,
} from "../../test/machine/anf-notation.ts";
import { imageOf, onMachine } from "../../test/machine/both-machines.ts";
import { MemoryEffects } from "../../test/machine/memory-effects.ts";
import { randomProgram } from "../../test/machine/random-program.ts";
import type { Image } from "./image.ts";
import { imageHash } from "./image-hash.ts";
import { readMachine, writeMachine } from "./suspend.ts";
import { Construct } from "./value.ts";
import { Machine } from "./vm.ts";

const sha256: Sha256 = (bytes) => Hash(createHash("sha256").update(bytes).digest());

function bytesOf(machine: Machine, hash: Hash): Uint8Array {
  const writer = new Writer();
  writeMachine(writer, machine, hash);
  return writer.finish();
}

function revive(bytes: Uint8Array, image: Image, effects: MemoryEffects): Machine {
  const read = decodeWith(bytes, (reader) =>
    readMachine(reader, { image, hash: imageHash(image, sha256), effects }),
  );
  if (!read.ok) expect.fail(read.error.detail);
  return read.value;
}

/** Runs the program in slices, through bytes between them, beside a twin that is never written. */
function inSlices(image: Image, slices: readonly number[], gasLimit: number) {
  const hash = imageHash(image, sha256);
  const effects = new MemoryEffects();
  const start = { image, fn: here("main"), args: [], gasLimit };
  const twin = Machine.start({ ...start, effects: new MemoryEffects() });
  let machine = Machine.start({ ...start, effects });
  let cuts = 0;
  for (;;) {
    const slice = slices[cuts % slices.length];
    const ended = machine.run(slice);
    expect(twin.run(slice)).toEqual(ended);
    if (ended.kind !== "running")
      return { run: { ended, gas: machine.gasByKind, diary: effects.diary }, cuts };
    const bytes = bytesOf(machine, hash);
    expect(bytes).toEqual(bytesOf(twin, hash));
    machine = revive(bytes, image, effects);
    cuts += 1;
  }
}

/** sum(n) = n + sum(n - 1) */
const sum = fn(
  "sum",
  { parameters: 1, slots: 5 },
  body(
    [[1, builtin("std.value.equal", slot(0), constant(0))]],
    branch(
      slot(1),
      body([], returns(constant(0))),
      body(
        [
          [2, subtract(slot(0), constant(1))],
          [3, call("sum", slot(2))],
          [4, add(slot(0), slot(3))],
        ],
        returns(slot(4)),
      ),
    ),
  ),
);
const sumTo = (n: number) =>
  imageOf(
    modulesOf([fn("main", { slots: 1 }, body([[0, call("sum", constant(n))]], returns(slot(0)))), sum]),
  );

describe("a suspended machine (L34)", () => {
  test("goes on as if it had never stopped, wherever it is cut", () => {
    let cuts = 0;
    const slices = fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(randomProgram, slices, (functions, chosen) => {
        const image = imageOf(modulesOf(functions, [INTEGER_TABLE]));
        const sliced = inSlices(image, chosen, 1_000);
        cuts += sliced.cuts;
        expect(sliced.run).toEqual(onMachine({ image, gasLimit: 1_000 }));
      }),
      { numRuns: 200 },
    );
    expect(cuts).toBeGreaterThan(100);
  });

  test("may be thousands of frames deep", () => {
    const image = sumTo(5_000);
    const { run, cuts } = inSlices(image, [40_000], 1_000_000);
    expect(run.ended).toEqual({ kind: "done", value: 12_502_500 });
    expect(cuts).toBeGreaterThan(2);
    // Nobody pays twice for what the stack has grown by.
    expect(run).toEqual(onMachine({ image, gasLimit: 1_000_000 }));
  });

  test("runs at least one instruction in each slice", () => {
    const { run, cuts } = inSlices(sumTo(3), [0], 1_000_000);
    expect(run.ended).toEqual({ kind: "done", value: 6 });
    expect(cuts).toBeGreaterThan(20);
  });

  test("leaves out what nothing can read any more", () => {
    const main = (dropped: string) => {
      const arm = body([[1, builtin("test.pair", constant(dropped), constant(1))]], returns(constant(5)));
      const fork = branch(constant(true), arm, body([], returns(constant(6))));
      return fn(
        "main",
        { slots: 3 },
        body(
          [
            [0, fork],
            [2, add(slot(0), constant(1))],
          ],
          returns(slot(2)),
        ),
      );
    };
    const lengths = ["short", "very, very long"].map((dropped) => {
      const image = imageOf(modulesOf([main(dropped)]));
      const machine = Machine.start({
        image,
        fn: here("main"),
        args: [],
        effects: new MemoryEffects(),
        gasLimit: 100,
      });
      machine.run(9);
      expect(machine.state.stack[1]).toEqual(new Construct(0, [dropped, 1]));
      return bytesOf(machine, imageHash(image, sha256)).length;
    });
    expect(lengths[0]).toBe(lengths[1]);
  });

  test("is read back with its own image only, and only whole", () => {
    const image = sumTo(3);
    const hash = imageHash(image, sha256);
    const effects = new MemoryEffects();
    const machine = Machine.start({ image, fn: here("main"), args: [], effects, gasLimit: 1_000 });
    machine.run(10);
    const bytes = bytesOf(machine, hash);
    const other = imageHash(sumTo(4), sha256);
    const read = (given: Uint8Array, as: Hash) =>
      decodeWith(given, (reader) => readMachine(reader, { image, hash: as, effects }));
    expect(read(bytes, hash).ok).toBe(true);
    expect(read(bytes, other).ok).toBe(false);
    for (let length = 0; length < bytes.length; length++)
      expect(read(bytes.subarray(0, length), hash).ok).toBe(false);
  });
});

describe("the hash of an image", () => {
  test("depends on what its code means, and on nothing else", () => {
    const hash = (image: Image) => imageHash(image, sha256);
    expect(hash(sumTo(3))).toEqual(hash(sumTo(3)));
    expect(hash(sumTo(3))).not.toEqual(hash(sumTo(4)));
  });
});
