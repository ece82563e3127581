import { describe, expect, it } from "vitest";
import { checkSpecRules } from "./spec-rules.ts";
import { treeOf } from "./tree.ts";

const spec = "# Encoding\n\n**E1** Integers are big-endian.\n\n- **E2** Hex is lower-case. See S9.\n";
const sound = {
  "spec/2-encoding.md": spec,
  "core/base/src/codec.ts": "// E1: big-endian.\n/** One spelling (E2). */",
  "core/base/src/codec.test.ts": 'it("writes big-endian (E1)", () => {}); it.each([1])(`E2 %s`, f);',
};
const sentences = (files: Record<string, string>) =>
  checkSpecRules(treeOf({ ...sound, ...files })).map(({ sentence }) => sentence);

describe("rules of spec/", () => {
  it("are cited by a source and by a test", () => {
    expect(sentences({})).toEqual([]);
  });

  it("must be cited by a source", () => {
    expect(sentences({ "core/base/src/codec.ts": "// E1" })).toEqual(["No source cites E2."]);
  });

  it("must be cited by a test, a scenario or the lab", () => {
    const untested = { "core/base/src/codec.test.ts": "// E1" };
    expect(sentences(untested)).toEqual(["No test or scenario cites E2."]);
    expect(sentences({ ...untested, "lab/scenarios/01-hex.txt": "Hex is lower-case, E2.\n" })).toEqual([]);
    expect(sentences({ ...untested, "lab/simulator/src/checks.ts": "// E2" })).toEqual([]);
  });

  it("stand once", () => {
    expect(sentences({ "spec/9-again.md": "**E1** Again." })).toEqual([
      "E1 stands already in spec/2-encoding.md:3.",
    ]);
  });

  it("are pointed at where they stand", () => {
    expect(checkSpecRules(treeOf({ ...sound, "core/base/src/codec.ts": "// E1" }))).toMatchObject([
      { file: "spec/2-encoding.md", line: 5 },
    ]);
  });
});

describe("citations", () => {
  it("of an unknown rule are refused, in sources, titles and scenarios", () => {
    expect(
      checkSpecRules(
        treeOf({
          ...sound,
          "shell/node/src/a.ts": "\n// E7",
          "shell/node/src/a.test.ts": 'describe("E8", f);',
          "lab/scenarios/01-a.txt": "a\nE9\n",
        }),
      ),
    ).toEqual([
      { file: "shell/node/src/a.test.ts", line: 1, sentence: "E8 is no rule of spec/." },
      { file: "shell/node/src/a.ts", line: 2, sentence: "E7 is no rule of spec/." },
      { file: "lab/scenarios/01-a.txt", line: 2, sentence: "E9 is no rule of spec/." },
    ]);
  });

  it("of a series that spec/ does not define yet are left alone", () => {
    expect(sentences({ "core/consensus/src/a.ts": "// S1, V3 and C7" })).toEqual([]);
  });

  it("may be ranges, whose ends must exist", () => {
    const ranged = {
      "spec/2-encoding.md": `${spec}**E4** Lists.\n`,
      "core/base/src/codec.ts": "// E1–E4",
      "core/base/src/codec.test.ts": "// (E1-E4)",
    };
    expect(sentences(ranged)).toEqual([]);
    expect(sentences({ ...ranged, "core/base/src/b.ts": "// E1–E5" })).toEqual(["E5 is no rule of spec/."]);
  });

  it("are not seen in code, in other strings, or inside longer words", () => {
    const text = 'const E7 = "E8"; // aE7 E7x 0xE7 c2F+E7 base64-E77';
    expect(sentences({ "core/base/src/other.ts": text, "core/base/src/other.test.ts": text })).toEqual([]);
  });
});
