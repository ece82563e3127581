import { describe, expect, it } from "vitest";
import { scan } from "./source.ts";

const codeOf = (text: string) => scan(text).code;

describe("the scanner", () => {
  it("keeps code and blanks what quotes hold", () => {
    expect(codeOf(`const a = "x{}//y" + 'don\\'t';`)).toBe(`const a = "      " + '      ';`);
  });

  it("reads code inside a template's placeholders, however deep", () => {
    const source = scan("f(`a${ g({ b: `c${d}e` }) }f`);");
    expect(source.code).toBe("f(` ${ g({ b: ` ${d} ` }) } `);");
    expect(source.literals.map(({ text }) => text)).toEqual(["a", "c", "e", "f"]);
  });

  it("collects comments and blanks them", () => {
    const source = scan("a; // it's `one`\n/* two\n{ */ b;");
    expect(source.code).toBe("a;              \n      \n     b;");
    expect(source.comments.map(({ text }) => text)).toEqual(["// it's `one`", "/* two\n{ */"]);
  });

  it("tells a regular expression from a division", () => {
    expect(codeOf('const p = /[/"]{2}/g; x = a / b / c;')).toBe("const p = /       /g; x = a / b / c;");
    expect(codeOf("return /'/.test(s) ? (n) / 2 : m[0] / 3;")).toBe(
      "return / /.test(s) ? (n) / 2 : m[0] / 3;",
    );
  });

  it("keeps length and lines, so that offsets stay true", () => {
    const text = "a\n`b\n${c}\n`\n// d\n/e/;";
    const source = scan(text);
    expect(source.code.length).toBe(text.length);
    expect(source.code.split("\n").length).toBe(text.split("\n").length);
    expect([0, 2, 5, text.indexOf("// d"), text.length - 1].map(source.lineAt)).toEqual([1, 2, 3, 5, 6]);
  });

  it("ends on a string, comment or template that nobody closed", () => {
    for (const text of ['"a', "`a${b", "/* a", "// a", "a /"]) expect(codeOf(text).length).toBe(text.length);
  });
});
