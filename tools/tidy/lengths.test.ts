import { describe, expect, it } from "vitest";
import { checkLengths, FILE_LINES_MAX, FUNCTION_LINES_MAX } from "./lengths.ts";
import { treeOf } from "./tree.ts";

const problems = (text: string) => checkLengths(treeOf({ "core/a.ts": text }));
const body = (lines: number) => "  work();\n".repeat(lines);

describe("files", () => {
  it("accepts the greatest length and refuses one line more", () => {
    expect(problems("a;\n".repeat(FILE_LINES_MAX))).toEqual([]);
    expect(problems("a;\n".repeat(FILE_LINES_MAX + 1))).toMatchObject([{ line: FILE_LINES_MAX + 1 }]);
  });
});

describe("functions", () => {
  const heads = {
    declaration: "export async function f(a: number, b: string): Promise<void> {",
    "an arrow": "const f = (a: number) => {",
    "an arrow with a type": "const f = (a: number): Map<string, number> => {",
    "a callback": "run(1, async (a) => {",
    "a method": "class A { static #b = 1; async f<T, U>(a: T): Promise<U> {",
    "a getter": "class A { get f(): number {",
    "an object's method": "const o = { a: 1, f(b: number) {",
    "an object type as result": "function f(): { a: { b: number }[]; c: string } {",
    "a generic result": "function f(a: string): Map<string, Set<number>> {",
    "a type guard": "function f(a: object): a is { b: number } {",
    "parameters over lines": "function f(\n  a: { b: number },\n  c = { d: 1 },\n): number {",
    "a neighbour before": "function e() {\n  return 1;\n}\nfunction f() {",
  };

  for (const [name, head] of Object.entries(heads)) {
    it(`measures ${name}`, () => {
      expect(problems(`${head}\n${body(FUNCTION_LINES_MAX - 1)}}\n`), "too long").toHaveLength(1);
      expect(problems(`${head}\n${body(FUNCTION_LINES_MAX - 8)}}\n`), "short enough").toEqual([]);
    });
  }

  it("counts from the line of its head to the line of its last brace", () => {
    expect(problems(`function f() {\n${body(FUNCTION_LINES_MAX - 2)}}\n`)).toEqual([]);
    expect(problems(`\n\nfunction f() {\n${body(FUNCTION_LINES_MAX - 1)}}\n`)).toEqual([
      { file: "core/a.ts", line: 3, sentence: "A function of 71 lines, at most 70." },
    ]);
  });

  it("is not misled by braces in strings, templates, comments and patterns", () => {
    const odd = "  a(\"}\", `}${ { b: '{' } }{`, /[}]/); // }\n  /* { */\n";
    expect(problems(`function f() {\n${odd}${body(FUNCTION_LINES_MAX - 3)}}\n`)).toHaveLength(1);
    expect(problems(`function f() {\n${odd}}\nfunction g() {\n${body(60)}}\n`)).toEqual([]);
  });

  it("takes a suite of tests for a chapter, and each test for a function", () => {
    const test = `it("b", () => {\n${body(FUNCTION_LINES_MAX - 5)}});\n`;
    const suite = `describe("a", () => {\n${test}${test}});\n`;
    const longTest = `it("b", () => {\n${body(FUNCTION_LINES_MAX)}});\n`;
    const inTest = (text: string) => checkLengths(treeOf({ "core/a.test.ts": text }));
    expect(inTest(suite)).toEqual([]);
    expect(inTest(`export function aSuite() {\n${suite}}\n`)).toEqual([]);
    expect(inTest(suite.replaceAll("it(", "ownTest("))).toEqual([]);
    expect(inTest(`describe("a", () => {\n${longTest}});\n`)).toHaveLength(1);
    expect(problems(suite)).toHaveLength(1);
  });

  it("leaves other long blocks alone", () => {
    const long = body(FUNCTION_LINES_MAX + 5);
    const lines = "  a: 1,\n".repeat(FUNCTION_LINES_MAX + 5);
    for (const text of [
      `class A extends B<C>(d) {\n${long}}\n`,
      `const a = {\n${lines}};\n`,
      `f({\n${lines}});\n`,
      `type A = {\n${lines}};\n`,
      `export {\n${lines}} from "./a.ts";\n`,
      `for (const a of b) {\n${long}}\n`,
    ]) {
      expect(problems(text), text.slice(0, 30)).toEqual([]);
    }
  });
});
