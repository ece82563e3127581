// Equality and order of values by structure. The order is total and the machine's own: by kind (integers,
// booleans, texts, bytes, constructs, lists), then integers by size, texts by their UTF-8 bytes (L33),
// constructs by tag, all sequences by their first difference, then the shorter first. Maps and sets
// are sorted by it. Recursion is safe because values are at most 1,024 deep (L32); the work is bounded by
// the smaller value's `sizeOf`, which callers charge before. A function has a place in an image and no other
// identity, so it is compared with nothing; and whether one is met must not depend on what is shared in memory, so
// that values with parts are looked at even if they are the same object.

import { compareBytes, compareText, equalBytes } from "@juno/base";
import { abortWith } from "./abort.ts";
import { compareIntegers, isInteger } from "./integer.ts";
import { PersistentList } from "./persistent-list.ts";
import { Closure, Construct, type Value } from "./value.ts";

export function equalValues(a: Value, b: Value): boolean {
  refuseFunctions(a, b);
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  if (a instanceof Construct) {
    return b instanceof Construct && a.tag === b.tag && equalParts(a.fields, b.fields);
  }
  if (a instanceof Uint8Array) return b instanceof Uint8Array && equalBytes(a, b);
  return a instanceof PersistentList && b instanceof PersistentList && equalLists(a, b);
}

/** Ends the command if either is a function. */
function refuseFunctions(a: Value, b: Value): void {
  if (a instanceof Closure || b instanceof Closure) abortWith("FunctionCompared", {});
}

function equalParts(a: readonly Value[], b: readonly Value[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!equalValues(a[i]!, b[i]!)) return false;
  return true;
}

function equalLists(a: PersistentList, b: PersistentList): boolean {
  if (a.length !== b.length) return false;
  const others = b[Symbol.iterator]();
  for (const item of a) if (!equalValues(item, others.next().value as Value)) return false;
  return true;
}

function rankOf(value: Value): number {
  if (isInteger(value)) return 0;
  if (typeof value === "boolean") return 1;
  if (typeof value === "string") return 2;
  if (value instanceof Uint8Array) return 3;
  if (value instanceof Construct) return 4;
  return 5;
}

/** Negative, zero or positive; zero exactly if `equalValues`. */
export function compareValues(a: Value, b: Value): number {
  refuseFunctions(a, b);
  if (isInteger(a) && isInteger(b)) return compareIntegers(a, b);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  if (a instanceof Construct && b instanceof Construct) {
    return a.tag - b.tag || compareSequences(a.fields, b.fields);
  }
  if (a instanceof PersistentList && b instanceof PersistentList) return compareSequences(a, b);
  return rankOf(a) - rankOf(b);
}

type Sequence = Iterable<Value> & { readonly length: number };

function compareSequences(a: Sequence, b: Sequence): number {
  const others = b[Symbol.iterator]();
  for (const item of a) {
    const other = others.next();
    if (other.done === true) return 1;
    const order = compareValues(item, other.value);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
