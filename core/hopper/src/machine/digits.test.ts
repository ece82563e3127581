import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFixed, renderFixed, withFewestDecimals } from "./digits.ts";
import { integer } from "./value.ts";

describe("numbers with decimals", () => {
  it("have one text each", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
        fc.nat({ max: 20 }),
        (value, decimals) => {
          const fixed = { coefficient: integer(value), decimals };
          const text = renderFixed(fixed);
          expect(parseFixed(text)).toEqual(fixed);
          expect(BigInt(text.replace(".", ""))).toBe(value);
          const least = withFewestDecimals(fixed);
          expect(BigInt(least.coefficient) * 10n ** BigInt(decimals - least.decimals)).toBe(value);
          expect(least.decimals === 0 || BigInt(least.coefficient) % 10n !== 0n).toBe(true);
        },
      ),
    );
  });

  it("are nothing else", () => {
    for (const text of [
      "",
      ".",
      "1.",
      ".1",
      "-.1",
      "00.1",
      "-00.1",
      "01.1",
      "1.1.1",
      "-0.0",
      "-0",
      "+1.0",
      "1.-1",
      "- 1.0",
      "1.0e1",
    ]) {
      expect(parseFixed(text)).toBeUndefined();
    }
    expect(parseFixed("-0.050")).toEqual({ coefficient: -50, decimals: 3 });
    expect(parseFixed("0.0")).toEqual({ coefficient: 0, decimals: 1 });
    expect(parseFixed("10.05")).toEqual({ coefficient: 1005, decimals: 2 });
  });
});
