// Lists in ascending order without equal items: what maps and sets are inside. The order is the machine's
// own (machine/compare.ts), so that two maps with the same entries are the same value. Looking up takes
// halvings; changing copies the list.

import { compareValues } from "../machine/compare.ts";
import { PersistentList } from "../machine/persistent-list.ts";
import { Construct, type Value } from "../machine/value.ts";
import type { BuiltinScope } from "./builtin.ts";
import { chargeWalk, halvings, walking } from "./cost.ts";
import { listWithin } from "./list-limit.ts";

/** What of an item is ordered: the key of an entry, a set's item itself. */
export type KeyOf = (item: Value) => Value;

export const keyOfEntry: KeyOf = (entry) => (entry as Construct).fields[0]!;
export const valueOfEntry: KeyOf = (entry) => (entry as Construct).fields[1]!;
export const itself: KeyOf = (item) => item;

export const listOf = (collection: Value): PersistentList =>
  (collection as Construct).fields[0] as PersistentList;

export const collection = (items: PersistentList): Construct => new Construct(0, [items]);

/** Charges a comparison, then compares. */
export function order(a: Value, b: Value, scope: BuiltinScope): number {
  scope.charge(2 + walking(a, b));
  chargeWalk(a, b, scope);
  return compareValues(a, b);
}

export type Found = { readonly at: number; readonly present: boolean };

/** Where the key's item stands, or would stand. */
export function search(items: PersistentList, key: Value, by: { keyOf: KeyOf; scope: BuiltinScope }): Found {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const side = order(by.keyOf(items.get(middle)), key, by.scope);
    if (side === 0) return { at: middle, present: true };
    if (side < 0) low = middle + 1;
    else high = middle;
  }
  return { at: low, present: false };
}

/** What a search costs besides its comparisons. */
export const searching = (length: number): number => 3 + 4 * halvings(length);

/** The list with an item in its place, instead of what stood there if `found` is present. */
export function placed(
  items: PersistentList,
  item: Value,
  found: Found,
  scope: BuiltinScope,
): PersistentList {
  const { at, present } = found;
  if (!present) listWithin(items.length + 1, scope);
  if (at === items.length) return items.push(item);
  const all = items.toArray();
  all.splice(at, present ? 1 : 0, item);
  return PersistentList.of(all);
}

export function without(items: PersistentList, at: number): PersistentList {
  const all = items.toArray();
  all.splice(at, 1);
  return PersistentList.of(all);
}

/**
 * The items in order, of those with equal keys the last: a merge sort from below, since the host's own sort may compare
 * in an order of its own, and gas must not depend on it.
 */
export function sorted(items: PersistentList, by: { keyOf: KeyOf; scope: BuiltinScope }): PersistentList {
  let runs: Value[][] = [];
  for (const item of items) runs.push([item]);
  while (runs.length > 1) {
    const longer: Value[][] = [];
    for (let i = 0; i < runs.length; i += 2) longer.push(merged(runs[i]!, runs[i + 1] ?? [], by));
    runs = longer;
  }
  return PersistentList.of(runs[0] ?? []);
}

/** One ascending run of two; where keys are equal, the item of `later` stays. */
export function merged(
  earlier: readonly Value[],
  later: readonly Value[],
  { keyOf, scope }: { keyOf: KeyOf; scope: BuiltinScope },
): Value[] {
  const all: Value[] = [];
  let i = 0;
  let j = 0;
  while (i < earlier.length && j < later.length) {
    const side = order(keyOf(earlier[i]!), keyOf(later[j]!), scope);
    if (side < 0) all.push(earlier[i++]!);
    else {
      if (side === 0) i += 1;
      all.push(later[j++]!);
    }
  }
  for (; i < earlier.length; i++) all.push(earlier[i]!);
  for (; j < later.length; j++) all.push(later[j]!);
  return all;
}

/** What sorting costs besides its comparisons. */
export const sorting = (length: number): number => 4 + 4 * length * (1 + halvings(length));
