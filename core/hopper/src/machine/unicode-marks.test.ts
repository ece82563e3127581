import { describe, expect, it } from "vitest";
import { isText, textOf } from "./text-form.ts";
import { hasFewMarks, MARKS_MAX } from "./unicode-marks.ts";

const ACUTE = "\u0301";
const BELOW = "\u0323";
const SMALL = "\u{1e8d0}";

describe("marks in a row", () => {
  it("are at most thirty, on whatever they stand", () => {
    for (const mark of [ACUTE, BELOW, "\u0f73", "\u3099", SMALL]) {
      expect(hasFewMarks(`x${mark.repeat(MARKS_MAX)}`)).toBe(true);
      expect(hasFewMarks(`x${mark.repeat(MARKS_MAX + 1)}`)).toBe(false);
    }
    expect(hasFewMarks(`x${ACUTE.repeat(20)}y${BELOW.repeat(20)}`)).toBe(true);
    expect(hasFewMarks("é日本한글नि".repeat(100))).toBe(true);
  });

  it("are counted before a text is brought into order, and after", () => {
    const few = `x${(BELOW + ACUTE).repeat(15)}`;
    const many = `x${(ACUTE + BELOW).repeat(200_000)}`;
    expect(textOf(few)).toBe(few.normalize("NFC"));
    expect(isText(many)).toBe(false);
    expect(textOf(many)).toBeUndefined();
    // One character that is never composed again, and stands for a letter with two marks.
    const hidden = `\ufb2c${ACUTE.repeat(29)}`;
    expect(hasFewMarks(hidden)).toBe(true);
    expect(textOf(hidden)).toBeUndefined();
  });

  it("agree with the host on what can be put in another order", () => {
    for (let point = 0; point <= 0xffff; point++) {
      if (point >= 0xd800 && point < 0xe000) continue;
      const character = String.fromCodePoint(point);
      if (!isText(character) || hasFewMarks(character.repeat(MARKS_MAX + 1))) continue;
      const moved = (text: string) => text.normalize("NFD") !== text;
      expect(moved(`\u0345${character}`) || moved(`${character}\u0334`), `U+${point.toString(16)}`).toBe(
        true,
      );
    }
  });
});
