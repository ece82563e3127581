// What holds for every text: parsing ends, throws nothing, loses nothing, and says something wherever an `error`
// node stands.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scrambled } from "../../test/scramble.ts";
import type { Source } from "../diagnostic/source.ts";
import { parse, parseDeclaration, parseExpression } from "./index.ts";
import { NESTING_MAX } from "./limits.ts";
import { spell } from "./tree.ts";

const source = (text: string): Source => ({ name: "a.hop", text });

/** Every object of the surface tree that has a range or a kind, with a stack of its own. */
function nodesOf(root: object): { kind?: string; start?: number; end?: number }[] {
  const nodes: object[] = [];
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value)) nodes.push(value);
    pending.push(...Object.values(value));
  }
  return nodes;
}

function holds(text: string): void {
  const { module, diagnostics, tree } = parse(source(text));
  expect(spell(tree)).toBe(text);
  expect(tree.root.height).toBeLessThanOrEqual(NESTING_MAX);
  const nodes = nodesOf(module);
  const within = ({ start = 0, end = 0 }): boolean => 0 <= start && start <= end && end <= text.length;
  expect(nodes.filter((node) => !within(node))).toEqual([]);
  expect(diagnostics.filter(({ span }) => !within(span))).toEqual([]);
  // The declaration of an error has fields; a node that stands for what could not be read has none.
  const unread = nodes.some(
    (node) => node.kind === "error-declaration" || (node.kind === "error" && !("fields" in node)),
  );
  if (unread) expect(diagnostics).not.toEqual([]);
  for (const other of [parseExpression(source(text)), parseDeclaration(source(text))]) {
    expect(spell(other.tree)).toBe(text);
  }
}

describe("any text", () => {
  it("of the language's pieces, after accidents", () => {
    fc.assert(fc.property(scrambled(), holds), { numRuns: 300 });
  });

  it("of any characters, whole or half", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), holds));
    fc.assert(
      fc.property(fc.uint16Array({ maxLength: 200 }), (units) => holds(String.fromCharCode(...units))),
    );
  });

  it("cut off anywhere", () => {
    const text =
      'module a\n\nfn f<a>(x: (Nat, List<a>)) -> Nat reads\n  requires x > 0 USD\n{\n  let R { b: [c, ..d] } = x with { e: "f" }\n  match -c { Some(1) => update t[k] { f => g }, _ => if h { {} } else { abort E } }\n}\n';
    for (let end = 0; end <= text.length; end++) holds(text.slice(0, end));
  });
});

describe("depth (L32)", () => {
  const refused = (text: string): string[] => {
    const { diagnostics, tree } = parse(source(text));
    expect(spell(tree)).toBe(text);
    expect(tree.root.height).toBeLessThanOrEqual(NESTING_MAX);
    return diagnostics.map(({ code }) => code);
  };

  it.each([
    ["parentheses", "const a = ", "(", 20_000],
    ["closed parentheses", "const a = ", "()(", 20_000],
    ["blocks", "fn f() ", "{", 20_000],
    ["lists", "const a = ", "[", 20_000],
    ["types", "type A = ", "B<", 20_000],
    ["tuples of types", "type A = ", "(", 20_000],
    ["patterns", "fn f() { let ", "A(", 20_000],
    ["records", "const a = ", "A { b: ", 20_000],
    ["operators", "const a = 1", " + 1", 20_000],
    ["operators of all levels", "const a = 1", " || 1 && 1 == 1 ++ 1 + 1 * 1", 5_000],
    ["operators on lines", "const a = 1", "\n+ 1", 20_000],
    ["signs", "const a = ", "!-", 20_000],
    ["fields", "const a = b", ".c", 20_000],
    ["calls", "const a = b", "()", 20_000],
    ["indices", "const a = b", "[c]", 20_000],
    ["records changed", "const a = b", " with {}", 20_000],
    ["alternatives", "const a = ", "if b {} else ", 15_000],
    ["cases", "const a = ", "match b { c => ", 15_000],
    ["functions", "const a = ", "fn() {", 20_000],
    ["function types", "type A = ", "fn() -> ", 20_000],
    ["hidden values", "type A = ", "exists (a: B) ", 15_000],
    ["words of other languages", "fn f() { ", "return ", 20_000],
  ])("%s are refused once, however many there are", (_, start, link, count) => {
    expect(refused(start + link.repeat(count)).filter((code) => code === "H0111")).toEqual(["H0111"]);
  });

  it("up to the limit all is well, and one more is refused", () => {
    const chain = (links: number) => `const a = 1${" + 1".repeat(links)}`;
    const nest = (levels: number) => `const a = ${"(".repeat(levels)}1${")".repeat(levels)}`;
    for (const text of [chain(NESTING_MAX - 1), nest(NESTING_MAX - 1)]) expect(refused(text)).toEqual([]);
    for (const text of [chain(NESTING_MAX), nest(NESTING_MAX)]) expect(refused(text)).toEqual(["H0111"]);
  });

  it("what is long is not deep", () => {
    const text = `fn f() {\n${"  g(1)\n".repeat(5_000)}}\n\nconst a = [${"1, ".repeat(5_000)}]\n`;
    const { diagnostics, tree } = parse(source(text));
    expect(diagnostics).toEqual([]);
    expect(tree.root.height).toBeLessThan(5);
  });
});

it("refusals are bounded, whatever the source is", () => {
  expect(parse(source(`fn f() {\n${"a;\n".repeat(20_000)}}`)).diagnostics).toHaveLength(1_000);
});
