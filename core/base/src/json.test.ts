// The JSON profile (C1) and the canonical spelling (C2), against the host's parser and by table.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareBytes, hex, utf8 } from "./bytes.ts";
import { canonicalJson, canonicalText, compareText, type Json, jsonObject, utf8Length } from "./json.ts";
import { parseJson } from "./json-parser.ts";

const parse = (text: string) => parseJson(utf8(text), { bytesMax: 1 << 20 });

/** What the host would have made of it: objects instead of maps. */
function hostValue(value: Json): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [k, hostValue(v)]));
  return Array.isArray(value) ? value.map(hostValue) : value;
}

const wellFormed = fc.string({ unit: "binary" });
const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.integer({ min: -3, max: 3 }),
  wellFormed,
);
const name = fc.oneof(wellFormed, fc.constantFrom("__proto__", "10", "9", "constructor", "toString", ""));
const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie("value")), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  ),
})).value;

describe("the profile (C1)", () => {
  const refused: readonly (readonly [string, string, number])[] = [
    ["", "a value is expected here", 0],
    ['{"a":1,"a":2}', 'the member "a" stands here a second time', 7],
    ['{"a":1,"\\u0061":2}', 'the member "a" stands here a second time', 7],
    ["1.0", "a number is an integer", 0],
    ["[1e3]", "a number is an integer", 1],
    ["9007199254740992", "an integer is below 2^53", 0],
    ["-9007199254740992", "an integer is below 2^53", 0],
    ["01", "no leading zeros", 0],
    ["-0", "zero has no sign", 0],
    ["-", "digits are expected", 1],
    ["+1", "a value is expected here", 0],
    ['"\\ud83d"', "half a surrogate pair", 0],
    ['"\\ude00\\ud83d"', "half a surrogate pair", 0],
    ['"\\x41"', "this escape does not exist", 1],
    ['"\\u12g4"', "this escape does not exist", 1],
    ['"a\nb"', "a control character must be escaped", 2],
    ['"abc', "the text is not closed", 4],
    ["[1,]", "a value is expected here", 3],
    ["[1 2]", "a comma or ]", 3],
    ['{"a" 1}', "a colon is expected", 5],
    ["{a:1}", "a member's name is expected", 1],
    ['{"a":1,}', "a member's name is expected", 7],
    ["nul", "a value is expected here", 0],
    ["NaN", "a value is expected here", 0],
    ['"é" x', "nothing may follow the value", 5],
    ["\ufeff1", "a value is expected here", 0],
    ["\u00a01", "a value is expected here", 0],
    [`${"[".repeat(65)}${"]".repeat(65)}`, "64 containers deep", 64],
    [`${'{"a":'.repeat(65)}1${"}".repeat(65)}`, "64 containers deep", 320],
  ];

  test.each(refused)("refuses %j", (text, detail, position) => {
    const result = parse(text);
    expect(result).toMatchObject({ ok: false, error: { code: "malformed", position } });
    expect(!result.ok && result.error.detail).toContain(detail);
  });

  test("refuses bytes that are not UTF-8, and too many", () => {
    expect(parseJson(new Uint8Array([0x22, 0xff, 0x22]), { bytesMax: 9 })).toMatchObject({
      error: { code: "malformed" },
    });
    expect(parseJson(new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]), { bytesMax: 9 }).ok).toBe(false);
    expect(parseJson(utf8('"1234"'), { bytesMax: 5 })).toMatchObject({ error: { code: "too_large" } });
  });

  test("accepts the limits themselves", () => {
    expect(parse("9007199254740991")).toEqual({ ok: true, value: Number.MAX_SAFE_INTEGER });
    expect(parse("-9007199254740991").ok).toBe(true);
    expect(parse(`${"[".repeat(64)}${"]".repeat(64)}`).ok).toBe(true);
    expect(parse(' {"\\u0000" : [ "\\ud83d\\ude00\\/" ] }\n')).toEqual({
      ok: true,
      value: new Map([["\u0000", ["😀/"]]]),
    });
  });

  test("keeps every member apart, also those that a plain object would confuse (L33)", () => {
    const result = parse('{"b":1,"10":2,"9":3,"__proto__":4,"constructor":5}');
    expect(result.ok && [...(result.value as Map<string, Json>).keys()]).toEqual([
      "b",
      "10",
      "9",
      "__proto__",
      "constructor",
    ]);
  });

  test("reads what the host reads, wherever it accepts", () => {
    fc.assert(
      fc.property(json, fc.nat(3), (value, indent) => {
        const text = JSON.stringify(hostValue(value), null, indent);
        const result = parse(text);
        expect(result.ok && hostValue(result.value)).toEqual(JSON.parse(text));
      }),
    );
  });

  test("never accepts what the host refuses, and never throws", () => {
    const hostile = fc
      .tuple(
        json.map(canonicalText),
        fc.nat(),
        fc.nat(3),
        fc.constantFrom(...'"\\{}[],:0-1e.tn \u0001\ud800'),
      )
      .map(([text, at, cut, insert]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + insert + text.slice(place + cut);
      });
    fc.assert(
      fc.property(hostile, (text) => {
        const result = parse(text);
        if (result.ok)
          expect(hostValue(result.value)).toEqual(JSON.parse(new TextDecoder().decode(utf8(text))));
      }),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => parseJson(bytes, { bytesMax: 64 }).ok !== undefined));
  });
});

describe("the canonical spelling (C2)", () => {
  test.each([
    [jsonObject({ b: 1, a: [true, null, -2], absent: undefined }), '{"a":[true,null,-2],"b":1}'],
    [
      new Map<string, Json>([
        ["10", 0],
        ["9", 0],
        ["", 0],
      ]),
      '{"":0,"10":0,"9":0}',
    ],
    ['\u0000\u001f\b\t\n\f\r"\\/\u007fé€😀', '"\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\/\u007fé€😀"'],
    [
      new Map<string, Json>([
        ["😀", 1],
        ["\uffff", 2],
      ]),
      '{"\uffff":2,"😀":1}',
    ],
  ])("%#", (value, text) => {
    expect(canonicalText(value)).toBe(text);
  });

  test("is read back as the same value, and is one spelling per value", () => {
    fc.assert(
      fc.property(json, (value) => {
        const bytes = canonicalJson(value);
        const back = parseJson(bytes, { bytesMax: bytes.length });
        expect(back.ok && hostValue(back.value)).toEqual(hostValue(value));
        expect(back.ok && hex(canonicalJson(back.value))).toBe(hex(bytes));
      }),
    );
  });

  test("orders texts as their UTF-8 bytes", () => {
    const sharp = fc.string({ unit: fc.constantFrom("a", "\ud7ff", "\ue000", "\uffff", "😀", "\u{10ffff}") });
    fc.assert(
      fc.property(fc.oneof(sharp, wellFormed), fc.oneof(sharp, wellFormed), (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Math.sign(compareBytes(utf8(a), utf8(b))));
      }),
      { numRuns: 500 },
    );
  });

  test("knows how many bytes a text has", () => {
    fc.assert(fc.property(wellFormed, (text) => utf8Length(text) === utf8(text).length));
    expect(utf8Length("a\u007f\u0080\u07ff\u0800\uffff😀")).toBe(1 + 1 + 2 + 2 + 3 + 3 + 4);
  });

  test.each([[1.5], [Number.NaN], [-0], [2 ** 53], ["\ud800"]])("takes no %s: that is a bug", (value) => {
    expect(() => canonicalJson(value)).toThrow("invariant");
  });
});
