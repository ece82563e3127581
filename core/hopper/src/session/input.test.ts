// What a typed line is taken for, and whether it goes on.

import { expect, it } from "vitest";
import { isOpen, readInput } from "./input.ts";

it.each([
  ["1 + 1", "run"],
  ["fn(n: Nat) { n }", "run"],
  ["emit Paid { amount: 1 }", "run"],
  ["typed(1)", "run"],
  ["fn f(n: Nat) -> Nat = n", "declaration"],
  ["pub fn f(n: Nat) -> Nat = n", "declaration"],
  ["type Point { x: Nat }", "declaration"],
  ["  const n = 1", "declaration"],
  ["import std.list {map}", "import"],
  ["let x = 1", "let"],
  ["let (a, b) = p", "let-parts"],
  ["let x = 1\nx + 1", "run"],
  ["let x =", "malformed"],
  ["fn f(", "malformed"],
])("%s is %s", (text, kind) => {
  expect(readInput({ name: "input", text }).kind).toBe(kind);
});

it("tells the parts of a `let`", () => {
  const input = readInput({ name: "input", text: "let xs: List<Nat> = [1, 2]" });
  expect(input).toEqual({
    ...{ kind: "let", name: "xs", type: "List<Nat>" },
    value: { name: "input", text: "[1, 2]" },
  });
});

it.each([
  ["fn f(n: Nat) -> Nat {", true],
  ["fn f(n: Nat) -> Nat {\n  n\n}", false],
  ["f(1,", true],
  ["f(1,\n2)", false],
  ["[1, 2", true],
  ["1 + 1", false],
  ["1 +", false],
  [")", false],
])("%j goes on: %s", (text, open) => {
  expect(isOpen(text)).toBe(open);
});
