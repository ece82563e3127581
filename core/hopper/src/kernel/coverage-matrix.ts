// Which values no row of patterns matches, and which rows match nothing that earlier rows leave
// (Maranget, Warnings for pattern matching, 2007). The rows are split by the forms that stand in their first
// column, so that a row is looked at once per form it may have. Exact, or out of fuel.

import type { Head, Space } from "./coverage-space.ts";
import type { Fuel } from "./fuel.ts";
import { TERM_DEPTH_MAX } from "./term-depth.ts";

export type Coverage = {
  /** Some of the values that no row matches; empty if there are none. */
  readonly missing: readonly Space[];
  /** Whether there are more than these. */
  readonly more: boolean;
  /** The rows that some value reaches. */
  readonly reached: ReadonlySet<number>;
};

const MISSING_MAX = 3;

/** A row's columns, or a missing value's, from the left. */
type Cells = { readonly first: Space; readonly rest: Cells } | undefined;

type Row = { readonly index: number; readonly cells: Cells };

/** Undefined if it would take more work than there is fuel for. */
export function coverRows(patterns: readonly Space[], fuel: Fuel): Coverage | undefined {
  const matrix = new Matrix(fuel);
  const rows = patterns.map((first, index): Row => ({ index, cells: { first, rest: undefined } }));
  const missing = matrix.explore(rows, 1).map((cells) => cells!.first);
  if (matrix.isBeyondFuel) return undefined;
  return {
    missing: missing.slice(0, MISSING_MAX),
    more: missing.length > MISSING_MAX,
    reached: matrix.reached,
  };
}

class Matrix {
  readonly reached = new Set<number>();
  isBeyondFuel = false;
  readonly #fuel: Fuel;
  #depth = 0;

  constructor(fuel: Fuel) {
    this.#fuel = fuel;
  }

  /** Values of `width` columns that no row matches: all of them, or one more than are told. */
  explore(rows: readonly Row[], width: number): Cells[] {
    if (!this.#spend(rows.length + width)) return [];
    const [top] = rows;
    if (top === undefined) return [push("any", width, undefined)];
    if (isAnything(top.cells)) {
      // Nothing passes this row, so those below it have no part in these values.
      this.reached.add(top.index);
      return [];
    }
    let [split, skipped] = [rows, 0];
    // The top row stops this: it leaves not every column open.
    for (; split.every(({ cells }) => cells!.first === "any"); skipped++) {
      if (!this.#spend(rows.length)) return [];
      split = split.map(dropFirst);
    }
    return this.#split(split, width - skipped).map((cells) => push("any", skipped, cells));
  }

  /** Goes on with the rows of each form that the first column may have, and with those that leave it open. */
  #split(rows: readonly Row[], width: number): Cells[] {
    const { forms, open } = this.#partition(rows);
    if (this.isBeyondFuel) return [];
    const missing: Cells[] = [];
    const add = (cells: Cells): void => {
      if (missing.length <= MISSING_MAX) missing.push(cells);
    };
    const present = [...forms.values()];
    for (const { head, rows: inForm } of present)
      for (const cells of this.#below(inForm, head.arity + width - 1)) add(join(head, cells));
    const { siblings } = present[0]!.head;
    const absent = siblings?.filter(({ key }) => !forms.has(key));
    if (absent?.length === 0) return missing;
    // What no row has a form for meets only the rows that leave it open.
    const left = this.#below(open, width - 1);
    const anything: Space[] = absent?.map((head) => ({ head, parts: anyParts(head) })) ?? ["any"];
    for (const first of anything) for (const rest of left) add({ first, rest });
    return missing;
  }

  /** The rows by the form of their first column; a row that leaves it open belongs to every form. */
  #partition(rows: readonly Row[]): { forms: ReadonlyMap<string, Form>; open: readonly Row[] } {
    const forms = new Map<string, Form>();
    const open: Row[] = [];
    for (const row of rows) {
      const { first, rest } = row.cells!;
      if (first === "any") {
        open.push({ index: row.index, cells: rest });
        for (const { head, rows } of forms.values())
          if (this.#spend(head.arity + 1)) rows.push(widen({ index: row.index, cells: rest }, head.arity));
        continue;
      }
      const { head, parts } = first;
      if (!forms.has(head.key)) {
        if (!this.#spend(open.length * (head.arity + 1))) break;
        forms.set(head.key, { head, rows: open.map((above) => widen(above, head.arity)) });
      }
      if (!this.#spend(head.arity + 1)) break;
      forms.get(head.key)!.rows.push({ index: row.index, cells: prepend(parts, rest) });
    }
    return { forms, open };
  }

  #below(rows: readonly Row[], width: number): Cells[] {
    if (this.isBeyondFuel) return [];
    if (this.#depth >= TERM_DEPTH_MAX) {
      this.isBeyondFuel = true;
      return [];
    }
    this.#depth += 1;
    const missing = this.explore(rows, width);
    this.#depth -= 1;
    return missing;
  }

  #spend(steps: number): boolean {
    this.isBeyondFuel ||= !this.#fuel.spend(steps);
    return !this.isBeyondFuel;
  }
}

type Form = { readonly head: Head; readonly rows: Row[] };

const anyParts = (head: Head): Space[] => Array.from({ length: head.arity }, () => "any");

const prepend = (spaces: readonly Space[], rest: Cells): Cells =>
  spaces.reduceRight<Cells>((cells, first) => ({ first, rest: cells }), rest);

function push(space: Space, times: number, rest: Cells): Cells {
  let cells = rest;
  for (let i = 0; i < times; i++) cells = { first: space, rest: cells };
  return cells;
}

const widen = (row: Row, arity: number): Row => ({ index: row.index, cells: push("any", arity, row.cells) });

const dropFirst = ({ index, cells }: Row): Row => ({ index, cells: cells!.rest });

function isAnything(cells: Cells): boolean {
  for (let cell = cells; cell !== undefined; cell = cell.rest) if (cell.first !== "any") return false;
  return true;
}

/** A value's first columns put together again as the parts of a form. */
function join(head: Head, cells: Cells): Cells {
  const parts: Space[] = [];
  let rest = cells;
  for (; parts.length < head.arity; rest = rest!.rest) parts.push(rest!.first);
  return { first: { head, parts }, rest };
}
