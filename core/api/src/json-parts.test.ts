// Counting what a JSON text has, before it is parsed (A13).

import { utf8 } from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasParts } from "./json-parts.ts";

/** Brackets, braces and commas of what stands in no text. */
function partsOf(json: unknown): number {
  if (typeof json !== "object" || json === null) return 0;
  const items = Array.isArray(json) ? json : Object.values(json);
  return items.reduce((sum: number, item) => sum + partsOf(item), Math.max(1, items.length));
}

describe("the parts of a JSON text", () => {
  it("are its containers, and what they hold beyond the first", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1), (text, indent) => {
        const json: unknown = JSON.parse(text);
        const spelled = utf8(JSON.stringify(json, null, indent));
        const parts = partsOf(json);
        expect(hasParts(spelled, parts)).toBe(true);
        expect(parts > 0 && hasParts(spelled, parts - 1)).toBe(false);
      }),
    );
  });

  it("are not what stands in texts, however they are escaped", () => {
    for (const text of ["[[[,,,{{{", '"[,', "\\[", '\\",[', "\\\\", '\\\\"[', "ü,"]) {
      expect(hasParts(utf8(JSON.stringify({ text })), 1)).toBe(true);
      expect(hasParts(utf8(JSON.stringify({ text, list: [] })), 2)).toBe(false);
    }
  });

  it("are counted in what is no JSON, too, to its end", () => {
    for (const text of ['"', '"\\"', '"\\', '[[["[[[', ""]) expect(hasParts(utf8(text), 3)).toBe(true);
    expect(hasParts(utf8(",,,,"), 3)).toBe(false);
  });
});
