// Each operation that makes a value, forks and calls, one by one, on the machine and on the reference interpreter: they
// agree on the value and on gas by kind (L30, L31), and the value is the right one.

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
  field,
  fn,
  list,
  moduleOf,
  modulesOf,
  returns,
  slot,
  subtract,
  tailApply,
  tailCall,
  unit,
} from "../../test/machine/anf-notation.ts";
import { imageOf, onBoth } from "../../test/machine/both-machines.ts";
import { SAMPLE_BUILTINS } from "../../test/machine/sample-builtins.ts";
import type { AnfFunction, Body, Operation } from "./anf.ts";
import { link } from "./image.ts";
import { PersistentList } from "./persistent-list.ts";
import { Construct, UNIT, type Value } from "./value.ts";

const int = constant;
const s = slot;

const double = fn("double", { parameters: 1, slots: 2 }, body([[1, add(s(0), s(0))]], returns(s(1))));
const mix = fn(
  "mix",
  { parameters: 1, captures: 1, slots: 3 },
  body([[2, builtin("test.pair", s(0), s(1))]], returns(s(2))),
);
const run = (code: Body, others: readonly AnfFunction[] = [double, mix]) => {
  const main = fn("main", { slots: 20 }, code);
  return onBoth({ image: imageOf(modulesOf([main, ...others])) });
};

const resultOf = (steps: readonly (readonly [number, Operation])[], result: number): Value => {
  const { ended } = run(body(steps, returns(s(result))));
  if (ended.kind === "failed") expect.fail(ended.failure.error);
  return ended.value;
};

const pair = (a: Value, b: Value) => new Construct(0, [a, b]);
const returning = (value: number): Body => body([], returns(int(value)));

describe("values", () => {
  const cases: readonly (readonly [string, readonly (readonly [number, Operation])[], Value])[] = [
    ["a constant", [[0, { kind: "atom", atom: int("text") }]], "text"],
    ["the unit", [[0, { kind: "atom", atom: unit }]], UNIT],
    ["a number beyond the safe ones", [[0, add(int(2 ** 53 - 1), int(1))]], 2n ** 53n],
    ["a number that is safe again", [[0, subtract(int(2n ** 53n), int(1))]], 2 ** 53 - 1],
    ["a call", [[0, call("double", int(21))]], 42],
    [
      "a closure applied: parameters, then captures",
      [
        [0, closure("mix", int(2))],
        [1, apply(s(0), int(1))],
      ],
      pair(1, 2),
    ],
    ["a construct", [[0, construct(3, int(1), int(true))]], new Construct(3, [1, true])],
    [
      "a construct of four",
      [[0, construct(0, int(1), int(2), int(3), int(4))]],
      new Construct(0, [1, 2, 3, 4]),
    ],
    ["a construct without fields", [[0, construct(2)]], new Construct(2, [])],
    [
      "a field",
      [
        [0, construct(0, int(5), int(6))],
        [1, field(s(0), 1)],
      ],
      6,
    ],
    [
      "a tag",
      [
        [0, construct(7, int(5))],
        [1, { kind: "tag", of: s(0) }],
      ],
      7,
    ],
    ["a list", [[0, list(int(1), int(2))]], PersistentList.of<Value>([1, 2])],
    ["an empty list", [[0, list()]], PersistentList.of<Value>([])],
    ["a builtin", [[0, builtin("test.pair", int(1), int(2))]], pair(1, 2)],
    ["a builtin without arguments knows its caller's module", [[0, builtin("test.module")]], "test"],
    ["a comparison", [[0, builtin("std.int.less", int(1), int(2))]], true],
  ];
  test.each(cases)("%s", (_, steps, expected) => {
    expect(resultOf(steps, steps.at(-1)![0])).toEqual(expected);
  });

  test("a builtin in another module's function knows that module", () => {
    const image = link(
      new Map([
        [
          "test",
          moduleOf("test", [
            fn(
              "main",
              { slots: 1 },
              body([[0, { kind: "call", fn: { module: "far", name: "ask" }, args: [] }]], returns(s(0))),
            ),
          ]),
        ],
        [
          "far",
          moduleOf("far", [fn("ask", { slots: 1 }, body([[0, builtin("test.module")]], returns(s(0))))]),
        ],
      ]),
      SAMPLE_BUILTINS,
    );
    expect(onBoth({ image }).ended).toEqual({ kind: "done", value: "far" });
  });
});

