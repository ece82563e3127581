// Text to tokens. Every character of the source lies in exactly one token or in the trivia before one;
// what is no character of the language is refused and becomes trivia, so that the parser never sees it.
// One pass, linear in the source; a source that is too large is one refusal and no tokens.

import { isWellFormedText, utf8Length } from "@juno/base";
import type { Reports } from "../diagnostic/reports.ts";
import { brief } from "./brief.ts";
import { codePointName, isDeceptive, isDigit, isNamePart, isNameStart } from "./characters.ts";
import { NAME_LENGTH_MAX, SOURCE_BYTES_MAX } from "./limits.ts";
import { readNumber } from "./number-literal.ts";
import { readText } from "./text-literal.ts";
import { isKeyword, SIGNS, type Sign, type Token, type TokenKind } from "./token.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const QUESTION = 0x3f;

/** The signs that begin with a unit, longer ones first. */
const SIGNS_BY_UNIT: ReadonlyMap<number, readonly Sign[]> = new Map(
  SIGNS.map((sign) => [sign.charCodeAt(0), SIGNS.filter((other) => other[0] === sign[0])]),
);

const HINTS: ReadonlyMap<string, string> = new Map([
  ["&", "the conjunction of two conditions is `&&`"],
  ["|", "the disjunction of two conditions is `||`"],
  ["#", "a comment begins with `//`"],
  ["`", 'a text stands between double quotes: "…"'],
  ["^", "powers are written as products; there are no operations on bits"],
  ["?", "a hole has a name: `?amount`"],
  ["“", 'a text stands between straight double quotes: "…"'],
  ["”", 'a text stands between straight double quotes: "…"'],
  ["„", 'a text stands between straight double quotes: "…"'],
  ["‘", 'a text stands between straight double quotes: "…"'],
  ["’", 'a text stands between straight double quotes: "…"'],
  ["–", "the minus sign is the hyphen `-`"],
  ["−", "the minus sign is the hyphen `-`"],
  ["×", "the product is `*`"],
  ["≤", "write `<=`"],
  ["≥", "write `>=`"],
  ["≠", "write `!=`"],
  ["→", "write `->`"],
  ["\u00a0", "this is a no-break space: write an ordinary one"],
]);

class Lexer {
  readonly #reports: Reports;
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  /** A text was not closed: what it swallowed is missing to the parser, which must not complain of that. */
  #swallowed = false;

  constructor(reports: Reports) {
    this.#reports = reports;
    this.#text = reports.source.text;
  }

