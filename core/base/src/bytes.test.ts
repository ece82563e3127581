// Byte strings, hex and UTF-8: one spelling each (E2).

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareBytes, concatBytes, equalBytes, hex, parseHex, parseUtf8, utf8 } from "./bytes.ts";

const bytes = fc.uint8Array({ maxLength: 40 });

describe("hex (E2)", () => {
  it("is what the host writes, and comes back", () => {
    fc.assert(
      fc.property(bytes, (some) => {
        expect(hex(some)).toBe(Buffer.from(some).toString("hex"));
        expect(parseHex(hex(some))).toEqual(some);
        expect(parseHex(hex(some), some.length)).toEqual(some);
      }),
    );
  });

  it("has no second spelling", () => {
    for (const text of ["0", "AB", "aB", "0x00", " 00", "00 ", "00\n", "gg", "٠٠", "0.0.", "-1"]) {
      expect(parseHex(text), text).toBeUndefined();
    }
  });

  it("holds as many bytes as were asked for", () => {
    expect(parseHex("0011", 1)).toBeUndefined();
    expect(parseHex("0011", 3)).toBeUndefined();
    expect(parseHex("", 0)).toEqual(new Uint8Array(0));
  });
});

describe("UTF-8 (E2)", () => {
  it("comes back, a leading mark included", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(parseUtf8(utf8(text))).toBe(text);
        expect(parseUtf8(utf8(`\ufeff${text}`))).toBe(`\ufeff${text}`);
      }),
    );
  });

  it("refuses what is no UTF-8: stray, cut, over-long, surrogate, beyond the last character", () => {
    for (const text of ["80", "c3", "e282", "c0af", "e08080", "eda080", "f4908080", "ff"]) {
      expect(parseUtf8(parseHex(text)!), text).toBeUndefined();
    }
  });

  it("accepts one spelling only: whatever decodes encodes to the same bytes", () => {
    fc.assert(
      fc.property(bytes, (some) => {
        const text = parseUtf8(some);
        if (text !== undefined) expect(utf8(text)).toEqual(some);
      }),
    );
  });
});

describe("comparison", () => {
  it("orders by unsigned bytes, then by length, as the host does", () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
      }),
    );
  });

  it("sees a difference in any byte and in length", () => {
    const a = Uint8Array.of(1, 2, 3);
    expect(equalBytes(a, Uint8Array.of(1, 2, 3))).toBe(true);
    for (let i = 0; i < 3; i++) expect(equalBytes(a, a.with(i, 255))).toBe(false);
    expect(equalBytes(a, a.subarray(0, 2))).toBe(false);
  });
});

it("joins parts in order into bytes of its own", () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 5 }), (parts) => {
      expect(concatBytes(...parts)).toEqual(Uint8Array.from(parts.flatMap((part) => [...part])));
    }),
  );
});
