// Where an archive begins: what its manifest says of that (P8), and the snapshot that was handed along (P34).

import { existsSync } from "node:fs";
import type { ArchiveManifestJson } from "@juno/api";
import { equalBytes, Hash, hex, LogIndex, parseHex } from "@juno/base";
import { SnapshotFolder, snapshotsFolder } from "../store/snapshot/snapshot-folder.ts";
import { type Before, peakCount } from "./archive-ledger.ts";
import { auditSnapshot, type CertifiedSnapshot, type SnapshotAuditParts } from "./certified-snapshot.ts";
import type { Findings } from "./findings.ts";
import { snapshotPlace } from "./floor-audit.ts";

export const MANIFEST_PLACE = "archive manifest";

const hashOf = (digits: string): Hash => Hash(parseHex(digits, 32)!);

/** P8; undefined, with a finding, if no log can begin so. */
export function beforeOf({ first, before }: ArchiveManifestJson, findings: Findings): Before | undefined {
  const size = first - 1;
  if (before.peaks.length === peakCount(size)) {
    return { hash: hashOf(before.hash), frontier: { size, peaks: before.peaks.map(hashOf) } };
  }
  const problem = `It states ${before.peaks.length} subtrees before entry ${first}; a tree of ${size} has others.`;
  findings.add(MANIFEST_PLACE, problem);
  return undefined;
}

/** P34: the snapshot that was handed along with an archive; undefined if none was, or, with a finding, none that is good. */
export async function auditHandedSnapshot(
  archive: string,
  before: Before,
  parts: Omit<SnapshotAuditParts, "folder"> & { readonly findings: Findings },
): Promise<CertifiedSnapshot | undefined> {
  const { findings } = parts;
  const index = LogIndex(before.frontier.size);
  const folder = new SnapshotFolder(snapshotsFolder(archive));
  if (index === 0 || !existsSync(folder.folderOf(index))) return undefined;
  const snapshot = await auditSnapshot({ ...parts, folder }, index);
  if (!snapshot.ok) {
    // An export that was interrupted leaves a part of one.
    if (!existsSync(folder.manifestFile(index))) return undefined;
    findings.add(snapshotPlace(index), snapshot.error.problem, index);
    return undefined;
  }
  const { hash, peaks } = snapshot.value.manifest;
  const isSame =
    equalBytes(hash, before.hash) && peaks.map(hex).join() === before.frontier.peaks.map(hex).join();
  if (isSame) return snapshot.value;
  const problem = `What it states before entry ${index + 1} is not what the certified snapshot there states.`;
  findings.add(MANIFEST_PLACE, problem);
  return undefined;
}
