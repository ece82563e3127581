// Rows as they would be (C11): reads fall through to what lies below, writes stay here until they
// are absorbed below or dropped whole. What is made of several writes runs on one, so that if it
// fails, it leaves nothing behind.

import { compareText, equalBytes } from "@juno/base";
import { compareAddress, type KeyRange, type RowAddress, type RowChange, type RowReader } from "./view.ts";

type Held = {
  readonly address: RowAddress;
  readonly before: Uint8Array | undefined;
  now: Uint8Array | undefined;
};

/** What is here of one table. */
class HeldTable {
  /** By key. */
  readonly rows = new Map<string, Held>();
  /** The keys whose row is here and not below, or below and not here. */
  readonly moved = new Set<string>();
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equalBytes(a, b);
}

export class Overlay implements RowReader {
  readonly #below: RowReader;
  /** By module and name. */
  readonly #tables = new Map<string, Map<string, HeldTable>>();

  constructor(below: RowReader) {
    this.#below = below;
  }

  #table(module: string, name: string): HeldTable {
    let tables = this.#tables.get(module);
    if (tables === undefined) {
      tables = new Map();
      this.#tables.set(module, tables);
    }
    let table = tables.get(name);
    if (table === undefined) {
      table = new HeldTable();
      tables.set(name, table);
    }
    return table;
  }

  #hold(table: HeldTable, address: RowAddress): Held {
    let held = table.rows.get(address.key);
    if (held === undefined) {
      const before = this.#below.row(address);
      held = { address, before, now: before };
      table.rows.set(address.key, held);
    }
    return held;
  }

  row(address: RowAddress): Uint8Array | undefined {
    return this.#hold(this.#table(address.module, address.table), address).now;
  }

  write(address: RowAddress, row: Uint8Array | undefined): void {
    const table = this.#table(address.module, address.table);
    const held = this.#hold(table, address);
    held.now = row;
    if ((held.before === undefined) === (row === undefined)) table.moved.delete(address.key);
    else table.moved.add(address.key);
  }

  keys(range: KeyRange): readonly string[] {
    const { module, table, limit } = range;
    const { moved } = this.#table(module, table);
    if (moved.size === 0) return this.#below.keys(range);
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
    const changes: RowChange[] = [];
    for (const tables of this.#tables.values()) {
      for (const { rows } of tables.values()) {
        for (const { address, before, now } of rows.values()) {
          if (before === now || isSame(before, now)) continue;
          const { module, table, key } = address;
          changes.push({ module, table, key, before, after: now });
        }
      }
    }
    return changes.sort(compareAddress);
  }

  /** Takes over what an overlay above this one has changed. */
  absorb(changes: readonly RowChange[]): void {
    for (const change of changes) this.write(change, change.after);
  }
}
