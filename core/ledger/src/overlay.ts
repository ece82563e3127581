// Rows as they would be (C11): reads fall through to what lies below, writes stay here until they
// are absorbed below or dropped whole. Actions run on an overlay each; so a failed one leaves
// nothing behind.

import {
  assert,
  canonicalText,
  isJsonObject,
  type JsonObject,
  parseJsonText,
  parseUtf8,
  utf8,
} from "@juno/base";
import { compareAddress, type RowAddress, type RowReader } from "./view.ts";

/** A row as value and as canonical text (C2); the bytes, if it came from the view. */
export type StoredRow = { readonly json: JsonObject; readonly text: string; readonly bytes?: Uint8Array };

export type StoredChange = RowAddress & {
  readonly before: StoredRow | undefined;
  readonly after: StoredRow | undefined;
};

type Held = {
  readonly address: RowAddress;
  readonly before: StoredRow | undefined;
  now: StoredRow | undefined;
};

/** Modules and tables are identifiers, so the first two NULs separate. */
const placeOf = (address: RowAddress): string => `${address.module}\0${address.table}\0${address.key}`;

function unchanged(held: Held): boolean {
  const { before, now } = held;
  return before?.text === now?.text;
}

type Below = (address: RowAddress, place: string) => StoredRow | undefined;

export class Overlay {
  readonly #below: Below;
  readonly #held = new Map<string, Held>();

  constructor(below: Below) {
    this.#below = below;
  }

  #hold(address: RowAddress, place = placeOf(address)): Held {
    let held = this.#held.get(place);
    if (held === undefined) {
      const before = this.#below(address, place);
      held = { address, before, now: before };
      this.#held.set(place, held);
    }
    return held;
  }

  read(address: RowAddress, place?: string): StoredRow | undefined {
    return this.#hold(address, place).now;
  }

  write(address: RowAddress, row: StoredRow | undefined): void {
    this.#hold(address).now = row;
  }

  /** Net changes against what lies below, in order of address (C13). */
  changes(): StoredChange[] {
    return [...this.#held.values()]
      .filter((held) => !unchanged(held))
      .map(({ address, before, now }) => ({ ...address, before, after: now }))
      .sort(compareAddress);
  }

  /** Takes over what an overlay above this one holds. */
  absorb(above: Overlay): void {
    for (const [place, { address, now }] of above.#held) this.#hold(address, place).now = now;
  }
}

export const bytesOfRow = (row: StoredRow): Uint8Array => row.bytes ?? utf8(row.text);

export const storedRow = (json: JsonObject): StoredRow => ({ json, text: canonicalText(json) });

function parseRow(bytes: Uint8Array): StoredRow {
  const text = parseUtf8(bytes);
  assert(text !== undefined, "a stored row is UTF-8");
  const parsed = parseJsonText(text);
  assert(parsed.ok && isJsonObject(parsed.value), "a stored row is a JSON object");
  return { json: parsed.value, text, bytes };
}

/** The value of a stored row. */
export const rowJson = (bytes: Uint8Array): JsonObject => parseRow(bytes).json;

/** The lowest overlay of a command: each row of the view is parsed once. */
export function overlayOver(view: RowReader): Overlay {
  return new Overlay((address) => {
    const bytes = view.row(address);
    return bytes && parseRow(bytes);
  });
}

/** An overlay upon an overlay: one action's. */
export const overlayUpon = (below: Overlay): Overlay =>
  new Overlay((address, place) => below.read(address, place));
