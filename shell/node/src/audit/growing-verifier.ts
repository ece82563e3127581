// Verifies on the calling thread what is little, and starts a pool of threads once it is much: threads
// take longer to start than a short log takes to verify.

import { availableParallelism } from "node:os";
import type { Verifier } from "@juno/runtime";
import { verifySignature } from "../crypto/sodium.ts";
import { verifierPool } from "../verifier/verifier-pool.ts";

/** About a tenth of a second. */
const INLINE_CHECKS = 2_000;

/** One thread per core unless told. */
export function growingVerifier(workers = availableParallelism()): Verifier {
  let done = 0;
  let pool: Verifier | undefined;
  return {
    verify: async (checks) => {
      done += checks.length;
      if (done <= INLINE_CHECKS) return checks.map(verifySignature);
      pool ??= verifierPool({ workers });
      return pool.verify(checks);
    },
    close: async () => pool?.close(),
  };
}
