// The OrderStore port in memory.

import type { KeptOrders, OrderStore } from "../order-store.ts";

export class MemoryOrderStore implements OrderStore {
  #kept: KeptOrders | undefined;

  load(): Promise<KeptOrders | undefined> {
    return Promise.resolve(this.#kept);
  }

  save(kept: KeptOrders): Promise<void> {
    this.#kept = kept;
    return Promise.resolve();
  }
}
