// Diffs as values (C13): what an entry changed can be undone by its inverse, and diffs of entries
// that follow one another combine into one.

import { equalBytes } from "@juno/base";
import { compareAddress, type RowChange } from "./view.ts";

/** The changes that undo these. */
export const invertChanges = (changes: readonly RowChange[]): RowChange[] =>
  changes.map(({ before, after, ...address }) => ({ ...address, before: after, after: before }));

/** The net changes of `first` and then `second`. */
export function combineChanges(first: readonly RowChange[], second: readonly RowChange[]): RowChange[] {
  const net = new Map<string, RowChange>();
  for (const change of [...first, ...second]) {
    const place = `${change.module}\0${change.table}\0${change.key}`;
    const earlier = net.get(place);
    net.set(place, earlier === undefined ? change : { ...change, before: earlier.before });
  }
  return [...net.values()].filter(({ before, after }) => !same(before, after)).sort(compareAddress);
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equalBytes(a, b);
}
