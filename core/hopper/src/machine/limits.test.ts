// L32: every limit trips as an abort, on the machine and on the reference interpreter at the same place, and long
// before the host's own limits.

import { describe, expect, test } from "vitest";
import {
  add,
  apply,
  body,
  branch,
  builtin,
  call,
  closure,
  constant,
  construct,
  fn,
  list,
  modulesOf,
  returns,
  slot,
  subtract,
  tailCall,
} from "../../test/machine/anf-notation.ts";
import { imageOf, onBoth, onMachine } from "../../test/machine/both-machines.ts";
import type { AnfFunction, Body, Operation } from "./anf.ts";
import { gasTotal } from "./gas.ts";
import { HEAP_WORDS_MAX, STACK_SLOTS_MAX } from "./limits.ts";

const int = constant;
const s = slot;
const PLENTY = 1_000_000_000;

const imageWith = (...functions: AnfFunction[]) => imageOf(modulesOf(functions));

/** loop(n, x): n times x becomes what the operation on slot 1 gives. */
const loop = (operation: Operation): AnfFunction =>
  fn(
    "loop",
    { parameters: 2, slots: 5 },
    body(
      [[2, builtin("std.int.less", int(0), s(0))]],
      branch(
        s(2),
        body(
          [
            [3, operation],
            [4, subtract(s(0), int(1))],
          ],
          tailCall("loop", s(4), s(3)),
        ),
        body([], returns(int("ended"))),
      ),
    ),
  );

const mainOf = (code: Body): AnfFunction => fn("main", { slots: 10 }, code);

const looping = (operation: Operation, times: number) =>
  imageWith(mainOf(body([], tailCall("loop", int(times), int(1)))), loop(operation));

const failure = (error: string, facts: Record<string, number>) => ({
  kind: "failed",
  failure: { error, fields: { kind: "built-in", facts } },
});

describe("depth of values", () => {
  const wrapped: readonly (readonly [string, Operation])[] = [
    ["constructs", construct(0, s(1))],
    ["lists", list(s(1))],
    ["closures", closure("hold", s(1))],
    ["what builtins make", builtin("test.wrap", s(1))],
  ];
  const hold = fn("hold", { captures: 1, slots: 1 }, body([], returns(s(0))));

  test.each(wrapped)("%s are at most 1,024 deep", (_, operation) => {
    const at = (times: number) =>
      onBoth({
        image: imageWith(mainOf(body([], tailCall("loop", int(times), int(1)))), loop(operation), hold),
      });
    expect(at(1_024).ended).toEqual({ kind: "done", value: "ended" });
    expect(at(1_025).ended).toMatchObject(failure("DepthExceeded", { max: 1_024 }));
  });
});

describe("sizes of values", () => {
  test.each([
    ["test.text", 1 << 20, "TextExceeded"],
    ["test.bytes", 1 << 20, "BytesExceeded"],
  ])("%s", (name, max, error) => {
    const made = (length: number) =>
      onBoth({
        image: imageWith(mainOf(body([[0, builtin(name, int(length))]], returns(int("made"))))),
        gasLimit: PLENTY,
      });
    expect(made(max).ended).toEqual({ kind: "done", value: "made" });
    expect(made(max + 1).ended).toMatchObject(failure(error, { max }));
  });

  test("integers have at most 65,536 bits, also when opcodes of their own make them", () => {
    const doubled = (bits: number) => {
      const large = int(2n ** BigInt(bits - 1));
      const main = mainOf(body([[0, add(large, large)]], returns(int("made"))));
      return onBoth({ image: imageWith(main) }).ended;
    };
    expect(doubled(65_535)).toEqual({ kind: "done", value: "made" });
    expect(doubled(65_536)).toMatchObject(failure("IntExceeded", { max: 65_536 }));
  });
});

describe("the heap", () => {
  test("counts what nodes allocate, garbage too", () => {
    const fields = Array.from({ length: 255 }, () => int(1));
    const times = HEAP_WORDS_MAX / 256;
    const made = (run: typeof onBoth, count: number) =>
      run({ image: looping(construct(0, ...fields), count), gasLimit: PLENTY });
    expect(made(onMachine, times).ended).toEqual({ kind: "done", value: "ended" });
    const { ended, gas } = made(onBoth, times + 1);
    expect(ended).toMatchObject(failure("HeapExceeded", { max: HEAP_WORDS_MAX }));
    expect(gas.allocation).toBe(HEAP_WORDS_MAX + 256);
  });

  test("counts what builtins make by what they charge, in the same place", () => {
    const program = { image: looping(builtin("test.text", int(1 << 20)), 20), gasLimit: PLENTY };
    expect(onBoth(program).ended).toMatchObject(failure("HeapExceeded", { max: HEAP_WORDS_MAX }));
    const counted = { image: looping(builtin("test.count", int(1 << 20)), 20), gasLimit: PLENTY };
    expect(onBoth(counted).ended).toEqual({ kind: "done", value: "ended" });
  });
});

