// What a node makes sure of before it takes part, beyond what its stores have checked: that the
// certificate it remembers verifies (5.7), and that the state machine has caught up with the log.

import { type LogIndex, refuse } from "@juno/base";
import type { DurableState } from "@juno/consensus";
import { Failure } from "@juno/failure";
import type { LedgerContext } from "@juno/ledger";
import {
  checkCertificate,
  decodeTermCertificate,
  type EpochLink,
  type Epochs,
  firstEpoch,
  followLinks,
  type TermCertificate,
} from "@juno/proof";
import { LedgerAdmission } from "./admission.ts";
import type { Applied, AppliedBatch, Executor } from "./ports/executor.ts";
import type { LogStore } from "./ports/log-store.ts";
import type { Verifier } from "./ports/verifier.ts";
import { orderedIn, type RedactionOrder } from "./redactor.ts";
import { versionFailure } from "./versions.ts";

/** 5.7: the certificate found on disk must be what it was when it was adopted. */
async function verifyCertified(
  epochs: Epochs,
  { epoch, certified }: DurableState,
  verifier: Verifier,
): Promise<void> {
  const electorate = epochs.of(epoch)?.electorate;
  const checks = electorate
    ? checkCertificate(electorate, certified)
    : refuse("unknown_epoch", "no links to it");
  const answers = checks.ok && checks.value.length > 0 ? await verifier.verify(checks.value) : [];
  if (checks.ok && answers.every(Boolean)) return;
  throw new Failure(
    "store_damaged",
    "the certificate stored in log.db does not verify: the file was damaged or altered. This node must not vote again under its key; bring it back under a new one.",
  );
}

/** From the genesis to the newest epoch known, each link verified anew. */
async function followStored(
  { sha256, genesis }: LedgerContext,
  links: readonly EpochLink[],
  verifier: Verifier,
): Promise<Epochs> {
  const followed = followLinks(sha256, firstEpoch(genesis), links);
  const checks = followed.ok ? followed.value.checks : [];
  const answers = checks.length > 0 ? await verifier.verify(checks) : [];
  if (followed.ok && answers.every(Boolean)) return followed.value.epochs;
  throw new Failure(
    "store_damaged",
    "the links between epochs stored in log.db do not verify: the file was damaged or altered. This node must not vote again under its key; bring it back under a new one.",
  );
}

export type Boot = {
  readonly epochs: Epochs;
  readonly admission: LedgerAdmission;
  readonly durable: DurableState;
  readonly termCertificate: TermCertificate | undefined;
  readonly applied: Applied;
  /** All redactions that the state has ordered (C22). */
  readonly orders: readonly RedactionOrder[];
};

/** The licence to be in the stored term, if it is kept. */
function licenceOf({ termCertificate }: DurableState): TermCertificate | undefined {
  const licence = termCertificate && decodeTermCertificate(termCertificate);
  return licence?.ok ? licence.value : undefined;
}

/** Loads what was stored, and applies what is committed. */
export async function boot(
  ports: { readonly store: LogStore; readonly executor: Executor; readonly verifier: Verifier },
  ledger: LedgerContext,
): Promise<Boot> {
  const { store, executor, verifier } = ports;
  const admission = new LedgerAdmission(ledger);
  const durable = await store.load();
  const epochs = await followStored(ledger, durable.links, verifier);
  await verifyCertified(epochs, durable, verifier);
  const { applied, ids, redactions, governed } = await executor.open();
  admission.restore(ids);
  admission.govern(governed);
  const { index } = durable.committed;
  const found = { epochs, admission, durable, termCertificate: licenceOf(durable) };
  const stopIfTooOld = (through: LogIndex) => {
    const tooOld = versionFailure(ledger, admission.governed.activation, through);
    if (tooOld !== undefined) throw tooOld;
  };
  stopIfTooOld(applied.index);
  if (applied.index >= index) return { ...found, applied, orders: redactions };
  const orders: RedactionOrder[] = [...redactions];
  const replayed = await applyThrough(executor, index, (batch) => {
    admission.note(batch);
    orders.push(...orderedIn(batch));
  });
  stopIfTooOld(replayed.index);
  return { ...found, applied: replayed, orders };
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
