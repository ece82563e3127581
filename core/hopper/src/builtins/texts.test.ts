import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { array, failure, list, NONE, ran, run, sha256, some, unmet } from "../../test/builtins/scope.ts";
import { TEXT_BYTES_MAX, textOf } from "../machine/text-form.ts";
import { BYTES_MAX } from "./bytes.ts";
import { placesOf } from "./find-text.ts";

const piece = fc.constantFrom("a", "b", "ab", "ä", "e\u0301", "\u0323", "漢", "😀", " ", "");
const anyText = fc.array(piece, { maxLength: 12 }).map((pieces) => textOf(pieces.join(""))!);
/** Few letters, so that what is looked for is often there. */
const letters = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 24 });

describe("texts", () => {
  test("are measured and cut by characters", () => {
    fc.assert(
      fc.property(anyText, fc.nat(14), fc.nat(14), (text, from, to) => {
        const characters = [...text];
        expect(run("std.text.length", text)).toBe(characters.length);
        expect(run("std.text.byte_length", text)).toBe(new TextEncoder().encode(text).length);
        expect(run("std.text.is_empty", text)).toBe(characters.length === 0);
        if (from <= to && to <= characters.length) {
          const part = run("std.text.slice", text, from, to);
          expect(part).toBe(characters.slice(from, to).join(""));
          expect(textOf(part as string)).toBe(part);
        } else {
          const clause = "from <= to && to <= t.length()";
          expect(failure("std.text.slice", text, from, to)).toEqual(unmet(clause));
        }
      }),
    );
  });

  test("are empty between a place and itself, at the end too", () => {
    for (const text of ["", "ab", "a😀"]) {
      const end = [...text].length;
      for (let at = 0; at <= end; at++) expect(run("std.text.slice", text, at, at)).toBe("");
      expect(run("std.text.slice", text, 0, end)).toBe(text);
    }
  });

  test("are put together in normal form", () => {
    fc.assert(
      fc.property(anyText, fc.array(anyText, { maxLength: 5 }), (text, parts) => {
        expect(run("std.text.concat", text, parts[0] ?? "")).toBe((text + (parts[0] ?? "")).normalize("NFC"));
        expect(run("std.text.join", text, list(...parts))).toBe(parts.join(text).normalize("NFC"));
      }),
    );
    expect(run("std.text.concat", "e", "\u0301")).toBe("é");
  });

  test("are looked through as the host does, in time of its own", () => {
    fc.assert(
      fc.property(letters, letters, (text, part) => {
        expect(run("std.text.contains", text, part)).toBe(text.includes(part));
        expect(run("std.text.starts_with", text, part)).toBe(text.startsWith(part));
        expect(run("std.text.ends_with", text, part)).toBe(text.endsWith(part));
        if (part === "") expect(failure("std.text.split", text, part)).toEqual(unmet('separator != ""'));
        else expect(array(run("std.text.split", text, part))).toEqual(text.split(part));
      }),
      { numRuns: 500 },
    );
    expect(placesOf("aaaa", "aa", 9)).toEqual([0, 2]);
    expect(placesOf("abcabcabd", "abcabd", 9)).toEqual([3]);
    expect(placesOf("abab", "b", 1)).toEqual([1]);
  });

  test("compare by their bytes", () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        const order = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(run("std.text.less", a, b)).toBe(order < 0);
        expect(run("std.text.less_or_equal", a, b)).toBe(order <= 0);
        expect(run("std.text.greater", a, b)).toBe(order > 0);
        expect(run("std.text.greater_or_equal", a, b)).toBe(order >= 0);
      }),
    );
  });

  test("are numbers in one spelling only", () => {
    expect(run("std.text.to_int", "-42")).toEqual(some(-42));
    expect(run("std.text.to_int", "9007199254740993")).toEqual(some(9007199254740993n));
    for (const text of ["", "-", "+1", "01", "-0", "1.0", " 1", "1e3", "٣", "9".repeat(30_000)]) {
      expect(run("std.text.to_int", text)).toEqual(NONE);
    }
  });

  test("are at most 1 MiB, and thirty marks on a character", () => {
    const most = "x".repeat(TEXT_BYTES_MAX);
    const tooLong = { error: "TextExceeded", max: TEXT_BYTES_MAX };
    expect(failure("std.text.concat", most, "")).toBeUndefined();
    expect(failure("std.text.concat", most, "x")).toEqual(tooLong);
    expect(failure("std.text.join", most, list("", "", ""))).toEqual(tooLong);
    expect(failure("std.text.concat", "ä".repeat(TEXT_BYTES_MAX / 2), "x")).toEqual(tooLong);
    expect(failure("std.text.concat", `x${"\u0301".repeat(20)}`, "\u0323".repeat(20))).toEqual(tooLong);
    expect(failure("std.text.split", "x".repeat(TEXT_BYTES_MAX), "x")).toMatchObject({
      error: "ListExceeded",
    });
  });

  test("cost more where characters may combine", () => {
    const plain = ran("std.text.concat", ["x".repeat(100), "y"]).gas;
    expect(ran("std.text.concat", ["漢".repeat(100), "y"]).gas).toBeGreaterThan(5 * plain);
  });
});

