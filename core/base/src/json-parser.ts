// The strict reader of the JSON profile (C1): UTF-8, no member twice, integers below 2^53 only, no
// half characters, at most 64 containers deep. Written by hand because a host's parser accepts
// duplicates and floats silently, and what one node accepts every node must.

import { parseUtf8, utf8 } from "./bytes.ts";
import { isWellFormedText, JSON_DEPTH_MAX, type Json, type JsonObject } from "./json.ts";
import { type Err, err, ok, type Refusal, type Result } from "./result.ts";

/** `position`: the byte at which the text stops being JSON of the profile. */
export type JsonRefusal = Refusal & { readonly position: number };

/** Thrown inside the parser only; `parseJson` turns it into a refusal. */
class SyntaxRefusal extends Error {}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

const FOUR_HEX_DIGITS = /^[0-9a-fA-F]{4}$/;

const isDigit = (unit: number): boolean => unit >= ZERO && unit <= ZERO + 9;

class Parser {
  readonly #text: string;
  /** What may still be read: each value, name and escape takes time of its own. */
  #partsLeft: number;
  at = 0;

  constructor(text: string, partsMax: number) {
    this.#text = text;
    this.#partsLeft = partsMax;
  }

  #countPart(): void {
    this.#partsLeft -= 1;
    if (this.#partsLeft < 0) this.#fail("too many values, names and escapes stand before this", this.at);
  }

  #fail(detail: string, at: number): never {
    this.at = at;
    throw new SyntaxRefusal(detail);
  }

  #skipSpace(): number {
    for (;;) {
      const unit = this.#text.charCodeAt(this.at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return unit;
      this.at += 1;
    }
  }

  document(): Json {
    const value = this.#value(0);
    this.#skipSpace();
    if (this.at < this.#text.length) this.#fail("nothing may follow the value", this.at);
    return value;
  }

  #value(depth: number): Json {
    const unit = this.#skipSpace();
    this.#countPart();
    if (unit === QUOTE) return this.#string();
    if (unit === 0x7b) return this.#object(depth);
    if (unit === 0x5b) return this.#array(depth);
    if (unit === 0x2d || isDigit(unit)) return this.#integer();
    if (unit === 0x74) return this.#word("true", true);
    if (unit === 0x66) return this.#word("false", false);
    if (unit === 0x6e) return this.#word("null", null);
    return this.#fail("a value is expected here", this.at);
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.at)) this.#fail("a value is expected here", this.at);
    this.at += word.length;
    return value;
  }

  #integer(): number {
    const start = this.at;
    const text = this.#text;
    const negative = text.charCodeAt(start) === 0x2d;
    let at = negative ? start + 1 : start;
    const first = at;
    let value = 0;
    for (let unit = text.charCodeAt(at); isDigit(unit); unit = text.charCodeAt(at)) {
      value = value * 10 + (unit - ZERO);
      if (value > Number.MAX_SAFE_INTEGER) this.#fail("an integer is below 2^53", start);
      at += 1;
    }
    if (at === first) this.#fail("digits are expected after the minus sign", at);
    if (text.charCodeAt(first) === ZERO && (at > first + 1 || negative)) {
      this.#fail("a number has no leading zeros, and zero has no sign", start);
    }
    const next = text[at];
    if (next === "." || next === "e" || next === "E") {
      this.#fail("a number is an integer, without fraction and exponent (amounts are text)", start);
    }
    this.at = at;
    return negative ? -value : value;
  }

  #string(): string {
    const text = this.#text;
    const start = this.at;
    let at = start + 1;
    let from = at;
    let value = "";
    let escaped = false;
    for (;;) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) break;
      if (unit === BACKSLASH) {
        value += text.slice(from, at);
        this.at = at;
        value += this.#escape();
        at = this.at;
        from = at;
        escaped = true;
      } else if (unit >= 0x20) {
        at += 1;
      } else {
        this.#fail(at < text.length ? "a control character must be escaped" : "the text is not closed", at);
      }
    }
    this.at = at + 1;
    if (!escaped) return text.slice(from, at);
    value += text.slice(from, at);
    if (!isWellFormedText(value)) this.#fail("half a surrogate pair is no character", start);
    return value;
  }

  #escape(): string {
    const start = this.at;
    this.#countPart();
    const letter = this.#text.charAt(start + 1);
    const plain = ESCAPES.get(letter);
    if (plain !== undefined) {
      this.at = start + 2;
      return plain;
    }
    const digits = this.#text.slice(start + 2, start + 6);
    if (letter !== "u" || !FOUR_HEX_DIGITS.test(digits)) this.#fail("this escape does not exist", start);
    this.at = start + 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #array(depth: number): Json[] {
    if (depth >= JSON_DEPTH_MAX) this.#fail(`more than ${JSON_DEPTH_MAX} containers deep`, this.at);
    const items: Json[] = [];
    this.at += 1;
    if (this.#skipSpace() === 0x5d) {
      this.at += 1;
      return items;
    }
    for (;;) {
      items.push(this.#value(depth + 1));
      const unit = this.#skipSpace();
      if (unit !== 0x2c && unit !== 0x5d) this.#fail("a comma or ] is expected here", this.at);
      this.at += 1;
      if (unit === 0x5d) return items;
    }
  }

  #object(depth: number): JsonObject {
    if (depth >= JSON_DEPTH_MAX) this.#fail(`more than ${JSON_DEPTH_MAX} containers deep`, this.at);
    const members = new Map<string, Json>();
    this.at += 1;
    if (this.#skipSpace() === 0x7d) {
      this.at += 1;
      return members;
    }
    for (;;) {
      if (this.#skipSpace() !== QUOTE) this.#fail("a member's name is expected here", this.at);
      const start = this.at;
      this.#countPart();
      const name = this.#string();
      if (members.has(name)) this.#fail(`the member "${name}" stands here a second time`, start);
      if (this.#skipSpace() !== 0x3a) this.#fail("a colon is expected here", this.at);
      this.at += 1;
      members.set(name, this.#value(depth + 1));
      const unit = this.#skipSpace();
      if (unit !== 0x2c && unit !== 0x7d) this.#fail("a comma or } is expected here", this.at);
      this.at += 1;
      if (unit === 0x7d) return members;
    }
  }
}

function refuseAt(code: string, detail: string, position: number): Err<JsonRefusal> {
  return err({ code, detail: `${detail} (byte ${position})`, position });
}

/** `partsMax` bounds the number of values, member names and escapes together, and with it the time it takes. */
export type JsonLimits = { readonly bytesMax: number; readonly partsMax?: number };

/** The value, or where and why the bytes are not JSON of the profile (C1). Never throws for bad bytes. */
export function parseJson(bytes: Uint8Array, limits: JsonLimits): Result<Json, JsonRefusal> {
  if (bytes.length > limits.bytesMax) {
    const detail = `${bytes.length} bytes of JSON where at most ${limits.bytesMax} may stand`;
    return refuseAt("too_large", detail, limits.bytesMax);
  }
  const text = parseUtf8(bytes);
  if (text === undefined) return refuseAt("malformed", "the bytes are not UTF-8", 0);
  return parseJsonText(text, limits.partsMax);
}

/** As `parseJson`, of a text that was decoded from UTF-8 already. */
export function parseJsonText(text: string, partsMax = Number.POSITIVE_INFINITY): Result<Json, JsonRefusal> {
  const parser = new Parser(text, partsMax);
  try {
    return ok(parser.document());
  } catch (error) {
    if (!(error instanceof SyntaxRefusal)) throw error;
    return refuseAt("malformed", error.message, utf8(text.slice(0, parser.at)).length);
  }
}
