// Port: the one verifier of signatures, off the main thread, in batches. It is shared by all whose
// signatures have to be checked; each of them has a lane.

import type { SignatureCheck } from "@juno/base";

export interface Verifier {
  /**
   * One answer per check, in order. Rejects only when the verifier itself is broken or closed. Calls of
   * one lane are taken in order, lanes in turn, so that nobody waits for the whole of another's lane.
   * Nothing bounds a lane but whoever fills it.
   */
  verify(checks: readonly SignatureCheck[], lane?: string): Promise<readonly boolean[]>;
  close(): Promise<void>;
}
