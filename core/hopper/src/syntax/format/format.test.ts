import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { examplePrograms } from "../../../test/programs.ts";
import { programs } from "../../../test/scramble.ts";
import { format, parse } from "../index.ts";
import type { Token } from "../token.ts";
import { tokensOf } from "../tree.ts";

const WIDTH = 120;

function formatted(text: string): string {
  const result = format({ name: "a.hop", text });
  if (result.kind === "refused") throw new Error(result.diagnostics.map(({ message }) => message).join("; "));
  return result.text;
}

/** The layout of a text, which is the layout of itself. */
function laidOut(...lines: string[]): string[] {
  const once = formatted(`${lines.join("\n")}\n`);
  expect(formatted(once)).toBe(once);
  return once.split("\n").slice(0, -1);
}

/** Tests that these lines are as they should be. */
const stays = (...lines: string[]): void => expect(laidOut(...lines)).toEqual(lines);

describe("the examples", () => {
  it.each(examplePrograms())("$name is laid out as it stands", ({ text }) => {
    expect(formatted(text)).toBe(text);
  });
});

describe("lines", () => {
  it("have no space at their ends, single empty lines between them, one newline at the end", () => {
    expect(formatted("\n\n\nconst a = 1   \n\n\n\nconst b = 2\n\n\n")).toBe("const a = 1\n\nconst b = 2\n");
    expect(formatted("\r\nconst a = 1\r\n")).toBe("const a = 1\n");
    expect(formatted(" \n\n")).toBe("");
  });

  it("have one space between words, and none inside of brackets but braces", () => {
    expect(
      laidOut(
        "import a.b{ c,d }",
        "fn f<a,b:Type>( x:a,y :( Nat,Text ) )->List< a >reads{g( [1,2 , ..z] )+h.i( -1,!j )mod k[ (l,m) ]}",
        "type T{a:Nat,b:fn( Nat )->once fn( )writes}",
        "const r=R{a:1,b}with{a : 2}",
        "table t:( Nat )=>exists( s:S )C<s,SEC( s ),1+2>",
      ),
    ).toEqual([
      "import a.b {c, d}",
      "fn f<a, b: Type>(x: a, y: (Nat, Text)) -> List<a> reads { g([1, 2, ..z]) + h.i(-1, !j) mod k[(l, m)] }",
      "type T { a: Nat, b: fn(Nat) -> once fn() writes }",
      "const r = R { a: 1, b } with { a: 2 }",
      "table t: (Nat) => exists (s: S) C<s, SEC(s), 1 + 2>",
    ]);
  });
});

describe("brackets", () => {
  it("stay broken where the source ends the line behind the opener, row by row", () => {
    stays("type T {", "  a: Nat, b: Nat", "", "  c: Nat", "}");
    stays("const a = [", "  1, 2,", "  3", "]");
    stays("fn f() -> Nat {", "  1", "}");
  });

  it("are closed up where the source breaks them elsewhere only", () => {
    expect(laidOut("type T { a: Nat", "  b: Nat }")).toEqual(["type T { a: Nat, b: Nat }"]);
    expect(laidOut("const a = f(1,", "  2", ")")).toEqual(["const a = f(1, 2)"]);
  });

  it("drop a comma behind the last item and at the end of a row of fields", () => {
    expect(laidOut("type T {", "  a: Nat,", "  b: Nat,", "}")).toEqual([
      "type T {",
      "  a: Nat",
      "  b: Nat",
      "}",
    ]);
    expect(laidOut("const a = f(1, 2,)")).toEqual(["const a = f(1, 2)"]);
  });

  it("keep a comma where the next case would go on with the line", () => {
    stays("const a = match b {", "  1 => c,", "  -1 => d", "  2 => e", "}");
  });

  it("give each item a line where all do not fit", () => {
    const [a, b] = ["a".repeat(60), "b".repeat(60)];
    expect(laidOut(`const c = f(${a}, ${b})`)).toEqual(["const c = f(", `  ${a},`, `  ${b}`, ")"]);
    expect(laidOut(`const c = R { a: ${a}, b: ${b} }`)).toEqual([
      "const c = R {",
      `  a: ${a}`,
      `  b: ${b}`,
      "}",
    ]);
  });

  it("fill rows that the source has made too long", () => {
    const items = Array.from({ length: 40 }, (_, at) => `item${at}`).join(", ");
    const lines = laidOut("const a = [", `  ${items}`, "]");
    expect(lines.length).toBe(5);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(WIDTH);
  });

  it("break the last argument rather than all of them", () => {
    const long = "a".repeat(80);
    expect(laidOut(`const c = signing(["x"], fn() { call(${long}, ${"b".repeat(20)}) })`)).toEqual([
      'const c = signing(["x"], fn() {',
      `  call(${long}, ${"b".repeat(20)})`,
      "})",
    ]);
    expect(laidOut(`const c = check(list() == [${long}, ${"b".repeat(20)}])`)).toEqual([
      "const c = check(list() == [",
      `  ${long},`,
      `  ${"b".repeat(20)}`,
      "])",
    ]);
  });
});

