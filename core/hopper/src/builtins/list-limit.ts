// L32: how long a list may be that a builtin makes. It keeps what one call allocates within the heap's limit,
// which is checked after the call.

import type { Meter } from "../machine/effects.ts";

export const LIST_ITEMS_MAX = 1 << 20;

export function listWithin(length: number, meter: Meter): void {
  if (length > LIST_ITEMS_MAX) meter.fail("ListExceeded", { max: LIST_ITEMS_MAX });
}
