// Rows as they would be (C11): reads fall through to what lies below, writes stay here until they
// are absorbed below or dropped whole. Actions run on an overlay each; so a failed one leaves
// nothing behind.

import { compareText, equalBytes } from "@juno/base";
import { compareAddress, type KeyRange, type RowAddress, type RowChange, type RowReader } from "./view.ts";

type Held = {
  readonly address: RowAddress;
  readonly before: Uint8Array | undefined;
  now: Uint8Array | undefined;
};

/** Modules and tables are identifiers, so the first two NULs separate. */
const placeOf = (address: RowAddress): string => `${address.module}\0${address.table}\0${address.key}`;
const tableOf = ({ module, table }: Pick<RowAddress, "module" | "table">): string => `${module}\0${table}`;

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equalBytes(a, b);
}

export class Overlay implements RowReader {
  readonly #below: RowReader;
  readonly #held = new Map<string, Held>();
  /** Of each table, the keys whose row is here and not below, or below and not here. */
  readonly #moved = new Map<string, Set<string>>();

  constructor(below: RowReader) {
    this.#below = below;
  }

  #hold(address: RowAddress): Held {
    const place = placeOf(address);
    let held = this.#held.get(place);
    if (held === undefined) {
      const { module, table, key } = address;
      const before = this.#below.row(address);
      held = { address: { module, table, key }, before, now: before };
      this.#held.set(place, held);
    }
    return held;
  }

  row(address: RowAddress): Uint8Array | undefined {
    return this.#hold(address).now;
  }

  write(address: RowAddress, row: Uint8Array | undefined): void {
    const held = this.#hold(address);
    held.now = row;
    const table = tableOf(address);
    const moved = this.#moved.get(table) ?? new Set<string>();
    if ((held.before === undefined) === (row === undefined)) moved.delete(address.key);
    else moved.add(address.key);
    this.#moved.set(table, moved);
  }

  keys(range: KeyRange): readonly string[] {
    const moved = this.#moved.get(tableOf(range));
    if (moved === undefined || moved.size === 0) return this.#below.keys(range);
    const { module, table, limit } = range;
    const isAhead = (key: string) => range.after === undefined || compareText(key, range.after) > 0;
    const added = [...moved].filter((key) => isAhead(key) && this.row({ module, table, key }) !== undefined);
    added.sort(compareText);
    const keys: string[] = [];
    let next = 0;
    let page = this.#below.keys(range);
    for (;;) {
      for (const key of page) {
        while (next < added.length && compareText(added[next]!, key) < 0) keys.push(added[next++]!);
        if (!moved.has(key)) keys.push(key);
      }
      if (keys.length >= limit) return keys.slice(0, limit);
      if (page.length < limit) return keys.concat(added.slice(next)).slice(0, limit);
      page = this.#below.keys({ ...range, after: page.at(-1)! });
    }
  }

  /** Net changes against what lies below, in order of address (C13). */
  changes(): RowChange[] {
    return [...this.#held.values()]
      .filter(({ before, now }) => before !== now && !isSame(before, now))
      .map(({ address, before, now }) => ({ ...address, before, after: now }))
      .sort(compareAddress);
  }

  /** Takes over what an overlay above this one has changed. */
  absorb(changes: readonly RowChange[]): void {
    for (const change of changes) this.write(change, change.after);
  }
}
