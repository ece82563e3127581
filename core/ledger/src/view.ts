// What applying reads and what it yields: rows before and after, and the window of spent ids (C9).
// A view shows the state after the last applied entry and nothing newer. How it is stored is its
// keeper's business; a view in memory is in memory-view.ts.

import { compareText, type Hash, type Sha256 } from "@juno/base";

/** Where a row stands. Rows are canonical JSON (C2). */
export type RowAddress = { readonly module: string; readonly table: string; readonly key: string };

export type Row = { readonly key: string; readonly value: Uint8Array };

/** Rows of a table in the order of their keys' UTF-8 bytes, at most `limit`, above `after`. */
export type RowRange = {
  readonly module: string;
  readonly table: string;
  readonly after?: string;
  readonly prefix?: string;
  readonly limit: number;
};

/** Keys of a table in the order of their UTF-8 bytes, at most `limit`, above `after`. */
export type KeyRange = Omit<RowRange, "prefix">;

export interface RowReader {
  row(address: RowAddress): Uint8Array | undefined;
  /** What `rows` would show the keys of; rows may be large, so they are not read for it. */
  keys(range: KeyRange): readonly string[];
}

export interface StateReader extends RowReader {
  rows(range: RowRange): readonly Row[];
}

/** Where an id was spent, and until when that must be remembered. */
export type SpentId = { readonly index: number; readonly expires: number };

/**
 * The state before an entry. C9: an id may be forgotten as soon as log time (the time of the last
 * applied entry) has passed its `expires`; `apply` never asks for it after that.
 */
export interface View extends StateReader {
  spent(id: Hash): SpentId | undefined;
}

/** A view that keeps the state tree with its rows. */
export interface RootedView extends View {
  /**
   * C20: the root of the state tree once these changes are made. Asked once for the entry of a
   * checkpoint, whose changes are then made.
   */
  stateRoot(sha256: Sha256, changes: readonly RowChange[]): Hash;
}

/** One row that differs; absent is undefined. Never both absent, never both equal. */
export type RowChange = RowAddress & {
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
};

/** C13: the order of changes: module, table, key, each by its UTF-8 bytes. */
export function compareAddress(a: RowAddress, b: RowAddress): number {
  return compareText(a.module, b.module) || compareText(a.table, b.table) || compareText(a.key, b.key);
}
