import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isText, TEXT_BYTES_MAX, textOf } from "./text-form.ts";
import { allAssigned } from "./unicode-assigned.ts";

const character = fc
  .oneof(
    fc.integer({ min: 0, max: 0x3ff }),
    fc.integer({ min: 0, max: 0x1ffff }),
    fc.integer({ min: 0, max: 0x10ffff }),
  )
  .filter((codePoint) => codePoint < 0xd800 || codePoint > 0xdfff)
  .map((codePoint) => String.fromCodePoint(codePoint));

describe("a text", () => {
  it("is in normal form, of assigned characters", () => {
    for (const text of ["", "plain", "äöü", "日本", "😀", "\u{10ffff}".slice(0, 0), "\ue000"])
      expect(isText(text)).toBe(true);
    expect(isText("e\u0301")).toBe(false);
    expect(textOf("e\u0301")).toBe("\u00e9");
    expect(textOf("\u212b")).toBe("\u00c5");
    for (const text of ["\u0378", "\ud800", "a\udc00", "\u{1fae8}", "\uffff"]) {
      expect(isText(text)).toBe(false);
      expect(textOf(text)).toBeUndefined();
    }
  });

  it("is what `textOf` makes of any characters that are assigned", () => {
    fc.assert(
      fc.property(fc.array(character, { maxLength: 6 }), (characters) => {
        const text = characters.join("");
        const made = textOf(text);
        const assigned = characters.every(allAssigned);
        expect(made).toBe(assigned ? text.normalize("NFC") : undefined);
        expect(isText(text)).toBe(made === text);
      }),
      { numRuns: 500 },
    );
  });

  it("knows which characters are assigned", () => {
    const assigned = [0, 0x377, 0x37a, 0xd7fb, 0xe000, 0x1f600, 0x1fae7, 0xe0001, 0x10fffd];
    const unassigned = [0x378, 0x379, 0xd7fc, 0xfffe, 0x1fae8, 0xe0000, 0x10ffff];
    const holds = (codePoint: number) => allAssigned(`a${String.fromCodePoint(codePoint)}`);
    expect(assigned.filter((each) => !holds(each))).toEqual([]);
    expect(unassigned.filter(holds)).toEqual([]);
  });

  it("is at most 1 MiB long in UTF-8", () => {
    for (const unit of ["x", "ä", "€", "😀"]) {
      const most = unit.repeat(TEXT_BYTES_MAX / new TextEncoder().encode(unit).length);
      expect(isText(most)).toBe(true);
      expect(isText(most + unit)).toBe(false);
      expect(textOf(most + unit)).toBeUndefined();
    }
  });
});
