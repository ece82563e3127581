// What a node makes sure of before it takes part: that its memory is whole, its own, and not older than
// what it has signed (5.7), and that the state machine has caught up with the log.

import { equalBytes, type Hash, hex, type LogIndex } from "@juno/base";
import { type Certificate, checkCertificate, type Electorate, type Genesis } from "@juno/proof";
import { Failure } from "./failure.ts";
import type { AppliedBatch, Executor } from "./ports/executor.ts";
import type { LogStore } from "./ports/log-store.ts";
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

/** 5.7: a log that lacks what the state was computed from is older than what this node has signed. */
export async function checkNotRolledBack(
  store: LogStore,
  genesis: Genesis,
  opened: { applied: { index: LogIndex }; hash: Hash },
): Promise<void> {
  const { index } = opened.applied;
  if (index === 0 && equalBytes(opened.hash, genesis.network)) return;
  const [entry] = index === 0 ? [] : await store.read({ from: index, to: index, bytesMax: 1 });
  if (entry !== undefined && equalBytes(entry.hash, opened.hash)) return;
  throw new Failure(
    "store_rolled_back",
    `state.db was computed from entry ${index} (${hex(opened.hash).slice(0, 16)}…), which log.db does not hold: log.db is older than what this node has signed, as after restoring a backup. It must not vote again under its key; bring it back under a new one.`,
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
