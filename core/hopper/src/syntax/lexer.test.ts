import { describe, expect, it } from "vitest";
import { Reports } from "../diagnostic/reports.ts";
import { tokenize } from "./lexer.ts";
import { SOURCE_BYTES_MAX } from "./limits.ts";

function scan(text: string) {
  const reports = new Reports({ name: "a.hop", text });
  const tokens = tokenize(reports);
  return { tokens, codes: reports.diagnostics.map(({ code }) => code) };
}

const kinds = (text: string): string[] =>
  scan(text).tokens.map(({ kind, value }) => (value === "" ? kind : `${kind} ${value}`));

describe("tokens (L50, L52)", () => {
  it.each([
    ["a_1 _ B", ["name a_1", "name _", "name B", "end"]],
    ["let lets fn", ["let", "name lets", "fn", "end"]],
    [
      "a<=b<c==d=>e->f",
      ["name a", "<=", "name b", "<", "name c", "==", "name d", "=>", "name e", "->", "name f", "end"],
    ],
    ["[..a]", ["[", "..", "name a", "]", "end"]],
    [
      "1 1.5 1_0.2_5 5% 0.5%",
      ["integer 1", "decimal 1.5", "decimal 10.25", "percent 5", "percent 0.5", "end"],
    ],
    ["1.f 1 . 2", ["integer 1", ".", "name f", "integer 1", ".", "integer 2", "end"]],
    ["5 %", ["integer 5", "%", "end"]],
    ["?x", ["hole x", "end"]],
    ['"a\\tb" "//"', ["text a\tb", "text //", "end"]],
    ["a // b\nc", ["name a", "name c", "end"]],
    ["", ["end"]],
  ])("%j", (text, expected) => {
    expect(kinds(text)).toEqual(expected);
    expect(scan(text).codes).toEqual([]);
  });

  it("know whether a newline stands before them, and whether they begin at the margin", () => {
    const { tokens } = scan("a b\nc\n  d // e\r\n\tf");
    expect(tokens.map(({ newlineBefore }) => newlineBefore)).toEqual([false, false, true, true, true, false]);
    expect(tokens.map(({ atMargin }) => atMargin)).toEqual([true, false, true, false, false, false]);
  });
});

describe("refusals", () => {
  it.each([
    ["a # b", ["H0001"], ["name a", "name b", "end"]],
    ["größe", ["H0001"], ["name gr", "end"]],
    ["αβγ δ", ["H0001", "H0001"], ["end"]],
    ["a & b | c", ["H0001", "H0001"], ["name a", "name b", "name c", "end"]],
    ["?", ["H0001"], ["end"]],
    ['"a', ["H0002"], ["text a", "end"]],
    ['"a\nb', ["H0002"], ["text a", "name b", "end"]],
    ['"a\r\nb', ["H0002"], ["text a", "name b", "end"]],
    ['"a\\', ["H0003", "H0002"], ["text a", "end"]],
    [
      '"\\q\\u{}\\u{110000}\\u{D800}\\u{1234567}"',
      ["H0003", "H0003", "H0003", "H0003", "H0003"],
      ["text {}{1234567}", "end"],
    ],
    ['"e\\u{301}"', ["H0004"], ["text e\u0301", "end"]],
    ["\ud800", ["H0005"], ["end"]],
    [
      "007 1__0 1_ 1.5_",
      ["H0006", "H0006", "H0006", "H0006"],
      ["integer 0", "integer 0", "integer 0", "decimal 0", "end"],
    ],
    ["10USD", ["H0006"], ["integer 10", "name USD", "end"]],
    ["0xFF 1e6", ["H0006", "H0006"], ["integer 0", "integer 1", "end"]],
    [`1.${"1".repeat(1000)}`, ["H0007"], ["decimal 0", "end"]],
    ["a\u200db", ["H0008"], ["name a", "name b", "end"]],
    ["// a\rb", ["H0008"], ["end"]],
    ["\ufeffa", ["H0008"], ["name a", "end"]],
    ["'a' b", ["H0010"], ["text a", "name b", "end"]],
    ["a /* b\n c */ d /* e", ["H0011", "H0011"], ["name a", "name d", "end"]],
  ])("%j", (text, codes, expected) => {
    expect(scan(text).codes).toEqual(codes);
    expect(kinds(text)).toEqual(expected);
  });

  it("mark the token behind a character that was refused, so that the parser does not complain again", () => {
    expect(scan("a # b c").tokens.map(({ afterRefusal }) => afterRefusal)).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });
});

it("a name may have 128 letters", () => {
  expect(scan("a".repeat(128)).codes).toEqual([]);
  const long = scan(`${"a".repeat(129)} b`);
  expect(long.codes).toEqual(["H0012"]);
  expect(long.tokens.map(({ value }) => value)).toEqual(["a".repeat(128), "b", ""]);
});

it("a number may have a thousand digits, a source 256 KiB", () => {
  expect(scan("9".repeat(1000)).codes).toEqual([]);
  expect(scan(`//${" ".repeat(SOURCE_BYTES_MAX - 2)}`).codes).toEqual([]);
  const large = scan(`//${"é".repeat(SOURCE_BYTES_MAX / 2)}`);
  expect(large.codes).toEqual(["H0009"]);
  expect(large.tokens.map(({ kind }) => kind)).toEqual(["end"]);
});
