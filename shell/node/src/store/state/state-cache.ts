// The state as the executor sees it while it applies: rows it has read or changed lately, in front
// of state.db. Changed rows reach the database once per batch, however often they change in it.
// Invariant: a changed row is never dropped from the cache before it is stored.

import type { Hash, Sha256 } from "@juno/base";
import {
  type KeyRange,
  type RootedView,
  type Row,
  type RowAddress,
  type RowChange,
  type RowRange,
  type SpentId,
  StateCommitment,
  type View,
} from "@juno/ledger";
import type { StatePages } from "@juno/proof";

/** Keeps the pages of the state tree, and what they were at the last checkpoint. */
export interface CheckpointedPages extends StatePages {
  /** Runs `work`, after which the tree is that of a checkpoint. */
  checkpoint<T>(work: () => T): T;
}

/** What stores a row, or removes it. */
export type StoreRow = (address: RowAddress, value: Uint8Array | undefined) => void;

type Cached = { readonly value: Uint8Array | undefined };
type Changed = { readonly address: RowAddress; readonly value: Uint8Array | undefined };

/** A cached row takes about so much besides its key and value. */
const OVERHEAD_BYTES = 160;

const nameOf = ({ module, table, key }: RowAddress): string => `${module}\0${table}\0${key}`;

export class StateCache implements RootedView {
  readonly #below: View;
  readonly #bytesMax: number;
  readonly #store: StoreRow;
  /** In order of use, the least recent first. */
  readonly #rows = new Map<string, Cached>();
  readonly #changed = new Map<string, Changed>();
  #bytes = 0;
  readonly #pages: CheckpointedPages;
  readonly #commitment: StateCommitment;

  constructor(options: { below: View; pages: CheckpointedPages; bytesMax: number; store: StoreRow }) {
    this.#below = options.below;
    this.#pages = options.pages;
    this.#commitment = new StateCommitment({ pages: options.pages, row: (address) => this.row(address) });
    this.#bytesMax = options.bytesMax;
    this.#store = options.store;
  }

  row(address: RowAddress): Uint8Array | undefined {
    const name = nameOf(address);
    const changed = this.#changed.get(name);
    if (changed !== undefined) return changed.value;
    const cached = this.#rows.get(name);
    const value = cached === undefined ? this.#below.row(address) : cached.value;
    this.#remember(name, value);
    return value;
  }

  /** A range is read from the database, so what changed goes there first. */
  rows(range: RowRange): readonly Row[] {
    this.#storeRows();
    return this.#below.rows(range);
  }

  keys(range: KeyRange): readonly string[] {
    this.#storeRows();
    return this.#below.keys(range);
  }

  spent(id: Hash): SpentId | undefined {
    return this.#below.spent(id);
  }

  change({ module, table, key, after }: RowChange): void {
    const address = { module, table, key };
    this.#changed.set(nameOf(address), { address, value: after });
  }

  /** How many rows are different from what the state tree holds. */
  get noted(): number {
    return this.#commitment.noted;
  }

  /** Rows that have changed: the state tree does not hold them as they are. */
  note(rows: readonly RowAddress[]): void {
    this.#commitment.note(rows);
  }

  stateRoot(sha256: Sha256, changes: readonly RowChange[]): Hash {
    return this.#pages.checkpoint(() => this.#commitment.fold(sha256, changes));
  }

  /** Brings the state tree up to the rows. */
  foldTree(sha256: Sha256): void {
    this.#commitment.fold(sha256);
  }

  /** Stores what was changed. To be called before the transaction of the batch is committed. */
  flush(): void {
    this.#storeRows();
  }

  #storeRows(): void {
    for (const [name, { address, value }] of this.#changed) {
      this.#store(address, value);
      this.#remember(name, value);
    }
    this.#changed.clear();
  }

  #remember(name: string, value: Uint8Array | undefined): void {
    const before = this.#rows.get(name);
    if (before !== undefined) this.#forget(name, before);
    this.#rows.set(name, { value });
    this.#bytes += sizeOf(name, value);
    while (this.#bytes > this.#bytesMax) {
      const oldest = this.#rows.entries().next().value;
      if (oldest === undefined) return;
      this.#forget(...oldest);
    }
  }

  #forget(name: string, { value }: Cached): void {
    this.#rows.delete(name);
    this.#bytes -= sizeOf(name, value);
  }
}

const sizeOf = (name: string, value: Uint8Array | undefined): number =>
  2 * name.length + (value?.length ?? 0) + OVERHEAD_BYTES;
