// Rows as they would be (C11): reads fall through to what lies below, writes stay here until they
// are absorbed below or dropped whole. Actions run on an overlay each; so a failed one leaves
// nothing behind.

import { assert, canonicalJson, equalBytes, isJsonObject, type JsonObject, parseJson } from "@juno/base";
import { compareAddress, type RowAddress, type RowReader } from "./view.ts";

/** A row both ways: as value and as canonical bytes. */
export type StoredRow = { readonly json: JsonObject; readonly bytes: Uint8Array };

export type StoredChange = RowAddress & {
  readonly before: StoredRow | undefined;
  readonly after: StoredRow | undefined;
};

type Held = {
  readonly address: RowAddress;
  readonly before: StoredRow | undefined;
  now: StoredRow | undefined;
};

const ROW_BYTES_MAX = 16 * 1024 * 1024;

/** Modules and tables are identifiers, so the first two NULs separate. */
const placeOf = (address: RowAddress): string => `${address.module}\0${address.table}\0${address.key}`;

function unchanged(held: Held): boolean {
  const { before, now } = held;
  if (before === undefined || now === undefined) return before === now;
  return before === now || equalBytes(before.bytes, now.bytes);
}

export class Overlay {
  readonly #below: (address: RowAddress) => StoredRow | undefined;
  readonly #held = new Map<string, Held>();

  constructor(below: (address: RowAddress) => StoredRow | undefined) {
    this.#below = below;
  }

  #hold(address: RowAddress): Held {
    const place = placeOf(address);
    let held = this.#held.get(place);
    if (held === undefined) {
      const before = this.#below(address);
      held = { address, before, now: before };
      this.#held.set(place, held);
    }
    return held;
  }

  read(address: RowAddress): StoredRow | undefined {
    return this.#hold(address).now;
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
    for (const { address, now } of above.#held.values()) this.write(address, now);
  }
}

export const storedRow = (json: JsonObject): StoredRow => ({ json, bytes: canonicalJson(json) });

/** The value of a stored row. */
export function rowJson(bytes: Uint8Array): JsonObject {
  const parsed = parseJson(bytes, { bytesMax: ROW_BYTES_MAX });
  assert(parsed.ok && isJsonObject(parsed.value), "a stored row is a canonical JSON object");
  return parsed.value;
}

/** The lowest overlay of a command: each row of the view is parsed once. */
export function overlayOver(view: RowReader): Overlay {
  return new Overlay((address) => {
    const bytes = view.row(address);
    return bytes && { json: rowJson(bytes), bytes };
  });
}

/** An overlay upon an overlay: one action's. */
export const overlayUpon = (below: Overlay): Overlay => new Overlay((address) => below.read(address));