describe("bytes", () => {
  const bytes = fc.uint8Array({ maxLength: 40 });

  test("are put together, cut, compared and spelled", () => {
    fc.assert(
      fc.property(bytes, bytes, fc.nat(45), fc.nat(45), (a, b, from, to) => {
        expect(run("std.bytes.concat", a, b)).toEqual(Uint8Array.from([...a, ...b]));
        expect(run("std.bytes.length", a)).toBe(a.length);
        expect(run("std.bytes.less", a, b)).toBe(Buffer.compare(a, b) < 0);
        const hex = Buffer.from(a).toString("hex");
        expect(run("std.bytes.to_hex", a)).toBe(hex);
        expect(run("std.bytes.from_hex", hex)).toEqual(some(a));
        if (from < a.length) expect(run("std.bytes.at", a, from)).toBe(a[from]);
        else expect(failure("std.bytes.at", a, from)).toEqual(unmet("index < b.length()"));
        const cut = failure("std.bytes.slice", a, from, to);
        if (from <= to && to <= a.length)
          expect(run("std.bytes.slice", a, from, to)).toEqual(a.slice(from, to));
        else expect(cut).toEqual(unmet("from <= to && to <= b.length()"));
      }),
    );
  });

  test("are texts only if they are one in normal form", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const encoded = run("std.text.to_bytes", text);
        expect(encoded).toEqual(new TextEncoder().encode(text));
        expect(run("std.bytes.to_text", encoded)).toEqual(some(text));
      }),
    );
    const decomposed = new TextEncoder().encode("e\u0301");
    for (const wrong of [decomposed, Uint8Array.of(0xff), Uint8Array.of(0xc3)]) {
      expect(run("std.bytes.to_text", wrong)).toEqual(NONE);
    }
    for (const hex of ["0", "0G", "AB", "0x00"]) expect(run("std.bytes.from_hex", hex)).toEqual(NONE);
  });

  test("are at most 1 MiB", () => {
    const most = new Uint8Array(BYTES_MAX);
    expect(failure("std.bytes.concat", most, Uint8Array.of(1))).toEqual({
      error: "BytesExceeded",
      max: BYTES_MAX,
    });
  });
});

describe("hashes", () => {
  test("are of bytes as they are, and of values behind a tag", () => {
    const bytes = new TextEncoder().encode("abc");
    expect(run("std.hash.sha256", bytes)).toEqual(sha256(bytes));
    const [a, b] = [run("std.hash.hash", list(1, "x")), run("std.hash.hash", list(1, "x"))] as Uint8Array[];
    expect(a).toEqual(b);
    expect(run("std.hash.hash", list("x", 1))).not.toEqual(a);
    expect(run("std.hash.hash", bytes)).not.toEqual(sha256(bytes));
    expect(run("std.hash.to_bytes", a!)).toEqual(a);
    const hex = run("std.hash.to_hex", a!);
    expect(run("std.hash.from_hex", hex)).toEqual(some(a!));
    expect(run("std.hash.from_hex", (hex as string).slice(2))).toEqual(NONE);
    expect(run("std.hash.from_bytes", a!)).toEqual(some(a!));
    expect(run("std.hash.from_bytes", bytes)).toEqual(NONE);
  });

  test("cost by size, and stop at values that are too large as trees", () => {
    expect(ran("std.hash.hash", [list(...Array(400).fill(7))]).gas).toBeGreaterThan(1_000);
    let shared = list(1, 2);
    for (let i = 0; i < 60; i++) shared = list(shared, shared);
    expect(failure("std.hash.hash", shared)).toMatchObject({ error: "BytesExceeded" });
  });
});
