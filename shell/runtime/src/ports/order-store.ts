// Port: what a node keeps of its operator's orders (A32). It is no part of the log: only this node goes by it.

/** The node is halted: by which key, lower-case hex, since when (ms since 1970, by its own clock) and why. */
export type Held = { readonly key: string; readonly since: number; readonly reason: string };

export type KeptOrders = {
  /** Of the last order that was carried out: no older one is, nor the same once more. */
  readonly issued: number;
  readonly held: Held | undefined;
};

export interface OrderStore {
  /** Undefined if nothing was ever kept. Rejects with Failure("store_damaged") if what was kept cannot be read. */
  load(): Promise<KeptOrders | undefined>;
  /** Resolves when it is durable; until then, and if it rejects, what was kept before stands. */
  save(kept: KeptOrders): Promise<void>;
}
