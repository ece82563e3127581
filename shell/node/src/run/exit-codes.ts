// How a node's process ends, for scripts that start it. Each kind of failure has its own code; the
// operator guide lists them.

import { InvariantError } from "@juno/base";
import { Failure, type FailureCode } from "@juno/runtime";

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
};

/** A broken invariant: a bug, or memory that lies. */
const EXIT_BUG = 70;

export function exitCodeOf(cause: unknown): number {
  if (cause instanceof Failure) return EXIT_CODES[cause.code];
  return cause instanceof InvariantError ? EXIT_BUG : 1;
}

/** What an operator is told: a sentence for what the world did, everything for a bug. */
export function explainFailure(cause: unknown): string {
  if (cause instanceof Failure) return `${cause.code}: ${cause.message}`;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
