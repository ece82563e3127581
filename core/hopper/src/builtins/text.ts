// std.text: characters in Unicode's normal form C (L33). Lengths and places count characters, that is code points,
// never the host's units. A part of a text in normal form is in it too; what is put together may not be,
// and is brought into it.

import { compareText, utf8, utf8Length } from "@juno/base";
import { parseInteger } from "../machine/integer.ts";
import { PersistentList } from "../machine/persistent-list.ts";
import { TEXT_BYTES_MAX, textOf } from "../machine/text-form.ts";
import type { Integer, Value } from "../machine/value.ts";
import type { BuiltinScope } from "./builtin.ts";
import { characterCount, charactersOf, type Span } from "./characters.ts";
import { comparisons } from "./comparisons.ts";
import { countOf, digitsOfText, textUnits } from "./cost.ts";
import { placesOf } from "./find-text.ts";
import { LIST_ITEMS_MAX, listWithin } from "./list-limit.ts";
import { option } from "./option-value.ts";
import { as, type BuiltinRecord, demand, ofModule } from "./record.ts";

type Two = readonly [string, string];

const units = (args: readonly Value[]): number => 4 + 3 * textUnits(...as<readonly string[]>(args));
/** Looking at each character. */
const walk = ([t]: readonly Value[]): number => 4 + 4 * textUnits(t as string);
/** A look at each unit of both. */
const search = (args: readonly Value[]): number => 8 + 10 * textUnits(...as<Two>(args));

const sumOfUnits = (parts: PersistentList): number => {
  let length = 0;
  for (const part of parts) length += (part as string).length;
  return length;
};

/** Below this no character combines with another, so that a text of such is in normal form. */
const FIRST_COMBINING = 0x300;
/** Bringing a character into normal form, where there may be need. */
const NORMAL_GAS = 8;

/** Cutting out one part of a text. */
const PIECE_GAS = 32;

function mayCombine(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= FIRST_COMBINING) return true;
  return false;
}

/** L32, L33: the text that parts make when put together. */
function whole(parts: readonly string[], scope: BuiltinScope): string {
  let length = 0;
  for (const part of parts) length += part.length;
  const tooLong = () => scope.fail("TextExceeded", { max: TEXT_BYTES_MAX });
  if (length > TEXT_BYTES_MAX) return tooLong();
  let text = "";
  // Faster by far than `join` on hosts that put texts together late.
  for (const part of parts) text += part;
  if (mayCombine(text)) scope.charge(NORMAL_GAS * length);
  return textOf(text) ?? tooLong();
}

const MEASURES: readonly BuiltinRecord[] = [
  {
    declaration: "fn length(t: Text) -> Nat",
    doc: "The number of characters.",
    examples: ['"Zürich".length() == 6'],
    cost: walk,
    run: ([t]) => characterCount(t as string),
  },
  {
    declaration: "fn byte_length(t: Text) -> Nat",
    doc: "The number of bytes in UTF-8.",
    examples: ['"Zürich".byte_length() == 7'],
    cost: walk,
    run: ([t]) => utf8Length(t as string),
  },
  {
    declaration: "fn is_empty(t: Text) -> Bool",
    doc: "Whether there are no characters.",
    examples: ['"".is_empty()'],
    cost: () => 1,
    run: ([t]) => t === "",
  },
  {
    declaration: "fn contains(t: Text, part: Text) -> Bool",
    doc: "Whether the part stands somewhere in the text.",
    examples: ['"bill of lading".contains("of")'],
    cost: search,
    run: (args) => {
      const [text, part] = as<Two>(args);
      return part === "" || placesOf(text, part, 1).length > 0;
    },
  },
  {
    declaration: "fn starts_with(t: Text, start: Text) -> Bool",
    doc: "Whether the text begins so.",
    examples: ['"XS1234".starts_with("XS")'],
    cost: units,
    run: (args) => {
      const [text, start] = as<Two>(args);
      return text.startsWith(start);
    },
  },
  {
    declaration: "fn ends_with(t: Text, end: Text) -> Bool",
    doc: "Whether the text ends so.",
    examples: ['"bank.hop".ends_with(".hop")'],
    cost: units,
    run: (args) => {
      const [text, end] = as<Two>(args);
      return text.endsWith(end);
    },
  },
];

