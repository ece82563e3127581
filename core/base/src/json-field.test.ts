import { describe, expect, test } from "vitest";
import { utf8 } from "./bytes.ts";
import { type JsonField, readJson } from "./json-field.ts";
import { parseJson } from "./json-parser.ts";

function read<T>(text: string, reader: (document: JsonField) => T) {
  const json = parseJson(utf8(text), { bytesMax: 1000 });
  return json.ok ? readJson(json.value, "bad_document", reader) : json;
}

const refusal = (detail: string) => ({ ok: false, error: { code: "bad_document", detail } });

describe("reading a document field by field (C1)", () => {
  test("yields typed members", () => {
    const result = read('{"a":[1,2],"b":{"x":"ab"}}', (document) => {
      const { a, b, c } = document.object(["a", "b"], ["c"]);
      expect(c).toBeUndefined();
      return [
        a.array({ max: 2 }).map((item) => item.integer({ min: 1, max: 2 })),
        b.object(["x"]).x.hexBytes(1),
      ];
    });
    expect(result).toEqual({ ok: true, value: [[1, 2], new Uint8Array([0xab])] });
  });

  test.each([
    ['{"a":1}', (d: JsonField) => d.object(["b"]), 'the member "b" is missing'],
    ['{"a":1}', (d: JsonField) => d.object([], ["b"]), 'the member "a" is unknown'],
    ['{"__proto__":1}', (d: JsonField) => d.object([]), 'the member "__proto__" is unknown'],
    ["[]", (d: JsonField) => d.object([]), "an object is expected"],
    ["{}", (d: JsonField) => d.array({ max: 1 }), "a list is expected"],
    ["[1]", (d: JsonField) => d.array({ max: 0 }), "1 items where 0 to 0 may stand"],
    [
      '{"a":[{"b":7}]}',
      (d: JsonField) => d.object(["a"]).a.array({ max: 1 })[0]!.object(["b"]).b.text(),
      "a[0].b: a text is expected",
    ],
    [
      "[5]",
      (d: JsonField) => d.array({ max: 1 })[0]!.integer({ min: 0, max: 4 }),
      "[0]: an integer from 0 to 4 is expected",
    ],
    ['"AB"', (d: JsonField) => d.hexBytes(1), "2 lower-case hex digits expected"],
    ["0", (d: JsonField) => d.boolean(), "true or false is expected"],
    ['{"a":1,"b":2}', (d: JsonField) => d.members(1), "2 members where at most 1 may stand"],
  ])("refuses %s and names the place", (text, reader, detail) => {
    expect(read(text, reader)).toEqual(refusal(detail));
  });

  test("does not hide a bug as a refusal", () => {
    expect(() =>
      read("1", () => {
        throw new TypeError("a bug");
      }),
    ).toThrow("a bug");
  });
});
