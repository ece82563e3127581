import { expect, it } from "vitest";
import { assert, InvariantError, unreachable } from "./assert.ts";
import { Epoch, Hash, LogIndex, NodeId, Term } from "./ids.ts";

it("numbers are safe non-negative integers (E3)", () => {
  for (const make of [Epoch, Term, LogIndex, NodeId]) {
    for (const value of [0, 1, Number.MAX_SAFE_INTEGER]) expect(make(value)).toBe(value);
    for (const value of [-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) {
      expect(() => make(value), `${value}`).toThrow(InvariantError);
    }
  }
});

it("a hash has 32 bytes", () => {
  expect(Hash(new Uint8Array(32))).toHaveLength(32);
  for (const length of [0, 31, 33, 64]) expect(() => Hash(new Uint8Array(length))).toThrow(InvariantError);
});

it("assertions name the invariant and are no ordinary errors", () => {
  expect(() => assert(false, "the log is a chain")).toThrow("invariant broken: the log is a chain");
  expect(() => assert(true, "the log is a chain")).not.toThrow();
  expect(() => unreachable("kind" as never)).toThrow(InvariantError);
});
