// What a node makes sure of before it takes part, beyond what its stores have checked: that the
// certificate it remembers verifies (5.7), and that the state machine has caught up with the log.

import type { LogIndex } from "@juno/base";
import type { DurableState } from "@juno/consensus";
import { Failure } from "@juno/failure";
import type { LedgerContext } from "@juno/ledger";
import { type Certificate, checkCertificate, type Electorate, firstEpoch } from "@juno/proof";
import { LedgerAdmission } from "./admission.ts";
import type { Applied, AppliedBatch, Executor } from "./ports/executor.ts";
import type { LogStore } from "./ports/log-store.ts";
import type { Verifier } from "./ports/verifier.ts";
import { orderedIn, type RedactionOrder } from "./redactor.ts";

/** 5.7: the certificate found on disk must be what it was when it was adopted. */
async function verifyCertified(
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

export type Boot = {
  readonly admission: LedgerAdmission;
  readonly durable: DurableState;
  readonly applied: Applied;
  /** All redactions that the state has ordered (C22). */
  readonly orders: readonly RedactionOrder[];
};

/** Loads what was stored, and applies what is committed. */
export async function boot(
  ports: { readonly store: LogStore; readonly executor: Executor; readonly verifier: Verifier },
  ledger: LedgerContext,
): Promise<Boot> {
  const { store, executor, verifier } = ports;
  const admission = new LedgerAdmission(ledger);
  const durable = await store.load();
  await verifyCertified(firstEpoch(ledger.genesis).electorate, durable.certified, verifier);
  const { applied, ids, redactions } = await executor.open();
  admission.restore(ids);
  const { index } = durable.committed;
  if (applied.index >= index) return { admission, durable, applied, orders: redactions };
  const orders: RedactionOrder[] = [...redactions];
  const replayed = await applyThrough(executor, index, (batch) => {
    admission.note(batch);
    orders.push(...orderedIn(batch));
  });
  return { admission, durable, applied: replayed, orders };
}

/** Replays the log up to an index. */
function applyThrough(
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