describe("blocks", () => {
  it("with several statements stand on lines of their own", () => {
    expect(laidOut("const a = fn() { let b = 1", "b }")).toEqual([
      "const a = fn() {",
      "  let b = 1",
      "  b",
      "}",
    ]);
  });

  it("of one `if` are all broken, or none", () => {
    expect(laidOut("fn f() = if a {", "b } else if c { d } else { e }")).toEqual([
      "fn f() = if a {",
      "  b",
      "} else if c {",
      "  d",
      "} else {",
      "  e",
      "}",
    ]);
    stays("fn f() = if a { b } else if c { d } else { e }");
  });

  it("of functions begin at the margin below `requires` and `ensures`", () => {
    expect(
      laidOut("fn f() -> Nat reads requires a", "ensures b { c }", "fn g() -> Nat requires a", "= b"),
    ).toEqual([
      "fn f() -> Nat reads",
      "  requires a",
      "  ensures b",
      "{ c }",
      "fn g() -> Nat",
      "  requires a",
      "= b",
    ]);
  });

  it("defined by `=` may begin on the next line", () => {
    stays("query q() -> Nat =", "  a");
    stays("query q() -> Nat = a");
    const long = "a".repeat(100);
    expect(laidOut(`query q() -> List<Nat> = ${long}`)).toEqual(["query q() -> List<Nat> =", `  ${long}`]);
  });
});

describe("chains that do not fit", () => {
  const [a, b, c] = ["a".repeat(50), "b".repeat(50), "c".repeat(50)];

  it("go on with an operator, those of one level together", () => {
    expect(laidOut(`const x = ${a} + ${b} - ${c}`)).toEqual([`const x = ${a}`, `  + ${b}`, `  - ${c}`]);
    expect(laidOut(`const x = ${a} == 1 && b == 2 || ${b} && ${c}`)).toEqual([
      `const x = ${a} == 1 && b == 2`,
      `  || ${b} && ${c}`,
    ]);
  });

  it("of calls break their last arguments, or go on with a point", () => {
    expect(laidOut(`const x = a.keys().map(fn(x: Nat) { f(${a}, ${b}) })`)).toEqual([
      "const x = a.keys().map(fn(x: Nat) {",
      `  f(${a}, ${b})`,
      "})",
    ]);
    expect(laidOut(`const x = a.${a}(1).${b}(2).${c}(3)`)).toEqual([
      "const x = a",
      `  .${a}(1)`,
      `  .${b}(2)`,
      `  .${c}(3)`,
    ]);
  });
});

describe("comments", () => {
  it("stay above and behind what they belong to", () => {
    stays(
      "// the module",
      "",
      "// doc of a",
      "const a = 1   // behind a",
      "",
      "type T { // behind the brace",
      "  // above b",
      "  b: Nat, c: Nat // behind c",
      "",
      "  // at the end",
      "}",
      "// last",
    );
    stays("fn f() {", "  // nothing", "}");
    stays("fn f()", "  // why", "  requires a // because", "// the body", "{", "  b", "}");
    stays("const a = b // first", "  // second", "  + c", "// end");
  });

  it("break the brackets that they stand in", () => {
    expect(laidOut("const a = f(1, // one", "2)")).toEqual(["const a = f(", "  1, // one", "  2", ")"]);
    expect(laidOut("const a = R { b: 1 // one", "c: 2 }")).toEqual([
      "const a = R {",
      "  b: 1 // one",
      "  c: 2",
      "}",
    ]);
  });

  it("in the middle of something move above it", () => {
    expect(
      laidOut("fn f() {", "  let a = // why", "    1", "  emit // two", "    // three", "    E", "}"),
    ).toEqual(["fn f() {", "  // why", "  let a = 1", "  // two", "  // three", "  emit E", "}"]);
  });
});

