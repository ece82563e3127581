// Snapshots in storms (C21, E47): every sound node's are those that a replay from the genesis makes, and
// what is certified is signed by f+1 voters for that one.

import { equalBytes } from "@juno/base";
import { checkSnapshotCertificate } from "@juno/proof";
import type { StoredSnapshot } from "@juno/runtime";
import { verifySignature } from "../crypto.ts";
import type { World } from "../world/world.ts";

function isCertified(world: World, { index, hash, certificate }: StoredSnapshot): boolean {
  if (certificate === undefined) return true;
  const checks = checkSnapshotCertificate(world.epochs.at(index).electorate, { index, hash }, certificate);
  return checks.ok && checks.value.every(verifySignature);
}

/** Tells what is wrong with sound nodes' snapshots. */
export function judgeSnapshots(world: World): void {
  const { chronicle, checker, sound, tally } = world;
  for (const { id, ledger } of sound) {
    for (const snapshot of ledger.snapshots.all) {
      const { index, hash } = snapshot;
      const expected = chronicle.snapshots.get(index);
      const complain = (what: string) =>
        checker.findings.found("snapshots", `node ${id}: the one at ${index} ${what}`);
      if (expected === undefined || !equalBytes(expected, hash)) complain("is not that of the replay");
      if (!isCertified(world, snapshot)) complain("has a false certificate");
      tally.add(snapshot.certificate === undefined ? "snapshot: made" : "snapshot: certified");
    }
  }
}
