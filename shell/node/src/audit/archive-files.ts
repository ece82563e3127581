// The audit of an archive's files as such: the manifest says which there are, and each is what it says.
// It must not know what stands in their lines.

import { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { ArchiveFileJson, ArchiveManifestJson } from "@juno/api";
import { equalBytes, hex } from "@juno/base";
import type { Genesis } from "@juno/proof";
import { hashOfBeginning } from "../archive/appended-file.ts";
import {
  CERTIFICATES,
  EVIDENCE,
  GENESIS,
  LOCK,
  MANIFEST,
  parseManifest,
  segmentName,
} from "../archive/manifest.ts";
import { isReplaced } from "../archive/redacted-files.ts";
import { snapshotsFolder } from "../store/snapshot/snapshot-folder.ts";
import { isSegment, sentenceOf } from "./archive-source.ts";
import type { Findings } from "./findings.ts";

/** The manifest, if it can be gone by; what is wrong with it is a finding. */
export function auditManifest(
  folder: string,
  genesis: Genesis,
  findings: Findings,
): ArchiveManifestJson | undefined {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) {
    findings.add(MANIFEST, "The file is missing: this is no archive, or not all of one.");
    return undefined;
  }
  const manifest = parseManifest(new Uint8Array(readFileSync(file)));
  if (!manifest.ok) {
    findings.add(MANIFEST, manifest.error);
    return undefined;
  }
  if (manifest.value.network !== hex(genesis.network)) {
    findings.add(MANIFEST, "It is of another network than the genesis.");
    return undefined;
  }
  const problem = planProblem(manifest.value, genesis);
  if (problem === undefined) return manifest.value;
  findings.add(MANIFEST, problem);
  return undefined;
}

/** P2, P3, P5: what the manifest says must be possible before anything is read by it. */
function planProblem(manifest: ArchiveManifestJson, genesis: Genesis): string | undefined {
  const { first, last, before, counts, files } = manifest;
  if (first < 1) return "Its first entry has an index below 1.";
  const isBeginning = before.hash === hex(genesis.network) && before.peaks.length === 0;
  if (first === 1 && !isBeginning) return "It begins at entry 1, but not with the genesis before it.";
  if (counts.entries !== last - first + 1)
    return "Its count of entries is not that from its first to its last.";
  const names = new Set(files.map(({ name }) => name));
  if (names.size !== files.length) return "It names a file twice.";
  if (files[0]?.name !== GENESIS || files[0].entries !== 0) return "Its first file is not the genesis.";
  let next = first;
  for (const { name, entries } of files.filter(isSegment)) {
    if (name !== segmentName(next) || entries < 1) return `Its entries have a gap before ${name}.`;
    next += entries;
  }
  if (next !== last + 1) return "Its files do not hold the entries up to its last.";
  const linesOf = (name: string): number => files.find((file) => file.name === name)?.entries ?? 0;
  if (linesOf(CERTIFICATES) !== counts.certificates)
    return "Its count of certificates is not that of their file.";
  if (linesOf(EVIDENCE) !== counts.evidence) return "Its count of evidence is not that of its file.";
  const known = (file: ArchiveFileJson): boolean =>
    isSegment(file) || [GENESIS, CERTIFICATES, EVIDENCE].includes(file.name);
  const stranger = files.find((file) => !known(file));
  return stranger === undefined ? undefined : `It names ${stranger.name}, which no archive has.`;
}

/** P4: each file has the bytes that are stated; what stands behind them is told. */
export function auditFiles(
  folder: string,
  manifest: ArchiveManifestJson,
  genesis: Genesis,
  findings: Findings,
): void {
  for (const file of manifest.files) {
    try {
      auditFile(folder, file, findings);
    } catch (error) {
      findings.add(file.name, `It cannot be read: ${sentenceOf(error)}.`);
    }
  }
  const path = join(folder, GENESIS);
  if (existsSync(path) && !equalBytes(readFileSync(path), genesis.bytes)) {
    findings.add(GENESIS, "It is not the genesis that is trusted.");
  }
  // P34: a snapshot's certificate speaks for it.
  const handed = manifest.first > 1 ? [basename(snapshotsFolder(folder))] : [];
  const stated = new Set([MANIFEST, LOCK, ...handed, ...manifest.files.map(({ name }) => name)]);
  const others = readdirSync(folder).filter((name) => !stated.has(name));
  if (others.length > 0) {
    const some = others.slice(0, 3).join(", ");
    findings.remark(`${others.length} files that the manifest does not name were not looked at: ${some}.`);
  }
}

const INTERRUPTED =
  "A redaction of the archive was interrupted before this file took its place: run `juno redact-archive` again.";

function auditFile(folder: string, stated: ArchiveFileJson, findings: Findings): void {
  const { name, bytes, sha256 } = stated;
  const path = join(folder, name);
  if (isReplaced(folder, stated)) return findings.add(name, INTERRUPTED);
  if (!existsSync(path)) return findings.add(name, "The file is missing.");
  const descriptor = openSync(path, "r");
  try {
    const hash = hashOfBeginning(descriptor, bytes);
    if (hash === undefined) return findings.add(name, "It is shorter than the manifest says.");
    if (hash.digest("hex") !== sha256) findings.add(name, "Its SHA-256 is not the one in the manifest.");
    const behind = fstatSync(descriptor).size - bytes;
    if (behind > 0) {
      findings.remark(
        `${behind} bytes stand in ${name} behind those that the manifest states, and were not looked at: an export was interrupted. Running it again goes on from there.`,
      );
    }
  } finally {
    closeSync(descriptor);
  }
}