it("what is malformed is refused, and nothing is made of it", () => {
  expect(format({ name: "a.hop", text: "const a = (" })).toMatchObject({
    kind: "refused",
    diagnostics: [{ code: "H0102" }],
  });
});

it("a source of comments and one of items are laid out, however many there are", () => {
  const comments = "//\n".repeat(80_000);
  expect(formatted(`${comments}const a = 1`)).toBe(`${comments}const a = 1\n`);
  const items = "1, ".repeat(60_000);
  expect(formatted(`const a = [${items}]`).split("\n")).toHaveLength(60_003);
});

// Programs with other space, newlines and comments than people write.

const wellFormed = (text: string): readonly Token[] | undefined => {
  const { diagnostics, tree } = parse({ name: "a.hop", text });
  return diagnostics.length === 0 ? tokensOf(tree.root) : undefined;
};

const triviaOf = (text: string, { triviaStart, start }: Token): string => text.slice(triviaStart, start);

const wordsOf = (text: string, tokens: readonly Token[]): string[] =>
  tokens.filter(({ kind }) => kind !== ",").map(({ start, end }) => text.slice(start, end));

const commentsOf = (text: string, tokens: readonly Token[]): string[] =>
  tokens
    .flatMap((token) => triviaOf(text, token).split("\n"))
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .sort();

/** The surface tree without its places and doc comments. */
const meaningOf = (text: string): string =>
  JSON.stringify(parse({ name: "a.hop", text }).module, (key, value: unknown) => {
    if (key === "start" || key === "end" || key === "doc") return undefined;
    return typeof value === "bigint" ? `${value}n` : value;
  });

const CHANGES: readonly ((trivia: string, mark: string) => string)[] = [
  (trivia) => trivia.replaceAll(/\n\s*/g, " "),
  (trivia) => ` ${trivia}`,
  (trivia) => `\n${trivia}`,
  (trivia) => `\n\n\n${trivia}`,
  (trivia, mark) => `${trivia}// ${mark}\n`,
  (trivia, mark) => `\n\n  // ${mark}\n\n${trivia}`,
  (trivia, mark) => ` // ${mark}\n  // ${mark}${mark}\n${trivia}`,
];

/** A program with the space before some of its tokens changed, if it is well-formed still. */
const respaced = fc
  .tuple(
    fc.constantFrom(...programs().map(({ text }) => text)),
    fc.array(fc.record({ at: fc.nat(), change: fc.constantFrom(...CHANGES) }), { maxLength: 8 }),
  )
  .map(([text, changes]) => {
    const tokens = wellFormed(text) ?? [];
    const trivia = tokens.map((token) => triviaOf(text, token));
    changes.forEach(({ at, change }, mark) => {
      const place = at % tokens.length;
      trivia[place] = change(trivia[place]!, `comment ${mark}`);
    });
    return tokens.map(({ start, end }, at) => trivia[at]! + text.slice(start, end)).join("");
  })
  .filter((text) => wellFormed(text) !== undefined);

it("any layout of a program gets the same words, meaning and comments, and stays as it is from then on", () => {
  fc.assert(
    fc.property(respaced, (text) => {
      const once = formatted(text);
      const [before, after] = [wellFormed(text)!, wellFormed(once)!];
      expect(wordsOf(once, after)).toEqual(wordsOf(text, before));
      expect(commentsOf(once, after)).toEqual(commentsOf(text, before));
      expect(meaningOf(once)).toBe(meaningOf(text));
      expect(formatted(once)).toBe(once);
      const wide = once.split("\n").filter((line) => line.length > WIDTH && !line.includes("//"));
      expect(wide).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
