// std.bytes: byte strings, of documents and of messages of other systems.

import { compareBytes, concatBytes, hex, parseHex, parseUtf8 } from "@juno/base";
import { isText } from "../machine/text-form.ts";
import type { Integer } from "../machine/value.ts";
import { byteCount, countOf, textUnits } from "./cost.ts";
import { option } from "./option-value.ts";
import { as, demand, ofModule } from "./record.ts";

/** L32 */
export const BYTES_MAX = 1 << 20;

type Two = readonly [Uint8Array, Uint8Array];

export const BYTES = ofModule("std.bytes", [
  {
    declaration: "fn length(b: Bytes) -> Nat",
    doc: "The number of bytes.",
    examples: ['"abc".to_bytes().length() == 3'],
    cost: () => 1,
    run: ([b]) => (b as Uint8Array).length,
  },
  {
    declaration: "fn at(b: Bytes, index: Nat) -> Nat requires index < b.length()",
    doc: "The byte at a place, from 0 to 255; the first place is 0.",
    examples: ['"abc".to_bytes().at(0) == 97'],
    cost: () => 1,
    run: ([b, index], scope) => {
      const byte = (b as Uint8Array)[countOf(index as Integer)];
      demand(byte !== undefined, "index < b.length()", scope);
      return byte!;
    },
  },
  {
    declaration: "fn concat(a: Bytes, b: Bytes) -> Bytes",
    doc: "One after the other: `a ++ b`.",
    examples: ['"ab".to_bytes() ++ "c".to_bytes() == "abc".to_bytes()'],
    cost: (args) => 6 + 2 * byteCount(...as<Two>(args)),
    run: (args, scope) => {
      const [a, b] = as<Two>(args);
      if (a.length + b.length > BYTES_MAX) scope.fail("BytesExceeded", { max: BYTES_MAX });
      return concatBytes(a, b);
    },
  },
  {
    declaration: "fn slice(b: Bytes, from: Nat, to: Nat) -> Bytes requires from <= to && to <= b.length()",
    doc: "The bytes from place `from` up to, but without, place `to`.",
    examples: ['"abcd".to_bytes().slice(1, 3) == "bc".to_bytes()'],
    cost: ([b]) => 6 + 2 * byteCount(b as Uint8Array),
    run: ([b, from, to], scope) => {
      const bytes = b as Uint8Array;
      const [start, end] = [countOf(from as Integer), countOf(to as Integer)];
      demand(start <= end && end <= bytes.length, "from <= to && to <= b.length()", scope);
      return bytes.slice(start, end);
    },
  },
  {
    declaration: "fn less(a: Bytes, b: Bytes) -> Bool",
    doc: "Whether `a` comes before `b`: by the first byte that differs, then the shorter first.",
    examples: ['"ab".to_bytes().less("b".to_bytes())'],
    cost: (args) => {
      const [a, b] = as<Two>(args);
      return 2 + 4 * Math.min(byteCount(a), byteCount(b));
    },
    run: (args) => compareBytes(...as<Two>(args)) < 0,
  },
  {
    declaration: "fn to_hex(b: Bytes) -> Text",
    doc: "Two lower-case hexadecimal digits for each byte.",
    examples: ['"abc".to_bytes().to_hex() == "616263"'],
    cost: ([b]) => 6 + 24 * byteCount(b as Uint8Array),
    run: ([b]) => hex(b as Uint8Array),
  },
  {
    declaration: "fn from_hex(t: Text) -> Option<Bytes>",
    doc: "The bytes that `to_hex` spells so; no other spelling is one.",
    examples: ['from_hex("616263") == Some("abc".to_bytes())', 'from_hex("6") == None'],
    cost: ([t]) => 4 + 8 * textUnits(t as string),
    run: ([t]) => option(parseHex(t as string)),
  },
  {
    declaration: "fn to_text(b: Bytes) -> Option<Text>",
    doc: "The text that is these bytes in UTF-8, if there is one.",
    examples: ['"abc".to_bytes().to_text() == Some("abc")'],
    // Every byte may belong to a character that has to be looked up.
    cost: ([b]) => 60 + 40 * byteCount(b as Uint8Array),
    run: ([b]) => {
      const text = parseUtf8(b as Uint8Array);
      return option(text !== undefined && isText(text) ? text : undefined);
    },
  },
]);
