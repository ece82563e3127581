// What every OrderStore must do.

import { expect, it } from "vitest";
import type { OrderStore } from "../src/ports/order-store.ts";

const held = { key: "ab".repeat(32), since: 5, reason: 'it is "odd"\n' };

/** `open`: the same store again, as after a restart. */
export function orderStoreSuite(make: () => { open(): OrderStore; end(): void }): void {
  it("keeps what was saved last, also for the next life (A32)", async () => {
    const { open, end } = make();
    expect(await open().load()).toBeUndefined();
    await open().save({ issued: 1, held });
    expect(await open().load()).toEqual({ issued: 1, held });
    await open().save({ issued: 2, held: undefined });
    expect(await open().load()).toEqual({ issued: 2, held: undefined });
    end();
  });
}
