// Wherever an `abort` stands that is reached, the program ends by it: nothing that takes what it gives back, which is
// nothing, may make it disappear.

import { createHash } from "node:crypto";
import { Hash } from "@juno/base";
import { expect, test } from "vitest";
import { compile, libraryCode } from "../src/compile.ts";
import { Program } from "../src/machine/program.ts";

const sha256 = (bytes: Uint8Array): Hash =>
  Hash(Uint8Array.from(createHash("sha256").update(bytes).digest()));

const GROUND = `module test.aborting
import std.list {range}
error E
type Point { x: Nat, y: Nat }
type Shape { Dot, Box(side: Nat) }
currency USD { decimals: 2, mint: self }
table rows: Text => Nat
event Moved { a: Nat }
fn g(x: Nat, y: Text) -> Nat = x
fn same<a>(x: a) -> a = x
`;

const EXPRESSIONS: readonly string[] = [
  'g(abort E, "a")',
  "g(1, abort E)",
  "(abort E)(1)",
  "(abort E).length()",
  "(abort E).x",
  "(abort E).x.y",
  "(abort E).amount",
  "Point { x: abort E, y: 1 }.y",
  "(Point { x: 1, y: 2 } with { x: abort E }).y",
  "[1, abort E].length()",
  "match abort E { x => 1 }",
  "match Box(abort E) { Dot => 1, Box(_) => 2 }",
  "rows.get(abort E)",
  "if abort E { 1 } else { 2 }",
  "{ let x = abort E\n 1 }",
  "same(abort E)",
  'same(g)(abort E, "a")',
  "range(0, abort E).length()",
  "fold(abort E, 0, fn(a: Nat, b: Nat) { a + b })",
  "fold([1], abort E, fn(a: Nat, b: Nat) { a + b })",
  "fold([1], 0, abort E)",
  "fold([1], 0, fn(a: Nat, b: Nat) { a + abort E })",
  "abort (abort E)",
  "1 + abort E",
  "(abort E) + 1",
  "if !(abort E) { 1 } else { 2 }",
  "if (abort E) && true { 1 } else { 2 }",
  "if 1 == abort E { 1 } else { 2 }",
  "{ rows.put(abort E, 1)\n 1 }",
  '{ rows.put("a", abort E)\n 1 }',
  "{ emit Moved { a: abort E }\n 1 }",
  "{ require abort E\n 1 }",
  "{ burn(mint(USD, abort E))\n 1 }",
];

test.each(EXPRESSIONS)("%s", (expression) => {
  const text = `${GROUND}fn z() -> Nat writes = ${expression}\n`;
  const { diagnostics, modules } = compile([{ name: "aborting.hop", text }]);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const program = new Program([...libraryCode(), ...modules.map(({ code }) => code)]);
  const nowhere = { sha256, time: 0, signers: [], roles: () => [], row: () => undefined, keys: () => [] };
  const effects = program.effects({ world: nowhere, entry: "test.aborting" });
  const machine = program.start({
    fn: { module: "test.aborting", name: "z" },
    args: [],
    effects,
    gasLimit: 10_000,
  });
  expect(machine.run()).toMatchObject({ kind: "failed", failure: { error: "test.aborting.E" } });
});
