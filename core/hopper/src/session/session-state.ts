// A ledger in memory, for trying contracts out: rows, time, how much there is of each asset. A state is never changed: what
// a command does makes the next one, so going back is to take an older one.

import {
  assert,
  canonicalJson,
  compareText,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonObject,
  parseJsonText,
  parseUtf8,
  type Sha256,
} from "@juno/base";
import type { SupplyChange } from "../machine/state/coin-tally.ts";
import { compareAddress, type RowChange } from "../machine/state/row-overlay.ts";
import { signerKey, TEST_START_MS } from "../machine/testing-effects.ts";
import type { World } from "../machine/world.ts";

type Table = ReadonlyMap<string, Uint8Array>;

const tableName = (module: string, table: string): string => `${module}.${table}`;

export class SessionState {
  readonly time: number;
  readonly #tables: ReadonlyMap<string, Table>;
  /** What was minted and not burned, by the asset's canonical text. */
  readonly #supply: ReadonlyMap<string, bigint>;

  constructor(
    time: number = TEST_START_MS,
    tables: ReadonlyMap<string, Table> = new Map(),
    supply: ReadonlyMap<string, bigint> = new Map(),
  ) {
    this.time = time;
    this.#tables = tables;
    this.#supply = supply;
  }

  supplyOf(asset: string): bigint {
    return this.#supply.get(asset) ?? 0n;
  }

  /** Every row, in order of its address, as a change from nothing. */
  rows(): RowChange[] {
    return [...this.#tables]
      .flatMap(([name, rows]) => {
        const dot = name.lastIndexOf(".");
        const place = { module: name.slice(0, dot), table: name.slice(dot + 1) };
        return [...rows].map(([key, after]): RowChange => ({ ...place, key, before: undefined, after }));
      })
      .sort(compareAddress);
  }

  /** The same ledger at a later time; time never goes back (L46). */
  at(time: number): SessionState {
    return new SessionState(Math.max(time, this.time), this.#tables, this.#supply);
  }

  /** What `fromJson` reads. */
  toJson(): Json {
    const rows = this.rows().map(({ module, table, key, after }) => {
      const row = parseJsonText(parseUtf8(after!) ?? "");
      assert(row.ok, "a row is canonical JSON");
      return jsonObject({ module, table, key, row: row.value });
    });
    const supply = new Map([...this.#supply].map(([asset, amount]) => [asset, String(amount)]));
    return jsonObject({ time: this.time, rows, supply });
  }

  /** Undefined if it is no state. Whether the rows fit their tables is not looked at. */
  static fromJson(json: Json): SessionState | undefined {
    if (!isJsonObject(json)) return undefined;
    const [time, rows, supply] = ["time", "rows", "supply"].map((name) => json.get(name));
    if (typeof time !== "number" || !Array.isArray(rows) || !isJsonObject(supply ?? null)) return undefined;
    const changes: RowChange[] = [];
    for (const one of rows as readonly Json[]) {
      if (!isJsonObject(one)) return undefined;
      const [module, table, key, row] = ["module", "table", "key", "row"].map((name) => one.get(name));
      if (typeof module !== "string" || typeof table !== "string" || typeof key !== "string")
        return undefined;
      if (row === undefined) return undefined;
      changes.push({ module, table, key, before: undefined, after: canonicalJson(row) });
    }
    const sums = new Map<string, bigint>();
    for (const [asset, amount] of supply as JsonObject) {
      if (typeof amount !== "string" || !/^-?\d{1,1000}$/.test(amount)) return undefined;
      sums.set(asset, BigInt(amount));
    }
    return new SessionState(time, new Map(), sums).after({ time, changes, supply: [] });
  }

  after(done: {
    readonly time: number;
    readonly changes: readonly RowChange[];
    readonly supply: readonly SupplyChange[];
  }): SessionState {
    const tables = new Map(this.#tables);
    const copied = new Map<string, Map<string, Uint8Array>>();
    for (const { module, table, key, after } of done.changes) {
      const name = tableName(module, table);
      const rows = copied.get(name) ?? new Map(tables.get(name));
      copied.set(name, rows);
      if (after === undefined) rows.delete(key);
      else rows.set(key, after);
    }
    for (const [name, rows] of copied) tables.set(name, rows);
    const supply = new Map(this.#supply);
    for (const { asset, minted, burned } of done.supply) {
      supply.set(asset, (supply.get(asset) ?? 0n) + BigInt(minted) - BigInt(burned));
    }
    return new SessionState(done.time, tables, supply);
  }

  /** What a command sees; `signers` are made up by name, and each has the role of that name (L60). */
  world(sha256: Sha256, signers: readonly string[]): World {
    return {
      sha256,
      time: this.time,
      signers: signers.map((name) => ({ key: signerKey(sha256, name), grants: [] })),
      roles: (role) => [signerKey(sha256, role)],
      row: ({ module, table, key }) => this.#tables.get(tableName(module, table))?.get(key),
      keys: ({ module, table, after, limit }) => {
        const keys = [...(this.#tables.get(tableName(module, table))?.keys() ?? [])].sort(compareText);
        const from = after === undefined ? 0 : keys.findIndex((key) => compareText(key, after) > 0);
        return from === -1 ? [] : keys.slice(from, from + limit);
      },
    };
  }
}
