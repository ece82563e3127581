// Codes H00xx, the characters of a source.

import type { CodeEntry } from "./entry.ts";

export const LEXICAL: readonly CodeEntry[] = [
  {
    code: "H0001",
    title: "a character that means nothing",
    explain:
      "Outside of texts and comments a program consists of ASCII letters, digits, `_` and the signs of the language. Names are ASCII, so that two names that look alike are the same name.",
    wrong: "fn größe(n: Nat) -> Nat = n",
    right: "fn size(n: Nat) -> Nat = n",
  },
  {
    code: "H0002",
    title: "a text that is not closed",
    explain:
      "A text begins and ends with a double quote on the same line. A newline within a text is written `\\n`, so that a forgotten quote does not swallow the rest of the module.",
    wrong: 'const greeting = "hello',
    right: 'const greeting = "hello"',
  },
  {
    code: "H0003",
    title: "an escape that does not exist",
    explain:
      'In a text a backslash begins an escape: `\\n` newline, `\\t` tabulator, `\\r` carriage return, `\\"` quote, `\\\\` backslash, `\\u{1F600}` the character with that number in Unicode.',
    wrong: 'const folder = "a\\b"',
    right: 'const folder = "a\\\\b"',
  },
  {
    code: "H0004",
    title: "a text that is not in normal form",
    explain:
      "Unicode can spell the same letter in several ways: é as one character, or as e with an accent behind it. A ledger compares and hashes texts, so it admits only one spelling, normalisation form C, and only characters that the pinned version of Unicode knows.",
    wrong: 'const name = "Jose\u0301"',
    right: 'const name = "José"',
  },
  {
    code: "H0005",
    title: "half a character",
    explain:
      "The source holds one half of a surrogate pair, which no UTF-8 can encode. It comes from a damaged file or from a program that cuts texts at the wrong place.",
  },
  {
    code: "H0006",
    title: "a number with a wrong spelling",
    explain:
      "Numbers are written in decimal digits, without leading zeros; an underscore may stand between two digits. A name cannot follow a number directly: money is written with a space, `10 USD`.",
    wrong: "const limit = 10USD",
    right: "const limit = 10 USD",
  },
  {
    code: "H0007",
    title: "a number with too many digits",
    explain:
      "A number in a source has at most 1,000 digits. Reading a number takes time that grows with the square of its length, and every node reads the source.",
  },
  {
    code: "H0008",
    title: "a character that nobody sees",
    explain:
      "Characters that draw nothing, or that turn the direction in which the rest of the line is drawn, make a program look like another one. They are refused everywhere; in a text they can be written as an escape, which a reader sees.",
    wrong: 'const name = "al\u200bice"',
    right: 'const name = "al\\u{200B}ice"',
  },
  {
    code: "H0009",
    title: "a source that is too large",
    explain:
      "A module has at most 256 KiB of source. Every node checks what is deployed, so what a module may cost is bounded before it is read.",
  },
  {
    code: "H0010",
    title: "a text between single quotes",
    explain: "Texts stand between double quotes. There is no type for single characters.",
    wrong: "const name = 'alice'",
    right: 'const name = "alice"',
  },
  {
    code: "H0011",
    title: "a comment that does not exist",
    explain:
      "A comment begins with `//` and ends with its line. There are no comments between `/*` and `*/`.",
    wrong: "/* the fee */ const fee = 1%",
    right: "// the fee\nconst fee = 1%",
  },
  {
    code: "H0012",
    title: "a name that is too long",
    explain: "A name has at most 128 letters. Names are quoted in messages and stand in receipts.",
  },
];
