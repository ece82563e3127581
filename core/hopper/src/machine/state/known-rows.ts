// Rows that a command has written or read, as values and as texts: what one of its actions wrote, the next need not read
// again. Rows are never changed in place, so the same bytes under the same shape are the same value.

import type { Shape } from "../shape.ts";
import type { Value } from "../value.ts";

/** UTF-16 units of the texts that are kept; what comes later is read again. */
const UNITS_MAX = 4 * 1_048_576;

type KnownRow = { readonly shape: Shape; readonly value: Value; readonly text: string };

export class KnownRows {
  readonly #rows = new Map<Uint8Array, KnownRow>();
  #units = 0;

  remember(bytes: Uint8Array, row: KnownRow): void {
    if (this.#units + row.text.length > UNITS_MAX) return;
    this.#units += row.text.length;
    this.#rows.set(bytes, row);
  }

  valueOf(bytes: Uint8Array, shape: Shape): Value | undefined {
    const known = this.#rows.get(bytes);
    return known?.shape === shape ? known.value : undefined;
  }

  textOf(bytes: Uint8Array): string | undefined {
    return this.#rows.get(bytes)?.text;
  }
}