describe("the stack", () => {
  /** deep(n) = 1 + deep(n - 1): not in tail position. Its frames have as many slots as asked for. */
  const deep = (slots: number) =>
    fn(
      "deep",
      { parameters: 1, slots },
      body(
        [[1, builtin("std.value.equal", s(0), int(0))]],
        branch(
          s(1),
          body([], returns(int(0))),
          body(
            [
              [2, subtract(s(0), int(1))],
              [3, call("deep", s(2))],
              [4, add(s(3), int(1))],
            ],
            returns(s(4)),
          ),
        ),
      ),
    );
  const dive = (depth: number, slots: number) => ({
    image: imageWith(mainOf(body([], tailCall("deep", int(depth)))), deep(slots)),
    gasLimit: PLENTY,
  });

  test("what the stack grows by is charged, once (L31)", () => {
    const gas = (depth: number) => gasTotal(onBoth(dive(depth, 100)).gas);
    const each = gas(8) - gas(7);
    expect([gas(9) - gas(8), gas(10) - gas(9), gas(11) - gas(10)]).toEqual([each, each + 4 * 1_024, each]);
    expect(gas(20) - gas(19)).toBe(each + 4 * 2_048);
    expect(onBoth({ ...dive(10, 100), gasLimit: gas(9) + each }).ended).toMatchObject({
      failure: { error: "OutOfGas" },
    });
  });

  test.each([
    [5, 1 << 17],
    [100, STACK_SLOTS_MAX],
  ])("recursion a million deep, %d slots a frame, aborts", (slots, max) => {
    expect(onBoth(dive(1_000_000, slots)).ended).toMatchObject(failure("StackExceeded", { max }));
  });

  test("recursion as deep as there may be frames ends well, one deeper does not", () => {
    expect(onBoth(dive(1 << 17, 5)).ended).toEqual({ kind: "done", value: 1 << 17 });
    expect(onMachine(dive((1 << 17) + 1, 5)).ended.kind).toBe("failed");
  });

  test("of closures that apply each other as well", () => {
    const again = fn(
      "again",
      { captures: 1, slots: 3 },
      body(
        [
          [1, closure("again", s(0))],
          [2, apply(s(1))],
        ],
        returns(s(2)),
      ),
    );
    const main = mainOf(
      body(
        [
          [0, closure("again", int(1))],
          [1, apply(s(0))],
        ],
        returns(s(1)),
      ),
    );
    expect(onBoth({ image: imageWith(main, again), gasLimit: PLENTY }).ended).toMatchObject({
      failure: { error: "StackExceeded", trace: Array(16).fill("test.again") },
    });
  });

  test("attempts within each other are at most 16", () => {
    const again = fn(
      "again",
      { slots: 2 },
      body(
        [
          [0, closure("again")],
          [1, { kind: "attempt", closure: s(0) }],
        ],
        returns(s(1)),
      ),
    );
    const main = mainOf(body([[0, call("again")]], returns(s(0))));
    expect(onBoth({ image: imageWith(main, again) }).ended).toEqual({ kind: "done", value: "" });
    const lost = fn(
      "again",
      { slots: 2 },
      body(
        [
          [0, closure("again")],
          [1, { kind: "attempt", closure: s(0) }],
        ],
        tailCall("check", s(1)),
      ),
    );
    const check = fn("check", { parameters: 1, slots: 1 }, body([], returns(s(0))));
    expect(onBoth({ image: imageWith(main, lost, check) }).ended).toEqual({ kind: "done", value: "" });
  });
});

describe("gas (L31)", () => {
  test("an endless loop in tail position ends with OutOfGas, and all is used", () => {
    const forever = fn(
      "forever",
      { parameters: 1, slots: 2 },
      body([[1, add(s(0), int(1))]], tailCall("forever", s(1))),
    );
    const image = imageWith(mainOf(body([], tailCall("forever", int(0)))), forever);
    const { ended, gas } = onMachine({ image, gasLimit: 10_000_000 });
    expect(ended).toMatchObject(failure("OutOfGas", { limit: 10_000_000 }));
    expect(gasTotal(gas)).toBe(10_000_000);
    expect(onBoth({ image, gasLimit: 100_000 }).ended).toMatchObject(failure("OutOfGas", { limit: 100_000 }));
  });

  test("no attempt survives it", () => {
    const forever = fn("forever", { slots: 0 }, body([], tailCall("forever")));
    const main = mainOf(
      body(
        [
          [0, closure("forever")],
          [1, { kind: "attempt", closure: s(0) }],
        ],
        returns(s(1)),
      ),
    );
    expect(onBoth({ image: imageWith(main, forever) }).ended).toMatchObject({
      failure: { error: "OutOfGas" },
    });
  });

  test("what cannot be paid is counted where it was asked for", () => {
    const image = imageWith(mainOf(body([[0, builtin("test.text", int(1_000))]], returns(s(0)))));
    expect(onBoth({ image, gasLimit: 500 }).gas).toEqual({
      instructions: 2,
      allocation: 0,
      builtins: 498,
      rows: 0,
      events: 0,
    });
  });

  test("an applied closure pays for its captures", () => {
    const hold = (captures: number) => fn("hold", { captures, slots: captures }, body([], returns(int(0))));
    const used = (captures: number) => {
      const held = closure("hold", ...Array.from({ length: captures }, () => int(1)));
      const main = mainOf(
        body(
          [
            [0, held],
            [1, apply(s(0))],
          ],
          returns(s(1)),
        ),
      );
      return gasTotal(onBoth({ image: imageWith(main, hold(captures)) }).gas);
    };
    // A word each in the closure, and a place each in the frame.
    expect(used(9) - used(1)).toBe(16);
  });
});
