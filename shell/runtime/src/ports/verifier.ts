// Port: the one verifier of signatures, off the main thread, in batches.

import type { SignatureCheck } from "@juno/base";

export interface Verifier {
  /** One answer per check, in order. Rejects only when the verifier itself is broken or closed. */
  verify(checks: readonly SignatureCheck[]): Promise<readonly boolean[]>;
  close(): Promise<void>;
}