const PARTS: readonly BuiltinRecord[] = [
  {
    declaration: "fn concat(a: Text, b: Text) -> Text",
    doc: "One text after the other: `a ++ b`.",
    examples: ['"up" ++ "on" == "upon"'],
    cost: (args) => 4 + 2 * units(args),
    run: (args, scope) => whole(as<Two>(args), scope),
  },
  {
    declaration: "fn join(separator: Text, parts: List<Text>) -> Text",
    doc: "All parts in one text, with the separator between them.",
    examples: ['", ".join(["a", "b", "c"]) == "a, b, c"', '", ".join([]) == ""'],
    cost: ([separator, parts]) => {
      const list = parts as PersistentList;
      return 8 + 16 * list.length + 4 * textUnits(separator as string) * list.length;
    },
    run: ([separator, parts], scope) => {
      const list = parts as PersistentList;
      scope.charge(Math.ceil(sumOfUnits(list) / 4));
      const pieces: string[] = [];
      for (const part of list) {
        if (pieces.length > 0) pieces.push(separator as string);
        pieces.push(part as string);
      }
      return whole(pieces, scope);
    },
  },
  {
    declaration: 'fn split(t: Text, separator: Text) -> List<Text> requires separator != ""',
    doc: "What stands before, between and after the separators, empty parts included.",
    examples: ['"a,b,,c".split(",") == ["a", "b", "", "c"]'],
    cost: search,
    run: (args, scope) => {
      const [text, separator] = as<Two>(args);
      demand(separator !== "", 'separator != ""', scope);
      const places = placesOf(text, separator, LIST_ITEMS_MAX);
      listWithin(places.length + 1, scope);
      scope.charge(PIECE_GAS * places.length);
      const parts: Value[] = [];
      let from = 0;
      for (const place of places) {
        parts.push(text.slice(from, place));
        from = place + separator.length;
      }
      parts.push(text.slice(from));
      return PersistentList.of(parts);
    },
  },
  {
    declaration: "fn slice(t: Text, from: Nat, to: Nat) -> Text requires from <= to && to <= t.length()",
    doc: "The characters from place `from` up to, but without, place `to`; the first is at 0.",
    examples: ['"Zürich".slice(1, 3) == "ür"'],
    cost: walk,
    run: ([t, from, to], scope) => {
      const range = charactersOf(t as string, { from: countOf(from as Integer), to: countOf(to as Integer) });
      demand(range !== undefined, "from <= to && to <= t.length()", scope);
      const { start, end } = range as Span;
      return (t as string).slice(start, end);
    },
  },
];

const CONVERSIONS: readonly BuiltinRecord[] = [
  {
    declaration: "fn to_bytes(t: Text) -> Bytes",
    doc: "The text in UTF-8.",
    examples: ['"ab".to_bytes().length() == 2'],
    cost: ([t]) => 60 + 8 * textUnits(t as string),
    run: ([t]) => utf8(t as string),
  },
  {
    declaration: "fn to_int(t: Text) -> Option<Int>",
    doc: "The number that the decimal digits spell, a minus sign before them if there is one; no other spelling is one.",
    examples: ['"-42".to_int() == Some(-42)', '"042".to_int() == None'],
    cost: ([t]) => digitsOfText(t as string),
    run: ([t]) => option(parseInteger(t as string)),
  },
];

export const TEXT = ofModule("std.text", [
  ...MEASURES,
  ...PARTS,
  ...comparisons({
    type: "Text",
    compare: (a, b) => compareText(a as string, b as string),
    cost: (args) => {
      const [a, b] = as<Two>(args);
      return 2 + 6 * Math.min(textUnits(a), textUnits(b));
    },
    examples: ['"abc"', '"abd"'],
  }),
  ...CONVERSIONS,
]);
