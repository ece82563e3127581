// The ledger's own rows as governance reads and writes them (C24): each look and each write is charged for, so that all
// that an act does is paid by the command that brings it about. Entries that are no commands pay nothing.

import { assert, canonicalJson, isJsonObject, type JsonObject, parseJson } from "@juno/base";
import { ROW_GAS } from "@juno/hopper";
import { SYSTEM } from "../deployed-module.ts";
import type { Overlay } from "../overlay.ts";
import type { KeyRange, RowAddress, RowReader } from "../view.ts";

export type OwnAddress = RowAddress & { readonly module: typeof SYSTEM.module };

export const ownAddress = (table: string, key: string): OwnAddress => ({ module: SYSTEM.module, table, key });

const INDEX_DIGITS = 16;

/** Sixteen digits, so that keys stand in the order of the numbers. */
export const numberKey = (number: number): string => String(number).padStart(INDEX_DIGITS, "0");

/** A row of the ledger's own; undefined if there is none. */
export function ownRow(rows: Pick<RowReader, "row">, table: string, key: string): JsonObject | undefined {
  const row = rows.row(ownAddress(table, key));
  return row === undefined ? undefined : ownObject(row);
}

export function ownObject(row: Uint8Array): JsonObject {
  const parsed = parseJson(row, { bytesMax: row.length });
  assert(parsed.ok && isJsonObject(parsed.value), "the ledger's own rows are JSON objects");
  return parsed.value;
}

const KEYS_PER_PAGE = 256;

/** The keys of one of the ledger's own tables, in order. */
export function* ownKeys(rows: RowReader, table: string): Generator<string> {
  const range = { module: SYSTEM.module, table, limit: KEYS_PER_PAGE };
  for (let page = rows.keys(range); ; page = rows.keys({ ...range, after: page.at(-1)! })) {
    yield* page;
    if (page.length < KEYS_PER_PAGE) return;
  }
}

export class OwnRows implements RowReader {
  readonly #rows: Overlay;
  readonly #charge: (gas: number) => void;

  constructor(rows: Overlay, charge: (gas: number) => void = () => undefined) {
    this.#rows = rows;
    this.#charge = charge;
  }

  row(address: RowAddress): Uint8Array | undefined {
    this.#charge(ROW_GAS.read);
    const row = this.#rows.row(address);
    if (row !== undefined) this.#charge(Math.floor(row.length / ROW_GAS.readBytesPerGas));
    return row;
  }

  keys(range: KeyRange): readonly string[] {
    this.#charge(ROW_GAS.read);
    const keys = this.#rows.keys(range);
    this.#charge(ROW_GAS.listedKey * keys.length);
    return keys;
  }

  put(table: string, key: string, value: JsonObject): void {
    const row = canonicalJson(value);
    this.#charge(ROW_GAS.write + ROW_GAS.writeByte * row.length);
    this.#rows.write(ownAddress(table, key), row);
  }

  remove(table: string, key: string): void {
    this.#charge(ROW_GAS.write);
    this.#rows.write(ownAddress(table, key), undefined);
  }
}
