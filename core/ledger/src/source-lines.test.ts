import { positionOf } from "@juno/hopper";
import fc from "fast-check";
import { expect, test } from "vitest";
import { positionIn } from "./source-lines.ts";

test("lines and columns are those of the language (L44)", () => {
  const piece = fc.constantFrom(
    "a",
    "bc",
    "\n",
    "\n\n",
    "é",
    "😀",
    "\r\n",
    "x".repeat(300),
    "😀".repeat(140),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(), (pieces, nat) => {
      const source = { name: "s", text: pieces.join("") };
      const offset = nat % (source.text.length + 1);
      // No expression begins within a character.
      fc.pre(!/[\udc00-\udfff]/.test(source.text.charAt(offset)));
      expect(positionIn(source, offset)).toEqual(positionOf(source, offset));
    }),
    { numRuns: 500 },
  );
});
