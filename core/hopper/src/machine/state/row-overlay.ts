// Rows as they would be when the command ends (L40, L44): reads fall through to the world and are kept, writes stay
// here. Net changes are told with the row before and after. It knows what a row is, not what may be done
// with it, and charges nothing.

import { assert, compareText, equalBytes } from "@juno/base";
import type { ShapeScope } from "../border/scope.ts";
import type { TableCode } from "../module-code.ts";
import type { Shape } from "../shape.ts";
import type { World } from "../world.ts";
import type { Journal } from "./journal.ts";
import { EncodedRow, type RowForm, type StoredRow } from "./stored-row.ts";

/** A row that differs; absent is undefined. Never both absent, never both equal. */
export type RowChange = {
  readonly module: string;
  readonly table: string;
  readonly key: string;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
};

export type HeldRow = {
  readonly table: OverlayTable;
  readonly key: string;
  readonly before: StoredRow | undefined;
  readonly now: StoredRow | undefined;
};

type Held = HeldRow & { now: StoredRow | undefined };

const KEYS_PER_PAGE = 256;

/** One table of one module. */
export class OverlayTable {
  readonly module: string;
  readonly code: TableCode;
  readonly #world: World;
  readonly #journal: Journal;
  readonly #held = new Map<string, Held>();
  /** Of rows that are written. */
  readonly form: RowForm;
  /** Of the world's rows: another one than the table's while these are migrated (L45). */
  #worldForm: RowForm;
  /** What `changed` told, until the next write. */
  #changed: readonly HeldRow[] | undefined;
  /** Keys whose row is there and was not, or was there and is not. */
  readonly #moved = new Set<string>();

  constructor(parts: { module: string; code: TableCode; world: World; scope: ShapeScope; journal: Journal }) {
    this.module = parts.module;
    this.code = parts.code;
    this.#world = parts.world;
    this.#journal = parts.journal;
    this.form = { shape: parts.code.row, scope: parts.scope, known: parts.world.known };
    this.#worldForm = this.form;
  }

  get worldShape(): Shape {
    return this.#worldForm.shape;
  }

  /** The world's rows are still those of an earlier version of the table. */
  migrate(shape: Shape): void {
    assert(this.#held.size === 0, "rows are migrated before anything else is done with their table");
    this.#worldForm = { ...this.form, shape };
  }

  #hold(key: string): Held {
    let held = this.#held.get(key);
    if (held === undefined) {
      const bytes = this.#world.row({ module: this.module, table: this.code.name, key });
      const before = bytes && new EncodedRow(bytes, this.#worldForm);
      held = { table: this, key, before, now: before };
      this.#held.set(key, held);
    }
    return held;
  }

  read(key: string): StoredRow | undefined {
    return this.#hold(key).now;
  }

  write(key: string, row: StoredRow | undefined): void {
    const held = this.#hold(key);
    const previous = held.now;
    this.#journal.note(() => this.#set(held, previous));
    this.#set(held, row);
  }

  #set(held: Held, row: StoredRow | undefined): void {
    held.now = row;
    this.#changed = undefined;
    if ((held.before === undefined) === (row === undefined)) this.#moved.delete(held.key);
    else this.#moved.add(held.key);
  }

  /** Keys of the rows there are, in the order of their bytes. `look` is told of each key it looks at, first. */
  keys(look: (key: string) => void): string[] {
    const added: string[] = [];
    for (const key of this.#moved) {
      look(key);
      if (this.#held.get(key)!.now !== undefined) added.push(key);
    }
    added.sort(compareText);
    const keys: string[] = [];
    let next = 0;
    for (const key of this.#worldKeys()) {
      look(key);
      while (next < added.length && compareText(added[next]!, key) < 0) keys.push(added[next++]!);
      if (!this.#moved.has(key)) keys.push(key);
    }
    return keys.concat(added.slice(next));
  }

  *#worldKeys(): IterableIterator<string> {
    const range = { module: this.module, table: this.code.name, limit: KEYS_PER_PAGE };
    let page = this.#world.keys(range);
    while (page.length > 0) {
      yield* page;
      if (page.length < KEYS_PER_PAGE) return;
      page = this.#world.keys({ ...range, after: page[page.length - 1]! });
    }
  }

  /** Rows that differ from what they were, in no order that matters. */
  changed(): readonly HeldRow[] {
    this.#changed ??= [...this.#held.values()].filter(({ before, now }) => {
      if (before === undefined || now === undefined) return before !== now;
      return before !== now && !equalBytes(before.bytes(), now.bytes());
    });
    return this.#changed;
  }
}

type Address = { readonly module: string; readonly table: string; readonly key: string };

/** By module, table and key, each by its bytes. */
export const compareAddress = (a: Address, b: Address): number =>
  compareText(a.module, b.module) || compareText(a.table, b.table) || compareText(a.key, b.key);

/** L44: net changes in the order of their addresses. */
export function rowChanges(tables: Iterable<OverlayTable>): RowChange[] {
  const changes: RowChange[] = [];
  for (const table of tables) {
    for (const { key, before, now } of table.changed()) {
      const { module, code } = table;
      changes.push({ module, table: code.name, key, before: before?.bytes(), after: now?.bytes() });
    }
  }
  return changes.sort(compareAddress);
}
