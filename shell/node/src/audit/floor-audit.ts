// The audit of where a node's log begins, if that is not the genesis (P30): right above the certified snapshot
// that the floor names, which must be in the node's folder. Of the other certified snapshots (P33) it is
// verified that they hold what came out at their entry.

import { equalBytes, type Hash, type LogIndex } from "@juno/base";
import type { Floor } from "@juno/consensus";
import { rootOf, stateRootOf } from "@juno/proof";
import {
  auditSnapshot,
  type CertifiedSnapshot,
  certifiedIndexes,
  type SnapshotAuditParts,
} from "./certified-snapshot.ts";
import type { Findings } from "./findings.ts";

const FLOOR = "log.db floor";

/** What a finding calls a snapshot. */
export const snapshotPlace = (index: number): string => `snapshots (${index})`;

/** The snapshot that the log goes on from; what is wrong with it is a finding. */
export async function auditFloor(
  parts: SnapshotAuditParts,
  floor: Floor,
  findings: Findings,
): Promise<CertifiedSnapshot | undefined> {
  const { index } = floor;
  const snapshot = await auditSnapshot(parts, index);
  if (!snapshot.ok) {
    const means = `Entries up to ${index} are pruned, and without this snapshot nothing above can be executed.`;
    findings.add(snapshotPlace(index), `${snapshot.error.problem} ${means}`, index);
    return undefined;
  }
  const { hash, epoch, term, time } = snapshot.value.manifest;
  const isSame = epoch === floor.epoch && term === floor.term && time === floor.time;
  if (isSame && equalBytes(hash, floor.hash)) return snapshot.value;
  findings.add(
    FLOOR,
    `Its hash, epoch, term or time is not what the certified snapshot at ${index} states.`,
    index,
  );
  return undefined;
}

/** What came out of executing the log, for comparison with snapshots. */
export type Outcomes = {
  rootAt(index: LogIndex): Hash;
  outcomeAt(index: LogIndex): { readonly receipt: Uint8Array; readonly hash: Hash } | undefined;
};

/** Compares the certified snapshots from one entry to another with what came out. */
export async function auditLaterSnapshots(
  parts: SnapshotAuditParts,
  span: { readonly above: number; readonly through: number },
  outcomes: Outcomes,
  findings: Findings,
): Promise<void> {
  for (const index of certifiedIndexes(parts.folder)) {
    if (index <= span.above || index > span.through || findings.isFull) continue;
    const snapshot = await auditSnapshot(parts, index);
    if (snapshot.ok) {
      const problem = contradiction(snapshot.value, outcomes, parts);
      if (problem !== undefined) findings.add(snapshotPlace(index), problem, index);
    } else if (snapshot.error.isMissing) {
      // A running node removes snapshots that it does not need any more.
      findings.remark(`The snapshot at ${index} is not whole: ${snapshot.error.problem}`);
    } else findings.add(snapshotPlace(index), snapshot.error.problem, index);
  }
}

function contradiction(
  { manifest, signers }: CertifiedSnapshot,
  outcomes: Outcomes,
  { context }: SnapshotAuditParts,
): string | undefined {
  const { index, hash, peaks, stateRoot } = manifest;
  const own = outcomes.outcomeAt(index);
  const root = own && stateRootOf(own.receipt);
  const isSame =
    own !== undefined &&
    equalBytes(own.hash, hash) &&
    root !== undefined &&
    equalBytes(root, stateRoot) &&
    equalBytes(rootOf(context.sha256, { size: index, peaks }), outcomes.rootAt(index));
  if (isSame) return undefined;
  return `Voters ${signers.join(", ")} have certified another entry, state or outcome tree than comes out at entry ${index}.`;
}
