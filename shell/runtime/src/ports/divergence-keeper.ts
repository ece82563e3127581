// Port: where a node that left, or halted, keeps what people need to find out why (V16).

import type { LogIndex } from "@juno/base";
import type { Divergence, Mode } from "@juno/consensus";

export type Departure = {
  readonly mode: Mode;
  readonly reason: string;
  /** Where it is to be looked: the entry it is about, or the last one before it was found. */
  readonly index: LogIndex;
  /** What was found, if that is known still. */
  readonly found: Divergence | undefined;
};

export interface DivergenceKeeper {
  /**
   * Keeps what there is, once for each time that a node leaves. Holds nobody up. Resolves with where, or undefined if it was
   * kept before; rejects if it cannot be written, and then nothing of it is left.
   */
  keep(departure: Departure): Promise<string | undefined>;
}
