// Which entry stands on which, as far as anybody honest has stored it.

import { equalBytes, hex } from "@juno/base";
import type { Point } from "@juno/proof";

export const keyOf = (point: Point): string => `${point.index}/${hex(point.hash)}`;

export class Ancestry {
  readonly #parents = new Map<string, Point>();

  add(point: Point, parent: Point): void {
    if (point.index <= 1) return;
    const key = keyOf(point);
    if (!this.#parents.has(key)) this.#parents.set(key, { index: parent.index, hash: parent.hash });
  }

  /** Whether the chain through `high` is known to pass through `low`, or not known at all. */
  extends(high: Point, low: Point): boolean {
    let at: Point | undefined = high;
    while (at !== undefined && at.index > low.index) at = this.#parents.get(keyOf(at));
    return at === undefined || (at.index === low.index && equalBytes(at.hash, low.hash));
  }
}
