// How programs meet the world and how they end: rows and events, aborts with their places and traces, commands and
// attempts in tests of the language, on the machine and on the reference interpreter.

import { describe, expect, test } from "vitest";
import {
  body,
  builtin,
  call,
  closure,
  constant,
  construct,
  fn,
  here,
  INTEGER_TABLE,
  list,
  modulesOf,
  returns,
  slot,
  tailCall,
} from "../../test/machine/anf-notation.ts";
import { imageOf, onBoth } from "../../test/machine/both-machines.ts";
import type { AnfFunction, Body, End, Operation } from "./anf.ts";
import { Construct, UNIT } from "./value.ts";

const int = constant;
const s = slot;

const oops = fn(
  "oops",
  { parameters: 1, slots: 2 },
  body([[1, construct(0, int("test.Oops"), s(0))]], { kind: "abort", error: s(1), at: 5 }),
);

const run = (code: Body, others: readonly AnfFunction[] = [oops]) => {
  const main = fn("main", { slots: 20 }, code);
  return onBoth({ image: imageOf(modulesOf([main, ...others], [INTEGER_TABLE])) });
};

describe("the world", () => {
  const row = (
    operation: "take" | "get" | "put" | "insert" | "has",
    ...args: (number | string)[]
  ): Operation => ({
    kind: "table",
    operation,
    table: 0,
    args: args.map(int),
  });

  test("rows are asked for by module and table", () => {
    const { ended, diary, gas } = run(
      body(
        [
          [0, row("insert", 1, 5)],
          [1, row("has", 1)],
          [2, row("take", 1)],
          [3, construct(0, int("test.Seen"), s(2))],
          [4, { kind: "emit", event: s(3) }],
          [5, construct(0, s(1), s(2), s(4))],
        ],
        returns(s(5)),
      ),
    );
    expect(ended).toEqual({ kind: "done", value: new Construct(0, [true, 5, UNIT]) });
    expect(diary).toEqual(["insert test#0/1", "has test#0/1", "take test#0/1", "emit test.Seen"]);
    expect(gas).toMatchObject({ rows: 80, events: 15, builtins: 0 });
  });

  test("a row that is missing ends the command", () => {
    const { ended } = run(body([[3, row("get", 9)]], returns(s(3))));
    expect(ended).toEqual({
      kind: "failed",
      failure: {
        error: "RowMissing",
        fields: { kind: "built-in", facts: { table: "test#0", key: "test#0/9" } },
        at: { module: "test", function: "main", offset: 30 },
        trace: ["test.main"],
      },
    });
  });
});

describe("failures", () => {
  const oopsFields = { kind: "declared", values: [8] };

  test("an abort tells its error, its place and who called whom", () => {
    const middle = fn("middle", { slots: 1 }, body([[0, call("oops", int(8))]], returns(s(0))));
    const { ended } = run(body([[1, call("middle")]], returns(s(1))), [middle, oops]);
    expect(ended).toEqual({
      kind: "failed",
      failure: {
        error: "test.Oops",
        fields: oopsFields,
        at: { module: "test", function: "oops", offset: 5 },
        trace: ["test.oops", "test.middle", "test.main"],
      },
    });
  });

  test("a built-in error that the program raises tells its fields by name", () => {
    const error = construct(0, int("InvariantFailed"), int("rows"), int("fee >= 0 USD"));
    const { ended } = run(body([[0, error]], { kind: "abort", error: s(0), at: 1 }));
    expect(ended).toMatchObject({
      failure: {
        error: "InvariantFailed",
        fields: { kind: "built-in", facts: { table: "rows", clause: "fee >= 0 USD" } },
      },
    });
  });

  test("a builtin's failure stands where it was called", () => {
    const { ended } = run(
      body(
        [
          [0, list()],
          [1, builtin("std.list.get", s(0), int(0))],
        ],
        returns(s(1)),
      ),
    );
    expect(ended).toMatchObject({ failure: { error: "OutOfRange", at: { offset: 10 } } });
  });

  test("a bug in a builtin is no failure", () => {
    expect(() => run(body([[0, builtin("test.crash")]], returns(s(0))))).toThrow("a bug");
  });
});

describe("commands and attempts, in tests of the language", () => {
  const put = (value: number): Operation => ({
    kind: "table",
    operation: "put",
    table: 0,
    args: [int(1), int(value)],
  });
  const command = (name: string): Operation => ({ kind: "command", fn: here(name), args: [] });
  const good = fn("good", { slots: 1 }, body([[0, put(1)]], returns(s(0))));
  const bad = fn(
    "bad",
    { slots: 3 },
    body(
      [
        [0, put(2)],
        [1, builtin("test.sign")],
        [2, call("oops", int(8))],
      ],
      returns(s(2)),
    ),
  );
  const tryBad = fn("tryBad", { slots: 1 }, body([[0, command("bad")]], returns(s(0))));
  const tryGood = fn("tryGood", { slots: 1 }, body([[0, command("good")]], returns(s(0))));
  const others = [good, bad, tryBad, tryGood, oops];
  const attempt = (name: string, end: End = returns(s(1))): Body =>
    body(
      [
        [0, closure(name)],
        [1, { kind: "attempt", closure: s(0) }],
      ],
      end,
    );

  test("a command is kept if it ends well", () => {
    expect(run(body([[0, command("good")]], returns(s(0))), others)).toMatchObject({
      ended: { kind: "done", value: UNIT },
      diary: ["begin test", "put test#0/1", "keep"],
    });
  });

  test("a command that aborts is undone, and the abort goes on", () => {
    expect(run(body([[0, command("bad")]], returns(s(0))), others)).toMatchObject({
      ended: { failure: { error: "test.Oops", trace: ["test.oops", "test.bad", "test.main"] } },
      diary: ["begin test", "put test#0/1", "signing ann", "undo"],
    });
  });

  test("an attempt tells the error, and lets the signers go that it left behind", () => {
    expect(run(attempt("tryBad"), others)).toMatchObject({
      ended: { kind: "done", value: "test.Oops" },
      diary: ["begin test", "put test#0/1", "signing ann", "undo", "release to 0"],
    });
  });

  test("an attempt that ends well tells an empty text", () => {
    expect(run(attempt("tryGood"), others).ended).toEqual({ kind: "done", value: "" });
  });

  test("an attempt is over when it has ended", () => {
    expect(run(attempt("tryGood", tailCall("oops", int(8))), others).ended).toMatchObject({
      failure: { error: "test.Oops" },
    });
    expect(run(attempt("tryBad", tailCall("oops", int(8))), others).ended).toMatchObject({
      failure: { error: "test.Oops" },
    });
  });
});
