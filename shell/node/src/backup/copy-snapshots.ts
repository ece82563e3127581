// The certified snapshots of a node that runs on while they are copied: each whole, or not at all. The one that its log
// begins above must be among them, or nothing of the copy can be verified, nor its state rebuilt.

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { decodeManifest } from "@juno/proof";
import { guarded, openForReading } from "../store/database.ts";
import { logFile } from "../store/folder.ts";
import { loadFloor } from "../store/log/floor.ts";
import { SnapshotFolder, snapshotsFolder } from "../store/snapshot/snapshot-folder.ts";

/** Copies those that are certified, in the place of an earlier try's. */
export function copySnapshots(folder: string, draft: string): void {
  const from = new SnapshotFolder(snapshotsFolder(folder));
  const to = new SnapshotFolder(snapshotsFolder(draft));
  rmSync(to.path, { recursive: true, force: true });
  if (!existsSync(from.path)) return;
  for (const name of readdirSync(from.path)) {
    const index = SnapshotFolder.indexOf(name);
    if (index === undefined || !existsSync(from.certificateFile(index))) continue;
    copySnapshot({ from: from.folderOf(index), to: to.folderOf(index) });
    // The node removes one file after the other: what was gone by then is missing in the copy.
    if (!isWhole(to, index)) rmSync(to.folderOf(index), { recursive: true });
  }
}

function copySnapshot({ from, to }: { readonly from: string; readonly to: string }): void {
  mkdirSync(to, { recursive: true });
  try {
    for (const file of readdirSync(from))
      if (/^(?:manifest|certificate|chunk-\d{7})$/.test(file)) copyFileSync(join(from, file), join(to, file));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
  }
}

function isWhole(folder: SnapshotFolder, index: number): boolean {
  if (![folder.manifestFile(index), folder.certificateFile(index)].every(existsSync)) return false;
  const manifest = decodeManifest(new Uint8Array(readFileSync(folder.manifestFile(index))));
  // What cannot be read is copied as it is: whoever verifies the copy says so.
  if (!manifest.ok) return true;
  return [...manifest.value.chunks.keys()].every((chunk) => existsSync(folder.chunkFile({ index, chunk })));
}

/** Whether the snapshot that the copied log begins above is not there, because the node's begins elsewhere by now. */
export function isOvertaken(folder: string, draft: string): boolean {
  const copied = guarded(logFile(draft), () => floorIn(new DatabaseSync(logFile(draft), { readOnly: true })));
  if (copied === undefined || isWhole(new SnapshotFolder(snapshotsFolder(draft)), copied)) return false;
  return guarded(logFile(folder), () => floorIn(openForReading(logFile(folder)))) !== copied;
}

/** Where a log begins; undefined if with the genesis. Closes the database. */
function floorIn(db: DatabaseSync): number | undefined {
  try {
    return loadFloor(db)?.index;
  } finally {
    db.close();
  }
}
