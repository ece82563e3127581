// Verifies a snapshot in a folder, as far as it speaks for itself: the manifest (E45), the certificate of
// f+1 voters with its signatures (E47), each chunk by its hash. What it is to agree with, its callers know.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { equalBytes, err, LogIndex, type NodeId, ok, type Result } from "@juno/base";
import {
  checkSnapshotCertificate,
  decodeManifest,
  decodeSnapshotCertificate,
  type SnapshotManifest,
  snapshotHash,
} from "@juno/proof";
import { sha256 } from "../crypto/sodium.ts";
import { SnapshotFolder } from "../store/snapshot/snapshot-folder.ts";
import type { AuditContext } from "./audit-context.ts";
import type { SignatureQueue } from "./signature-queue.ts";

export type CertifiedSnapshot = {
  readonly folder: SnapshotFolder;
  readonly manifest: SnapshotManifest;
  /** Whose signatures certify it. */
  readonly signers: readonly NodeId[];
};

export type SnapshotAuditParts = {
  readonly folder: SnapshotFolder;
  readonly context: AuditContext;
  readonly signatures: SignatureQueue;
};

/** What is wrong: a sentence; and whether only something is not there. */
export type SnapshotFault = { readonly problem: string; readonly isMissing: boolean };

/** Indexes of the snapshots that have a certificate, in order. */
export function certifiedIndexes(folder: SnapshotFolder): LogIndex[] {
  if (!existsSync(folder.path)) return [];
  return readdirSync(folder.path)
    .flatMap((name) => SnapshotFolder.indexOf(name) ?? [])
    .filter((index) => existsSync(folder.certificateFile(index)))
    .sort((a, b) => a - b)
    .map(LogIndex);
}

/** Waits for the signatures, so that what is believed later was signed. */
export async function auditSnapshot(
  parts: SnapshotAuditParts,
  index: LogIndex,
): Promise<Result<CertifiedSnapshot, SnapshotFault>> {
  const { folder, context, signatures } = parts;
  const bytes = contentOf(folder.manifestFile(index));
  if (bytes === undefined) return missing("There is no such snapshot.");
  const manifest = decodeManifest(bytes);
  if (!manifest.ok) return wrong(`Its manifest cannot be read: ${manifest.error.detail}.`);
  const kept = contentOf(folder.certificateFile(index));
  if (kept === undefined) return missing("It has no certificate.");
  const certificate = decodeSnapshotCertificate(kept);
  if (!certificate.ok) return wrong(`Its certificate cannot be read: ${certificate.error.detail}.`);
  const snapshot = { index, hash: snapshotHash(sha256, bytes) };
  // E47: whoever voted where the snapshot's entry stands.
  const { electorate } = context.epochs.at(index);
  if (manifest.value.epoch !== electorate.epoch)
    return wrong(
      `Its manifest is of epoch ${manifest.value.epoch}; its entry is of epoch ${electorate.epoch}.`,
    );
  const checks = checkSnapshotCertificate(electorate, snapshot, certificate.value);
  if (!checks.ok) return wrong(`Its certificate is not valid: ${checks.error.detail}.`);
  let isRefused = false;
  signatures.add(checks.value, () => {
    isRefused = true;
  });
  await signatures.end();
  if (isRefused) return wrong("A signature in its certificate does not verify.");
  const { network } = context.genesis;
  if (!equalBytes(manifest.value.network, network) || manifest.value.index !== index) {
    return wrong("Its manifest is of another network, or of another entry.");
  }
  const fault = chunkFault(folder, manifest.value);
  if (fault !== undefined) return err(fault);
  const signers = certificate.value.map(({ voter }) => voter);
  return ok({ folder, manifest: manifest.value, signers });
}

function chunkFault(folder: SnapshotFolder, { index, chunks }: SnapshotManifest): SnapshotFault | undefined {
  for (const [chunk, { bytes, hash }] of chunks.entries()) {
    const file = folder.chunkFile({ index, chunk });
    const size = sizeOf(file);
    const content = size === bytes ? contentOf(file) : undefined;
    // A running node may remove it at any moment, also between two looks at it.
    if (size === undefined || (size === bytes && content === undefined)) {
      return { problem: `Its chunk ${chunk} is missing.`, isMissing: true };
    }
    if (content === undefined || !equalBytes(sha256(content), hash)) {
      return { problem: `Its chunk ${chunk} is not the one that was certified.`, isMissing: false };
    }
  }
  return undefined;
}

const sizeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.size;

/** Undefined if it is not there, or cannot be read. */
function contentOf(file: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(file));
  } catch {
    return undefined;
  }
}

const missing = (problem: string): Result<never, SnapshotFault> => err({ problem, isMissing: true });
const wrong = (problem: string): Result<never, SnapshotFault> => err({ problem, isMissing: false });
