// How a node's process ends, for scripts that start it. Each kind of failure has its own code; the
// operator guide lists them.

import { InvariantError } from "@juno/base";
import { Failure, type FailureCode } from "@juno/failure";

export const EXIT_CODES: Readonly<Record<FailureCode, number>> = {
  config_invalid: 10,
  address_in_use: 11,
  key_unusable: 12,
  store_missing: 13,
  store_damaged: 14,
  store_foreign: 15,
  store_rolled_back: 16,
  store_in_use: 17,
  store_exists: 18,
  disk_full: 19,
  disk_failed: 20,
  executor_failed: 21,
  verifier_failed: 22,
  too_old: 23,
};

/** A broken invariant: a bug, or memory that lies. */
const EXIT_BUG = 70;

/** How a process ends for this cause: a stable code, what an operator is told, and the exit code. */
export function describeFailure(cause: unknown): {
  readonly code: FailureCode | "bug" | "unexpected";
  readonly message: string;
  readonly exitCode: number;
} {
  if (cause instanceof Failure) {
    return { code: cause.code, message: cause.message, exitCode: EXIT_CODES[cause.code] };
  }
  // A sentence for what the world did, everything for a bug.
  const message = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  if (cause instanceof InvariantError) return { code: "bug", message, exitCode: EXIT_BUG };
  return { code: "unexpected", message, exitCode: 1 };
}
