// Keeps the state tree (C20) up to date with rows: notes which rows changed, and folds them in when the
// root is wanted, together. Where rows and pages are kept is its owner's business.

import { type Hash, hex, type Sha256 } from "@juno/base";
import { type RowProof, rowPath, type StatePages, StateTree } from "@juno/proof";
import type { RowAddress, RowChange } from "./view.ts";

const nameOf = ({ module, table, key }: RowAddress): string => `${module}\0${table}\0${key}`;

export class StateCommitment {
  readonly #pages: StatePages;
  readonly #row: (address: RowAddress) => Uint8Array | undefined;
  /** Rows that changed since they were folded in, each once. */
  readonly #noted = new Map<string, RowAddress>();

  /** `row` tells how a noted row stands when it is folded in. */
  constructor(parts: {
    readonly pages: StatePages;
    readonly row: (address: RowAddress) => Uint8Array | undefined;
  }) {
    this.#pages = parts.pages;
    this.#row = parts.row;
  }

  /** How many rows wait to be folded in. */
  get noted(): number {
    return this.#noted.size;
  }

  note(rows: readonly RowAddress[]): void {
    for (const { module, table, key } of rows) {
      const address = { module, table, key };
      this.#noted.set(nameOf(address), address);
    }
  }

  /** Folds in what was noted, and changes that are about to be made; returns the root. */
  fold(sha256: Sha256, changes: readonly RowChange[] = []): Hash {
    const tree = new StateTree(sha256, this.#pages);
    const changed = new Map(changes.map((change) => [nameOf(change), change]));
    const leaves = changes.map((change) => leafOf(sha256, change, change.after));
    for (const [name, address] of this.#noted) {
      if (!changed.has(name)) leaves.push(leafOf(sha256, address, this.#row(address)));
    }
    this.#noted.clear();
    return tree.fold(leaves);
  }

  /** What leads from a row's place to the root, as it was when rows were folded in last. */
  prove(sha256: Sha256, address: RowAddress): RowProof {
    return new StateTree(sha256, this.#pages).prove(rowPath(sha256, address));
  }
}

const leafOf = (sha256: Sha256, address: RowAddress, row: Uint8Array | undefined) => ({
  path: rowPath(sha256, address),
  digest: row && sha256(row),
});

/** Pages in memory. */
export class MemoryPages implements StatePages {
  readonly #pages = new Map<string, Uint8Array>();

  read(place: Uint8Array): Uint8Array | undefined {
    return this.#pages.get(hex(place));
  }

  write(place: Uint8Array, page: Uint8Array | undefined): void {
    if (page === undefined) this.#pages.delete(hex(place));
    else this.#pages.set(hex(place), page);
  }
}
