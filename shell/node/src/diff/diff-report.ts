// What a comparison of two sources says, as data: whoever prints it adds nothing. A and B are told apart, never judged.

import type { Hash } from "@juno/base";
import type { RowAddress } from "@juno/ledger";
import type { Span } from "../archive/archive-feed.ts";

/** What a source holds. */
export type Held = {
  readonly name: string;
  readonly kind: "node" | "state" | "archive" | "cluster";
  /** Entries, committed ones; `first` is above `last` if there are none. */
  readonly first: number;
  readonly last: number;
  /** How far outcomes go, and the root of their tree there, where the source tells it. */
  readonly applied: { readonly index: number; readonly root: Hash | undefined };
};

/** One thing that differs, as each of the two has it: text for people, cut where it is long; undefined where it has nothing. */
export type Difference = {
  readonly what: string;
  readonly a: string | undefined;
  readonly b: string | undefined;
};

export type Parting = { readonly index: number; readonly differences: readonly Difference[] };

export type RowDifference = RowAddress & {
  /** Canonical JSON, cut where it is long; undefined where there is no such row. */
  readonly a: string | undefined;
  readonly b: string | undefined;
  /** The last entry that changed the row, by each one's own history up to the entry that was compared at. */
  readonly changedAt: { readonly a: number | undefined; readonly b: number | undefined };
};

export type RowsReport =
  | { readonly kind: "skipped"; readonly because: string }
  | {
      readonly kind: "compared";
      /** The entry after which the rows are compared. */
      readonly at: number;
      /** Addresses at which one of the two has a row. */
      readonly rows: number;
      readonly differing: number;
      /** The first of them in the order of their addresses. */
      readonly named: readonly RowDifference[];
    };

export type DiffReport = {
  readonly a: Held;
  readonly b: Held;
  /** P41: `same`, `prefix` if one goes on where the other ends, and nothing differs up to there; else `part`. */
  readonly verdict: "same" | "prefix" | "part";
  readonly log: { readonly compared: Span; readonly parts: Parting | undefined };
  /** `differing`: how many outcomes do, of those compared. */
  readonly outcomes: {
    readonly compared: Span;
    readonly parts: Parting | undefined;
    readonly differing: number;
  };
  readonly rows: RowsReport;
};

export type DiffProgress = {
  readonly stage: "entries" | "rows";
  readonly done: number;
  readonly total: number;
};

const TEXT_CHARS_MAX = 400;

export const cut = (text: string): string =>
  text.length <= TEXT_CHARS_MAX
    ? text
    : `${text.slice(0, TEXT_CHARS_MAX)}… (${text.length} characters in all)`;
