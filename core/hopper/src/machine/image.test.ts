// Linking (L30): an image depends on its modules alone, knows which function a place belongs to, and refuses what
// only a bug of the checker can be.

import { describe, expect, test } from "vitest";
import {
  add,
  body,
  builtin,
  call,
  closure,
  constant,
  fn,
  here,
  moduleOf,
  modulesOf,
  returns,
  slot,
} from "../../test/machine/anf-notation.ts";
import { imageOf } from "../../test/machine/both-machines.ts";
import type { AnfFunction, Operation } from "./anf.ts";
import { functionAt } from "./image.ts";

const one = (operation: Operation) => fn("main", { slots: 1 }, body([[0, operation]], returns(slot(0))));
const far = moduleOf("far", [fn("ask", { slots: 0 }, body([], returns(constant(1))))]);
const near = moduleOf("near", [
  one({ kind: "call", fn: { module: "far", name: "ask" }, args: [] }),
  fn("other", { slots: 1 }, body([[0, add(constant(1), constant(2))]], returns(slot(0)))),
]);

describe("an image", () => {
  test("does not depend on the order in which modules come", () => {
    const image = imageOf(
      new Map([
        ["near", near],
        ["far", far],
      ]),
    );
    const again = imageOf(
      new Map([
        ["far", far],
        ["near", near],
      ]),
    );
    expect(again.bytecode).toEqual(image.bytecode);
    expect(again.entries).toEqual(image.entries);
  });

  test("is no larger for a tag that is", () => {
    const arm = { tag: 1_000_000, body: body([], returns(constant(1))) };
    const otherwise = body([], returns(constant(2)));
    const image = imageOf(modulesOf([one({ kind: "switch", of: slot(0), arms: [arm], otherwise })]));
    expect(image.bytecode.words.length).toBeLessThan(30);
  });

  test("knows the function of each place", () => {
    const image = imageOf(
      new Map([
        ["near", near],
        ["far", far],
      ]),
    );
    const names = Array.from(image.bytecode.words, (_, place) => functionAt(image, place).anf.name);
    expect([...new Set(names)]).toEqual(["ask", "main", "other"]);
    expect(image.linkage.functionOf({ module: "near", name: "other" }).number).toBe(2);
    expect(names[image.entries[2]!]).toBe("other");
    expect(names[image.entries[2]! - 1]).toBe("main");
  });
});

describe("what only a bug can be", () => {
  const double = fn("double", { parameters: 1, slots: 1 }, body([], returns(slot(0))));
  const cases: readonly (readonly [string, readonly AnfFunction[]])[] = [
    ["a function that is not there", [one(call("lost"))]],
    ["a builtin that is not there", [one(builtin("std.lost"))]],
    ["a table that is not there", [one({ kind: "table", operation: "keys", table: 0, args: [] })]],
    ["too few arguments", [one(call("double")), double]],
    ["too many captures", [one(closure("double", constant(1))), double]],
    ["a slot beyond the function's", [fn("main", { slots: 1 }, body([[1, call("main")]], returns(slot(0))))]],
    ["an operand beyond the function's", [fn("main", { slots: 1 }, body([], returns(slot(1))))]],
    ["two functions of one name", [double, double]],
    [
      "two arms for one tag",
      [
        one({
          kind: "switch",
          of: constant(1),
          arms: [1, 1].map((tag) => ({ tag, body: body([], returns(constant(tag))) })),
          otherwise: undefined,
        }),
      ],
    ],
    ["a module that is not there", [one({ kind: "command", fn: { module: "lost", name: "x" }, args: [] })]],
  ];
  test.each(cases)("%s", (_, functions) => {
    expect(() => imageOf(modulesOf(functions))).toThrow("invariant broken");
  });

  test("an image is made of what is well-formed", () => {
    expect(
      imageOf(modulesOf([one(call("double", constant(1))), double])).linkage.functionOf(here("main")).number,
    ).toBe(0);
  });
});
