// The size of a value in words, which is what copying, comparing, hashing and writing it are charged by (L31).
// A value that shares its parts can be exponentially larger as a tree than in memory, and a charge must
// be a function of the value alone; so counting stops at a budget and never does more work than that.

import { limbsOf } from "./integer.ts";
import { PersistentList } from "./persistent-list.ts";
import { Closure, Construct, type Value } from "./value.ts";

/** UTF-16 units of a text, and bytes, that count as one word. */
const UNITS_PER_WORD = 4;
const BYTES_PER_WORD = 8;

/** What the value takes without its parts. */
function ownWords(value: Value): number {
  if (typeof value === "bigint") return 1 + limbsOf(value);
  if (typeof value === "string") return 1 + Math.ceil(value.length / UNITS_PER_WORD);
  return value instanceof Uint8Array ? 1 + Math.ceil(value.length / BYTES_PER_WORD) : 1;
}

function partsOf(value: Value): Iterable<Value> | undefined {
  if (value instanceof Construct) return value.fields;
  if (value instanceof Closure) return value.captures;
  return value instanceof PersistentList ? value : undefined;
}

/**
 * The number of words of the value as a tree: one for each number, boolean, construct, list and closure,
 * more for long texts, bytes and integers. Anything above `budget` means: more than `budget`.
 */
export function sizeOf(value: Value, budget: number): number {
  let words = ownWords(value);
  const parts = partsOf(value);
  if (parts === undefined) return words;
  // L32: values are at most 1,024 deep, so the recursion is safe.
  for (const part of parts) {
    words += sizeOf(part, budget - words);
    if (words > budget) return words;
  }
  return words;
}
