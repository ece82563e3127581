// What is said of malformed programs, word for word: test/bad/syntax/<case>/expected.txt. Each code of the
// groups H00 and H01 has a case, here or among the sources that no file can hold, and an explanation.

import { expect, it } from "vitest";
import { CODES } from "../src/diagnostic/codes.ts";
import { renderAll } from "../src/diagnostic/render.ts";
import { parse } from "../src/syntax/index.ts";
import { badPrograms } from "./programs.ts";

const complaints = (text: string) => parse({ name: "source.hop", text }).diagnostics;

const MALFORMED = badPrograms().filter(({ group, name }) => group === "syntax" && name !== "missing-module");

/** No file in UTF-8 holds them, or none that anybody would read. */
const UNSAVEABLE: readonly { name: string; text: string; expected: string }[] = [
  {
    name: "half a surrogate pair in a text",
    text: 'fn half() -> Text = "a\ud800b"\n',
    expected: [
      "error[H0005] this text holds half of a surrogate pair, which is no character      source.hop:1",
      '1 | fn half() -> Text = "a\ufffdb"',
      "  |                     ^^^^^",
      "help: save the file as UTF-8, and write the character itself or \\u{…}",
      "",
    ].join("\n"),
  },
  {
    name: "half a surrogate pair in a comment",
    text: "// a \udc00\n",
    expected: [
      "error[H0005] this comment holds half of a surrogate pair, which is no character      source.hop:1",
      "1 | // a \ufffd",
      "  | ^^^^^^",
      "help: save the file as UTF-8",
      "",
    ].join("\n"),
  },
  {
    name: "a source that is too large",
    text: `// ${"a".repeat(300_000)}\n`,
    expected: [
      "error[H0009] this source has 300004 bytes, more than the 262144 that a module may have      source.hop:1",
      `1 | // ${"a".repeat(117)}…`,
      "  | ^",
      "help: divide it into several modules",
      "",
    ].join("\n"),
  },
];

it.each(MALFORMED)("says of $name what stands in its golden file", async ({ name, source }) => {
  await expect(renderAll(complaints(source.text))).toMatchFileSnapshot(`./bad/syntax/${name}/expected.txt`);
});

it.each(UNSAVEABLE)("says what is wrong with $name", ({ text, expected }) => {
  expect(renderAll(complaints(text))).toBe(expected);
});

it("each code of the two groups has a case, and each case a code of the table", () => {
  const texts = [...MALFORMED.map(({ source }) => source.text), ...UNSAVEABLE.map(({ text }) => text)];
  const said = new Set(texts.flatMap((text) => complaints(text).map(({ code }) => code)));
  const known = [...CODES.keys()].filter((code) => code.startsWith("H00") || code.startsWith("H01"));
  expect([...said].sort()).toEqual(known);
});

it("what the table calls wrong is refused with its code, and what it calls right is well-formed", () => {
  for (const { code, wrong, right } of CODES.values()) {
    if (!code.startsWith("H00") && !code.startsWith("H01")) continue;
    if (wrong !== undefined)
      expect(
        complaints(wrong).map((one) => one.code),
        wrong,
      ).toContain(code);
    if (right !== undefined) expect(complaints(right), right).toEqual([]);
  }
});
