// Hands a certified snapshot along with an archive that begins above it (P34), so that the archive can be
// executed. Nothing is judged here: its certificate speaks for it, and whoever verifies reads that.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { decodeManifest } from "@juno/proof";
import { SnapshotFolder, snapshotsFolder } from "../store/snapshot/snapshot-folder.ts";

/** Copies it, unless it is there. A running node may remove it meanwhile: then the archive goes without it. */
export function handSnapshot(from: SnapshotFolder, archive: string, index: number): void {
  const to = new SnapshotFolder(snapshotsFolder(archive));
  if (existsSync(to.manifestFile(index))) return;
  const bytes = contentOf(from.manifestFile(index));
  const manifest = bytes === undefined ? undefined : decodeManifest(bytes);
  const certificate = contentOf(from.certificateFile(index));
  if (bytes === undefined || manifest?.ok !== true || certificate === undefined) return;
  for (const chunk of manifest.value.chunks.keys()) {
    const place = { index, chunk };
    const content = existsSync(to.chunkFile(place)) ? undefined : contentOf(from.chunkFile(place));
    if (content !== undefined) to.saveChunk(place, content);
    else if (!existsSync(to.chunkFile(place))) return;
  }
  mkdirSync(to.folderOf(index), { recursive: true });
  writeFileSync(to.certificateFile(index), certificate, { flush: true });
  // A folder with a manifest is complete.
  to.saveManifest(index, bytes);
}

/** Whether an archive has one, whole. */
export const isHanded = (archive: string, index: number): boolean =>
  existsSync(new SnapshotFolder(snapshotsFolder(archive)).manifestFile(index));

/** Undefined if it is gone. */
function contentOf(file: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