  run(): Token[] {
    for (;;) {
      const triviaStart = this.#at;
      const { newlineBefore, afterRefusal } = this.#skipTrivia();
      const start = this.#at;
      const swallowed = this.#swallowed;
      this.#swallowed = false;
      const { kind, value } = this.#readToken();
      const atMargin = start === 0 || this.#text.charCodeAt(start - 1) === NEWLINE;
      const place = { triviaStart, start, end: this.#at };
      this.#tokens.push({
        kind,
        ...place,
        newlineBefore,
        atMargin,
        afterRefusal: afterRefusal || swallowed,
        value,
      });
      if (kind === "end") return this.#tokens;
    }
  }

  #skipTrivia(): { newlineBefore: boolean; afterRefusal: boolean } {
    let newlineBefore = false;
    let afterRefusal = false;
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit === NEWLINE) newlineBefore = true;
      if (unit === 0x20 || unit === 0x09 || unit === NEWLINE) this.#at += 1;
      else if (unit === RETURN && this.#text.charCodeAt(this.#at + 1) === NEWLINE) this.#at += 1;
      else if (this.#text.startsWith("//", this.#at)) this.#skipComment();
      else if (this.#text.startsWith("/*", this.#at)) this.#refuseBlockComment();
      else if (this.#mayBegin(unit)) return { newlineBefore, afterRefusal };
      else {
        this.#refuseCharacters();
        afterRefusal = true;
      }
    }
  }

  /** Whether a token begins with this unit, or the source ends. */
  #mayBegin(unit: number): boolean {
    if (Number.isNaN(unit) || isNameStart(unit) || isDigit(unit)) return true;
    if (unit === QUOTE || unit === APOSTROPHE) return true;
    if (unit === QUESTION) return isNameStart(this.#text.charCodeAt(this.#at + 1));
    return this.#signAt(unit) !== undefined;
  }

  #signAt(unit: number): Sign | undefined {
    return SIGNS_BY_UNIT.get(unit)?.find((sign) => this.#text.startsWith(sign, this.#at));
  }

  #readToken(): { kind: TokenKind; value: string } {
    const start = this.#at;
    const unit = this.#text.charCodeAt(start);
    if (Number.isNaN(unit)) return { kind: "end", value: "" };
    if (isNameStart(unit)) {
      const value = this.#readName();
      return isKeyword(value) ? { kind: value, value: "" } : { kind: "name", value };
    }
    if (isDigit(unit)) {
      const number = readNumber(this.#reports, start);
      this.#at = number.end;
      return { kind: number.kind, value: number.value };
    }
    if (unit === QUOTE || unit === APOSTROPHE) return this.#readQuoted(unit);
    if (unit === QUESTION) {
      this.#at += 1;
      return { kind: "hole", value: this.#readName() };
    }
    const sign = this.#signAt(unit)!;
    this.#at += sign.length;
    return { kind: sign, value: "" };
  }

  #readName(): string {
    const start = this.#at;
    while (isNamePart(this.#text.charCodeAt(this.#at))) this.#at += 1;
    const name = this.#text.slice(start, this.#at);
    if (name.length <= NAME_LENGTH_MAX) return name;
    this.#reports.error({
      code: "H0012",
      start,
      end: this.#at,
      message: `this name has ${name.length} letters, more than the ${NAME_LENGTH_MAX} that a name may have`,
      help: "find a shorter one",
    });
    return name.slice(0, NAME_LENGTH_MAX);
  }

  #readQuoted(quote: number): { kind: "text"; value: string } {
    const start = this.#at;
    const { end, value, closed } = readText(this.#reports, start);
    this.#at = end;
    this.#swallowed = !closed;
    if (quote === APOSTROPHE) {
      this.#reports.error({
        code: "H0010",
        start,
        end,
        message: "a text stands between double quotes",
        help: `write "${brief(this.#text.slice(start + 1, end).replace(/'$/, ""))}"`,
      });
    }
    return { kind: "text", value };
  }

  #skipComment(): void {
    const start = this.#at;
    const newline = this.#text.indexOf("\n", start);
    this.#at = newline === -1 ? this.#text.length : newline;
    if (this.#text.charCodeAt(this.#at - 1) === RETURN) this.#at -= 1;
    for (let at = start; at < this.#at; at++) {
      if (!isDeceptive(this.#text.charCodeAt(at))) continue;
      this.#refuseInvisible(at, "in a comment");
      return;
    }
    if (!isWellFormedText(this.#text.slice(start, this.#at))) {
      const message = "this comment holds half of a surrogate pair, which is no character";
      const help = "save the file as UTF-8";
      this.#reports.error({ code: "H0005", start, end: this.#at, message, help });
    }
  }

  #refuseInvisible(at: number, where: string): void {
    this.#reports.error({
      code: "H0008",
      start: at,
      end: at + 1,
      message: `the invisible character ${codePointName(this.#text.charCodeAt(at))} stands ${where}`,
      help: "remove it: what a reader sees must be what the program says",
    });
  }

  #refuseBlockComment(): void {
    const start = this.#at;
    const close = this.#text.indexOf("*/", start + 2);
    this.#at = close === -1 ? this.#text.length : close + 2;
    const message = "there are no comments between /* and */";
    this.#reports.error({
      code: "H0011",
      start,
      end: start + 2,
      message,
      help: "begin each line of the comment with //",
    });
  }

  /** A run of characters that begin no token: one refusal for all of them. */
  #refuseCharacters(): void {
    const start = this.#at;
    if (isDeceptive(this.#text.charCodeAt(start))) {
      this.#at += 1;
      this.#refuseInvisible(start, "here");
      return;
    }
    const first = String.fromCodePoint(this.#text.codePointAt(start)!);
    this.#at += first.length;
    // Letters of other scripts: the whole word is meant.
    if (start < this.#at && first > "\u007f" && !HINTS.has(first)) {
      while (this.#text.charCodeAt(this.#at) > 0x7f || isNamePart(this.#text.charCodeAt(this.#at))) {
        if (HINTS.has(this.#text.charAt(this.#at)) || isDeceptive(this.#text.charCodeAt(this.#at))) break;
        this.#at += 1;
      }
    }
    const end = this.#at;
    // The ASCII letters before it were a name of their own, but the word is one to its reader.
    let wordStart = start;
    if (first > "\u007f" && !HINTS.has(first)) {
      while (isNamePart(this.#text.charCodeAt(wordStart - 1))) wordStart -= 1;
    }
    const lone = !isWellFormedText(this.#text.slice(start, end));
    this.#reports.error({
      code: lone ? "H0005" : "H0001",
      start: wordStart,
      end,
      message: lone
        ? "half of a surrogate pair is no character"
        : `\`${brief(this.#text.slice(wordStart, end))}\` means nothing here`,
      help:
        HINTS.get(first) ??
        (first > "\u007f" ? "names consist of the letters a to z and A to Z, digits and _" : undefined),
    });
  }
}

/** The tokens of the source, the last of kind `end`. Refusals go to `reports`. */
export function tokenize(reports: Reports): readonly Token[] {
  const { text } = reports.source;
  const bytes = utf8Length(text);
  if (bytes <= SOURCE_BYTES_MAX) return new Lexer(reports).run();
  reports.error({
    code: "H0009",
    start: 0,
    end: 0,
    message: `this source has ${bytes} bytes, more than the ${SOURCE_BYTES_MAX} that a module may have`,
    help: "divide it into several modules",
  });
  const end = text.length;
  const place = { triviaStart: 0, start: end, end };
  return [{ kind: "end", ...place, newlineBefore: false, atMargin: false, afterRefusal: true, value: "" }];
}
