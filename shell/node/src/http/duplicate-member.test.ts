// The scan against the strict parser of core, which refuses the second of two equal names.

import { parseJsonText } from "@juno/base";
import fc from "fast-check";
import { expect, it } from "vitest";
import { duplicateMember } from "./duplicate-member.ts";

const name = fc.constantFrom("a", "b", 'q"', "\\", "é", "\u2028");
const written = name.chain((text) =>
  fc.constantFrom(JSON.stringify(text), JSON.stringify(text).replace("a", "\\u0061")),
);
const space = fc.constantFrom("", " ", "\n");
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom("1", "true", "null", '"a"', '"{\\"a\\":1,\\"a\\":2}"', '"\\\\"'),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
    fc
      .array(fc.tuple(written, space, tie("value")), { maxLength: 4 })
      .map((members) => `{${members.map(([key, gap, item]) => `${key}${gap}:${gap}${item}`).join(",")}}`),
  ),
}));

it("finds exactly the texts in which a name stands twice in one object", () => {
  fc.assert(
    fc.property(value, (text) => {
      const strict = parseJsonText(String(text));
      expect(duplicateMember(String(text)) !== undefined).toBe(!strict.ok);
    }),
    { numRuns: 2000 },
  );
});

it("names it, however it is written and however deep it stands", () => {
  expect(duplicateMember('{"a":1,"b":{"a":2},"\\u0061":3}')).toBe("a");
  const deep = 100_000;
  expect(duplicateMember(`${"[".repeat(deep)}{"x":1,"x":1}${"]".repeat(deep)}`)).toBe("x");
  expect(duplicateMember('["a","a",{"a":"a"},{"a":"a"}]')).toBeUndefined();
});
