// The Verifier port on the calling thread, for tests and simulations.

import type { VerifySignature } from "@juno/base";
import { Failure } from "@juno/failure";
import type { Verifier } from "../verifier.ts";

export function memoryVerifier(verifySignature: VerifySignature): Verifier {
  let closed = false;
  return {
    async verify(checks) {
      if (closed) throw new Failure("verifier_failed", "the verifier is closed");
      return checks.map(verifySignature);
    },
    async close() {
      closed = true;
    },
  };
}
