// Where a node keeps its snapshots: one folder each, named by the index, with the chunks, the manifest
// and, once f+1 voters have signed, the certificate. Every file is synced before it has its name, and
// the manifest is written last: a folder with a manifest is complete.

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";

const INDEX_DIGITS = 16;

export const snapshotsFolder = (folder: string): string => join(folder, "snapshots");

export class SnapshotFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  folderOf(index: number): string {
    return join(this.path, String(index).padStart(INDEX_DIGITS, "0"));
  }

  /** The index that a folder's name says, undefined if it is none of ours. */
  static indexOf(name: string): number | undefined {
    const index = /^\d{16}$/.test(name) ? Number(name) : Number.NaN;
    return Number.isSafeInteger(index) ? index : undefined;
  }

  chunkFile({ index, chunk }: { index: number; chunk: number }): string {
    return join(this.folderOf(index), `chunk-${String(chunk).padStart(7, "0")}`);
  }

  manifestFile(index: number): string {
    return join(this.folderOf(index), "manifest");
  }

  certificateFile(index: number): string {
    return join(this.folderOf(index), "certificate");
  }

  saveChunk(place: { index: number; chunk: number }, bytes: Uint8Array): void {
    mkdirSync(this.folderOf(place.index), { recursive: true });
    saveDurably(this.chunkFile(place), bytes);
  }

  saveManifest(index: number, bytes: Uint8Array): void {
    mkdirSync(this.folderOf(index), { recursive: true });
    saveDurably(this.manifestFile(index), bytes);
    syncFolder(this.folderOf(index));
    syncFolder(this.path);
  }
}

/** Replaces a file by one that is on the disk, whole, when this returns. */
function saveDurably(file: string, bytes: Uint8Array): void {
  const draft = `${file}.new`;
  const handle = openSync(draft, "w");
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
}

function syncFolder(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
