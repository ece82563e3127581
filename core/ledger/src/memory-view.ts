// The state in memory: for tests, the simulator and offline verification. It keeps what `apply`
// yields, entry by entry, and forgets ids whose expiry has passed in log time (C9).

import { assert, compareText, equalBytes, type Hash, hex, type Sha256 } from "@juno/base";
import type { RowProof } from "@juno/proof";
import type { Applied } from "./applied.ts";
import { MemoryPages, StateCommitment } from "./state-commitment.ts";
import type { KeyRange, RootedView, Row, RowAddress, RowChange, RowRange, SpentId } from "./view.ts";

type Table = Map<string, Uint8Array>;

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined ? a === b : equalBytes(a, b);

export class MemoryView implements RootedView {
  readonly #modules = new Map<string, Map<string, Table>>();
  readonly #spent = new Map<string, SpentId>();
  readonly #commitment = new StateCommitment({
    pages: new MemoryPages(),
    row: (address) => this.row(address),
  });
  #logTime = 0;
  /** Pruning at every entry would be quadratic. */
  #pruneAbove = 1_000;
  #rememberedMax = 0;

  row(address: RowAddress): Uint8Array | undefined {
    return this.#modules.get(address.module)?.get(address.table)?.get(address.key);
  }

  rows(range: RowRange): readonly Row[] {
    const { after, prefix = "", limit } = range;
    const table = this.#modules.get(range.module)?.get(range.table) ?? new Map<string, Uint8Array>();
    return [...table]
      .filter(([key]) => key.startsWith(prefix) && (after === undefined || compareText(key, after) > 0))
      .sort(([a], [b]) => compareText(a, b))
      .slice(0, limit)
      .map(([key, value]) => ({ key, value }));
  }

  keys(range: KeyRange): readonly string[] {
    return this.rows(range).map(({ key }) => key);
  }

  spent(id: Hash): SpentId | undefined {
    return this.#spent.get(hex(id));
  }

  stateRoot(sha256: Sha256, changes: readonly RowChange[]): Hash {
    return this.#commitment.fold(sha256, changes);
  }

  /** E42: what leads from a row's place to the root that was asked for last. */
  prove(sha256: Sha256, address: RowAddress): RowProof {
    return this.#commitment.prove(sha256, address);
  }

  /** Every row, in order of module, table and key. */
  all(): (RowAddress & { readonly value: Uint8Array })[] {
    const found: (RowAddress & { readonly value: Uint8Array })[] = [];
    for (const module of [...this.#modules.keys()].sort(compareText)) {
      for (const table of [...this.#modules.get(module)!.keys()].sort(compareText)) {
        const rows = this.rows({ module, table, limit: Number.MAX_SAFE_INTEGER });
        for (const { key, value } of rows) found.push({ module, table, key, value });
      }
    }
    return found;
  }

  /** Replaces rows. Each must stand as the change says it did before. */
  change(changes: readonly RowChange[]): void {
    for (const change of changes) {
      assert(same(this.row(change), change.before), `row ${change.key} stands as its change says`);
      const tables = this.#modules.get(change.module) ?? new Map<string, Table>();
      const table = tables.get(change.table) ?? new Map<string, Uint8Array>();
      if (change.after === undefined) table.delete(change.key);
      else table.set(change.key, change.after);
      tables.set(change.table, table);
      this.#modules.set(change.module, tables);
    }
  }

  /** Takes in what an entry yielded. */
  accept(applied: Applied, entry: { readonly index: number; readonly time: number }): void {
    this.change(applied.changes);
    // A checkpoint's changes were folded into the state tree when its root was asked for.
    if (applied.stateRoot === undefined) this.#commitment.note(applied.changes);
    this.#logTime = entry.time;
    const { command } = applied;
    if (command?.spends === true) {
      this.#spent.set(hex(command.id), { index: entry.index, expires: command.expires! });
    }
    this.#rememberedMax = Math.max(this.#rememberedMax, this.#spent.size);
    if (this.#spent.size > this.#pruneAbove) this.#prune();
  }

  /** The most ids that were ever held at once. */
  get rememberedMax(): number {
    return this.#rememberedMax;
  }

  /** Starts an empty view from what a snapshot holds. Returns the state root (C20). */
  restore(
    sha256: Sha256,
    held: {
      readonly rows: readonly (RowAddress & { readonly value: Uint8Array })[];
      readonly ids: readonly (SpentId & { readonly id: Hash })[];
      /** Log time, milliseconds since 1970. */
      readonly time: number;
    },
  ): Hash {
    const changes = held.rows.map(({ value, ...address }) => ({
      ...address,
      before: undefined,
      after: value,
    }));
    this.change(changes);
    for (const { id, index, expires } of held.ids) this.#spent.set(hex(id), { index, expires });
    this.#logTime = held.time;
    return this.stateRoot(sha256, changes);
  }

  /** C9: the ids that must still be remembered, by id. */
  window(): (SpentId & { readonly id: string })[] {
    this.#prune();
    return [...this.#spent].map(([id, spent]) => ({ id, ...spent })).sort((a, b) => compareText(a.id, b.id));
  }

  #prune(): void {
    for (const [id, { expires }] of this.#spent) if (expires < this.#logTime) this.#spent.delete(id);
    this.#pruneAbove = 2 * this.#spent.size + 1_000;
  }
}
