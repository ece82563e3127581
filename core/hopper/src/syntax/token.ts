// The words and signs of the language. A token knows its place, the trivia before it (space, comments,
// newlines, characters that mean nothing) and whether a newline stands there, which is all that the
// parser asks of layout. Words of declarations are no keywords: `policy` or `currency` may name a field.

import type { Range } from "../diagnostic/source.ts";

/** Words that can never be names; all others have a meaning only where a declaration or clause may stand. */
export const KEYWORDS = [
  "let",
  "if",
  "else",
  "match",
  "require",
  "abort",
  "emit",
  "update",
  "fn",
  "with",
  "mod",
  "true",
  "false",
  "pub",
] as const;

/** Longer signs first: the lexer takes the first that fits. `/` and `%` mean nothing but are often written. */
export const SIGNS = [
  "==",
  "!=",
  "<=",
  ">=",
  "&&",
  "||",
  "++",
  "=>",
  "->",
  "..",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  "<",
  ">",
  ",",
  ":",
  ";",
  ".",
  "=",
  "!",
  "+",
  "-",
  "*",
  "/",
  "%",
] as const;

export type Keyword = (typeof KEYWORDS)[number];
export type Sign = (typeof SIGNS)[number];

export type TokenKind = "name" | "integer" | "decimal" | "percent" | "text" | "hole" | "end" | Keyword | Sign;

export type Token = Range & {
  readonly kind: TokenKind;
  /** Where the token before ends: what lies between is trivia. */
  readonly triviaStart: number;
  readonly newlineBefore: boolean;
  /** First on its line, without indentation: where declarations begin. */
  readonly atMargin: boolean;
  /** Something before it was refused already: a complaint about it would be an echo. */
  readonly afterRefusal: boolean;
  /** A name's or hole's name, a text's value, a number's digits and point; else empty. */
  readonly value: string;
};

const KEYWORD_SET: ReadonlySet<string> = new Set(KEYWORDS);

export const isKeyword = (word: string): word is Keyword => KEYWORD_SET.has(word);

/** L53: types and constructors begin with a capital. */
export const isCapitalised = (name: string): boolean => name >= "A" && name < "[";
