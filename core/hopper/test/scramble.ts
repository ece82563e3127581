// Programs made from others by accident: cut, repeated, with pieces of the language strewn in. For tests of what
// must hold for any text, or for any program that is still well-formed.

import fc from "fast-check";
import type { Source } from "../src/diagnostic/source.ts";
import { examplePrograms, goodPrograms } from "./programs.ts";

/** What an editor leaves behind, and what is easily confused. */
const PIECES = [
  ..."(){}[]<>,;:.=!?-%\"'&|#\\",
  ...[
    "=>",
    "->",
    "..",
    "//",
    "/*",
    "*/",
    "++",
    "\n",
    "\r\n",
    "\t",
    "é",
    "\u202e",
    "\ud800",
    "40.00 USD",
    "5%",
    "007",
  ],
  ...[
    "let ",
    "if ",
    "else ",
    "match ",
    "require ",
    "emit ",
    "abort ",
    "update ",
    "with ",
    "fn ",
    "once fn(",
    "pub ",
  ],
  ...[
    "\nfn f",
    "\naction ",
    '\ntest "',
    "\nerror ",
    "\ntype T {",
    "exists (",
    "return ",
    "null",
    "for ",
    "and ",
    "not ",
  ],
];

type Edit = {
  readonly at: number;
  readonly kind: "delete" | "repeat" | "insert" | "cut";
  readonly length: number;
  readonly piece: string;
};

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom("delete", "repeat", "insert", "insert", "cut"),
  length: fc.nat(60),
  piece: fc.constantFrom(...PIECES),
});

function apply(text: string, { at, kind, length, piece }: Edit): string {
  const from = Math.floor(at * text.length);
  const to = Math.min(text.length, from + length);
  if (kind === "delete") return text.slice(0, from) + text.slice(to);
  if (kind === "repeat") return text.slice(0, to) + text.slice(from);
  if (kind === "insert") return text.slice(0, from) + piece + text.slice(from);
  return text.slice(0, from);
}

export const programs = (): readonly Source[] => [...examplePrograms(), ...goodPrograms()];

/** One of the programs after some accidents. */
export function scrambled(): fc.Arbitrary<string> {
  const texts = programs().map(({ text }) => text);
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 6 }))
    .map(([text, edits]) => edits.reduce(apply, text));
}
