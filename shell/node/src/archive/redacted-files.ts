// Files of an archive that are replaced together (P37): each stands beside the old one, whole and durable, before the manifest
// that states it takes effect; then it takes the old one's place. Whoever is stopped in between leaves what the next
// writer carries through: the manifest says which of the two is meant.

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import type { ArchiveFileJson, ArchiveManifestJson } from "@juno/api";
import { hashOfBeginning } from "./appended-file.ts";

const SUFFIX = ".redacted";

/** What the file is called until it takes the other's place. */
export const redactedName = (name: string): string => name + SUFFIX;

/** Whether a file that is as stated stands beside one that is not: a redaction was interrupted. */
export const isReplaced = (folder: string, stated: ArchiveFileJson): boolean => {
  const path = join(folder, redactedName(stated.name));
  return existsSync(path) && isAsStated(path, stated);
};

/** Carries through what the manifest states, and removes what it does not. */
export function settleRedacted(folder: string, { files }: ArchiveManifestJson): void {
  const drafts = readdirSync(folder).filter((name) => name.endsWith(SUFFIX));
  for (const draft of drafts) {
    const path = join(folder, draft);
    const stated = files.find(({ name }) => redactedName(name) === draft);
    if (stated !== undefined && isAsStated(path, stated)) renameSync(path, join(folder, stated.name));
    else rmSync(path);
  }
  if (drafts.length > 0) syncFolder(folder);
}

export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function isAsStated(path: string, { bytes, sha256 }: ArchiveFileJson): boolean {
  if (statSync(path).size !== bytes) return false;
  const descriptor = openSync(path, "r");
  try {
    return hashOfBeginning(descriptor, bytes)?.digest("hex") === sha256;
  } finally {
    closeSync(descriptor);
  }
}