describe("forks", () => {
  const arms = (...tags: number[]) => tags.map((tag) => ({ tag, body: returning(100 + tag) }));
  const choose = (tag: number, tags: readonly number[]): Value =>
    resultOf(
      [
        [0, construct(tag, int(0))],
        [1, { kind: "switch", of: s(0), arms: arms(...tags), otherwise: returning(-1) }],
        [2, add(s(1), int(0))],
      ],
      2,
    );

  test.each([
    [true, 1],
    [false, 2],
  ])("a branch on %s", (condition, expected) => {
    const fork: Operation = branch(int(condition), returning(1), returning(2));
    expect(
      resultOf(
        [
          [0, fork],
          [1, add(s(0), int(0))],
        ],
        1,
      ),
    ).toBe(expected);
  });

  test.each([
    [0, 100],
    [1, -1],
    [2, 102],
    [3, -1],
  ])("a switch on tag %d", (tag, expected) => expect(choose(tag, [2, 0])).toBe(expected));

  test.each([
    [0, -1],
    [5, 105],
    [7, -1],
    [1_000, 1_100],
    [1_001, 1_101],
    [1_000_000, 1_000_100],
    [1_000_001, -1],
  ])("a switch with few of many tags, on %d", (tag, expected) =>
    expect(choose(tag, [1_000_000, 5, 1_001, 1_000])).toBe(expected),
  );

  test("a call at the end of a nested body gives the body's value", () => {
    const fork: Operation = branch(int(true), body([], tailCall("double", int(4))), returning(0));
    expect(
      resultOf(
        [
          [0, fork],
          [1, add(s(0), int(1))],
        ],
        1,
      ),
    ).toBe(9);
    const other: Operation = branch(
      int(true),
      body([[0, closure("mix", int(2))]], tailApply(s(0), int(1))),
      returning(0),
    );
    expect(
      resultOf(
        [
          [1, other],
          [2, { kind: "atom", atom: s(1) }],
        ],
        2,
      ),
    ).toEqual(pair(1, 2));
  });

  test("nested bodies may end in forks", () => {
    const inner = body([[1, add(int(1), int(1))]], branch(int(false), returning(1), body([], returns(s(1)))));
    const fork: Operation = branch(int(true), inner, returning(3));
    expect(
      resultOf(
        [
          [0, fork],
          [2, add(s(0), int(10))],
        ],
        2,
      ),
    ).toBe(12);
  });

  test("thousands of forks within each other are no deeper than one", () => {
    let code = returning(7);
    for (let i = 0; i < 20_000; i++) code = body([], branch(int(false), returning(1), code));
    expect(run(code).ended).toEqual({ kind: "done", value: 7 });
    let nested = returning(7);
    for (let i = 0; i < 5_000; i++)
      nested = body([[0, branch(int(true), nested, returning(1))]], returns(s(0)));
    expect(run(nested).ended).toEqual({ kind: "done", value: 7 });
  });
});

describe("tail calls", () => {
  /** rotate(n, a, b, c): n times (a, b, c) becomes (b, c, a). */
  const rotate = fn(
    "rotate",
    { parameters: 4, slots: 8 },
    body(
      [[4, builtin("std.value.equal", s(0), int(0))]],
      branch(
        s(4),
        body([[5, construct(0, s(1), s(2), s(3))]], returns(s(5))),
        body([[5, subtract(s(0), int(1))]], tailCall("rotate", s(5), s(2), s(3), s(1))),
      ),
    ),
  );

  test("read all arguments before they write one", () => {
    const turned = (times: number) =>
      run(body([], tailCall("rotate", int(times), int("a"), int("b"), int("c"))), [rotate]).ended;
    expect(turned(1)).toEqual({ kind: "done", value: new Construct(0, ["b", "c", "a"]) });
    expect(turned(2_000)).toEqual({ kind: "done", value: new Construct(0, ["c", "a", "b"]) });
  });

  test("keep what stays in its place", () => {
    const keep = fn(
      "keep",
      { parameters: 3, slots: 3 },
      body([], branch(s(2), body([], tailCall("keep", s(0), s(0), int(false))), body([], returns(s(1))))),
    );
    expect(run(body([], tailCall("keep", int("x"), int("y"), int(true))), [keep]).ended).toEqual({
      kind: "done",
      value: "x",
    });
  });

  test("of closures too", () => {
    const code = body([[0, closure("mix", int(2))]], tailApply(s(0), int(1)));
    expect(run(code).ended).toEqual({ kind: "done", value: pair(1, 2) });
  });
});
