// JSON values as core/ holds them (C1) and their one canonical spelling (C2), which is what state
// rows, receipts and query results are made of and what is hashed. Objects are maps: a plain object
// would reorder integer-like keys and give `__proto__` a meaning (L33).

import { assert } from "./assert.ts";
import { utf8 } from "./bytes.ts";

/** Numbers are safe integers, texts are well-formed; anything else is a bug of whoever made it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

/** Containers within containers, the outermost counting 1 (C1). */
export const JSON_DEPTH_MAX = 64;

/** An object of the given members; members that are undefined are left out. */
export function jsonObject(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const object = new Map<string, Json>();
  for (const name in members) {
    const value = members[name];
    if (value !== undefined) object.set(name, value);
  }
  return object;
}

export const isJsonObject = (value: Json): value is JsonObject => value instanceof Map;

/** Half of a surrogate pair without the other half: no character, not encodable. */
const LONE_SURROGATE = /[\ud800-\udfff]/u;

export const isWellFormedText = (text: string): boolean => !LONE_SURROGATE.test(text);

/** The place of a UTF-16 unit in code point order: surrogates stand for what lies above U+FFFF. */
const rankOfUnit = (unit: number): number => {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
};

/** The order of the texts' UTF-8 bytes: negative, zero or positive. Both must be well-formed. */
export function compareText(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rankOfUnit(x) - rankOfUnit(y);
  }
  return a.length - b.length;
}

const SHORT_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x08, "\\b"],
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0c, "\\f"],
  [0x0d, "\\r"],
  [0x22, '\\"'],
  [0x5c, "\\\\"],
]);

/** C2: only what must be escaped is, in the shortest way (as RFC 8785). */
function quoted(text: string): string {
  let quote = '"';
  let from = 0;
  let surrogates = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x20 && unit !== 0x22 && unit !== 0x5c) {
      if (unit >= 0xd800 && unit < 0xe000) surrogates = true;
      continue;
    }
    const spelling = SHORT_ESCAPES.get(unit) ?? `\\u${unit.toString(16).padStart(4, "0")}`;
    quote += text.slice(from, i) + spelling;
    from = i + 1;
  }
  assert(!surrogates || isWellFormedText(text), "a JSON text has no lone surrogates");
  return from === 0 ? `"${text}"` : `${quote}${text.slice(from)}"`;
}

function sortedNames(object: JsonObject): string[] {
  const names = [...object.keys()];
  for (let i = 1; i < names.length; i++) {
    if (compareText(names[i - 1]!, names[i]!) > 0) return names.sort(compareText);
  }
  return names;
}

function spell(value: Json, depth: number): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") {
    assert(Number.isSafeInteger(value) && !Object.is(value, -0), "a JSON number is a safe integer");
    return String(value);
  }
  if (value === null || typeof value === "boolean") return String(value);
  assert(depth < JSON_DEPTH_MAX, "JSON is at most 64 deep");
  let text = "";
  if (!isJsonObject(value)) {
    for (const item of value) text += `${text === "" ? "" : ","}${spell(item, depth + 1)}`;
    return `[${text}]`;
  }
  for (const name of sortedNames(value)) {
    text += `${text === "" ? "" : ","}${quoted(name)}:${spell(value.get(name)!, depth + 1)}`;
  }
  return `{${text}}`;
}

/** The number of bytes of a well-formed text in UTF-8. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Half of a surrogate pair is two of the pair's four bytes.
    if (unit >= 0x80) length += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return length;
}

/** C2: the canonical text: members by the UTF-8 bytes of their names, no spaces, minimal escapes. */
export const canonicalText = (value: Json): string => spell(value, 0);

export const canonicalJson = (value: Json): Uint8Array<ArrayBuffer> => utf8(canonicalText(value));
