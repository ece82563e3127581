// Applies the next committed entries as one transaction. What an earlier process left in the log is
// hashed onto the last applied entry first, so that a damaged log never becomes a wrong outcome.

import { equalBytes, type LogIndex } from "@juno/base";
import { Failure } from "@juno/failure";
import { activationIn, apply, governedIn, governs, type LedgerContext, type RowChange } from "@juno/ledger";
import { chainEntry, type Entry, isRedacted } from "@juno/proof";
import { type AppliedBatch, type EntryOutcome, versionFailure } from "@juno/runtime";
import { damaged } from "../database.ts";
import type { LogReads } from "../reader/log-reads.ts";
import { appliedOf } from "./applied-meta.ts";
import type { StateDatabase } from "./state-database.ts";

/** A batch ends at the first of these. */
const ENTRIES_MAX = 512;
const BODY_BYTES_MAX = 4 * 1024 * 1024;
const RECEIPT_BYTES_MAX = 4 * 1024 * 1024;
const BATCH_MS_MAX = 20;

export type ApplierParts = {
  readonly context: LedgerContext;
  readonly log: LogReads;
  readonly logFile: string;
  /** Entries above were written by this process, moments ago: they are not hashed again. */
  readonly ownAbove: number;
  readonly state: StateDatabase;
  /** Called between entries: whoever waits for paths shall not wait for a batch. */
  readonly pause: () => void;
};

/** Applies at least the next entry, at most up to `target`. */
export function applyNext(parts: ApplierParts, target: LogIndex): AppliedBatch {
  const { state, log } = parts;
  const from = state.applied.index + 1;
  const to = Math.min(target, from + ENTRIES_MAX - 1);
  const entries = log.entries({ from, to, bytesMax: BODY_BYTES_MAX });
  if (entries[0]?.index !== from) {
    throw new Failure("executor_failed", `entry ${from} is committed, but ${parts.logFile} does not hold it`);
  }
  const done = state.transaction(() => applyEntries(parts, entries, target));
  return { applied: appliedOf(state.applied), ...done };
}

function applyEntries(
  parts: ApplierParts,
  entries: readonly Entry[],
  target: LogIndex,
): Pick<AppliedBatch, "outcomes" | "governed"> {
  const endMs = performance.now() + BATCH_MS_MAX;
  const outcomes: EntryOutcome[] = [];
  const decided: RowChange[] = [];
  let receiptBytes = 0;
  for (const entry of entries) {
    // C22: a snapshot takes its place.
    if (isRedacted(entry)) break;
    const tooOld = versionFailure(parts.context, activationIn(parts.state.view), entry.index - 1);
    if (tooOld !== undefined && outcomes.length === 0) throw tooOld;
    // C37: what came before it is stored first.
    if (tooOld !== undefined) break;
    const { outcome, changes } = applyEntry(parts, entry, target);
    outcomes.push(outcome);
    if (governs(changes)) decided.push(...changes);
    receiptBytes += outcome.receipt.length;
    if (receiptBytes >= RECEIPT_BYTES_MAX || performance.now() >= endMs) break;
    parts.pause();
  }
  const governed = decided.length === 0 ? undefined : governedIn(parts.context, parts.state.view, decided);
  return { outcomes, governed };
}

function applyEntry(
  parts: ApplierParts,
  entry: Entry,
  target: LogIndex,
): { readonly outcome: EntryOutcome; readonly changes: readonly RowChange[] } {
  const { context, state } = parts;
  const previousHash = state.applied.hash;
  if (entry.index <= parts.ownAbove) checkChain(parts, entry);
  const yielded = apply(context, state.view, entry);
  state.store(entry, yielded);
  if (yielded.stateRoot !== undefined && isForSnapshot(parts, entry.index, target)) {
    state.beginSnapshot(entry, yielded.stateRoot);
  }
  const { receipt, command, changes } = yielded;
  return { outcome: { entry, previousHash, receipt, command }, changes };
}

/** C21; but in a replay, when another is to come soon, none is made. */
function isForSnapshot({ context }: ApplierParts, index: LogIndex, target: LogIndex): boolean {
  const { checkpointEntries, snapshotCheckpoints } = context.genesis.limits;
  const interval = checkpointEntries * snapshotCheckpoints;
  return index % interval === 0 && target - index < interval;
}

function checkChain({ context, state, logFile }: ApplierParts, entry: Entry): void {
  const again = chainEntry(context.sha256, state.applied.hash, entry);
  const holds = again.ok && equalBytes(again.value.hash, entry.hash);
  if (!holds || !equalBytes(again.value.bodyDigest, entry.bodyDigest)) {
    throw damaged(logFile, `the hash chain breaks at entry ${entry.index}`);
  }
}
