// Port: where a node puts entries before it lets go of them.

import type { LogIndex } from "@juno/base";

export interface Archive {
  /** Where others find it: told to whoever asks for what is pruned. */
  readonly location: string;
  /** Resolves when every entry up to `through`, which is applied, is in it, durably. Rejects if that fails. */
  extend(through: LogIndex): Promise<void>;
}
