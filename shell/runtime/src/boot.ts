// What a node makes sure of before it takes part, beyond what its stores have checked: that the
// certificate it remembers verifies (5.7), and that the state machine has caught up with the log.

import type { LogIndex } from "@juno/base";
import { Failure } from "@juno/failure";
import { type Certificate, checkCertificate, type Electorate } from "@juno/proof";
import type { AppliedBatch, Executor } from "./ports/executor.ts";
import type { Verifier } from "./ports/verifier.ts";

/** 5.7: the certificate found on disk must be what it was when it was adopted. */
export async function verifyCertified(
  electorate: Electorate,
  certificate: Certificate,
  verifier: Verifier,
): Promise<void> {
  const checks = checkCertificate(electorate, certificate);
  const answers = checks.ok && checks.value.length > 0 ? await verifier.verify(checks.value) : [];
  if (checks.ok && answers.every(Boolean)) return;
  throw new Failure(
    "store_damaged",
    "the certificate stored in log.db does not verify: the file was damaged or altered. This node must not vote again under its key; bring it back under a new one.",
  );
}

/** Replays the log up to an index. */
export function applyThrough(
  executor: Executor,
  index: LogIndex,
  note: (batch: AppliedBatch) => void,
): Promise<AppliedBatch["applied"]> {
  return new Promise((resolve, reject) => {
    let isDone = false;
    executor.onFailure(reject);
    executor.onApplied((batch) => {
      if (isDone) return;
      note(batch);
      isDone = batch.applied.index >= index;
      if (isDone) resolve(batch.applied);
    });
    executor.apply(index);
  });
}
