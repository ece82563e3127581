// What a disk refuses while an archive, or what goes with one, is written, as a Failure that says what to do.

import { Failure } from "@juno/failure";

/** Any other error as it is. */
export function writeFailure(target: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return error;
  const isFull = error.code === "ENOSPC" || error.code === "EDQUOT";
  const advice = isFull
    ? "free some space and run the same command again"
    : "run the same command again once it can be";
  const message = `${target} cannot be written: ${error.message}; ${advice}`;
  return new Failure(isFull ? "disk_full" : "disk_failed", message, { cause: error });
}
