// The SnapshotStore port over the folder of snapshots. What was found of one is remembered: complete
// snapshots do not change. Invariant: a certificate is synced before anybody is told of it.

import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import type { LogIndex } from "@juno/base";
import { LogIndex as indexOf } from "@juno/base";
import { Failure } from "@juno/failure";
import {
  decodeManifest,
  decodeSnapshotCertificate,
  encodeSnapshotCertificate,
  type SnapshotCertificate,
  snapshotHash,
} from "@juno/proof";
import { SNAPSHOTS_KEPT, type SnapshotStore, type StoredSnapshot, UNCERTIFIED_KEPT } from "@juno/runtime";
import { sha256 } from "../../crypto/sodium.ts";
import { SnapshotFolder } from "./snapshot-folder.ts";

export class FileSnapshotStore implements SnapshotStore {
  readonly #folder: SnapshotFolder;
  readonly #known = new Map<LogIndex, StoredSnapshot>();

  constructor(path: string) {
    this.#folder = new SnapshotFolder(path);
  }

  async list(): Promise<readonly StoredSnapshot[]> {
    const names = await orNone(readdir(this.#folder.path));
    const indexes = (names ?? []).flatMap((name) => SnapshotFolder.indexOf(name) ?? []);
    const found: StoredSnapshot[] = [];
    for (const index of indexes.sort((a, b) => a - b)) {
      const snapshot = await this.#read(indexOf(index));
      if (snapshot !== undefined) found.push(snapshot);
    }
    return found;
  }

  manifest(index: LogIndex): Promise<Uint8Array | undefined> {
    return bytesOf(this.#folder.manifestFile(index));
  }

  chunk(place: { index: LogIndex; chunk: number }): Promise<Uint8Array | undefined> {
    return bytesOf(this.#folder.chunkFile(place));
  }

  async saveChunk(place: { index: LogIndex; chunk: number }, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder.folderOf(place.index), { recursive: true });
    await saveDurably(this.#folder.chunkFile(place), bytes);
  }

  async complete(fetched: {
    index: LogIndex;
    manifest: Uint8Array;
    certificate: SnapshotCertificate;
  }): Promise<void> {
    const { index, manifest, certificate } = fetched;
    await mkdir(this.#folder.folderOf(index), { recursive: true });
    await saveDurably(this.#folder.certificateFile(index), encodeSnapshotCertificate(certificate));
    await saveDurably(this.#folder.manifestFile(index), manifest);
    await syncFolder(this.#folder.folderOf(index));
    await syncFolder(this.#folder.path);
    this.#known.delete(index);
  }

  async certify(index: LogIndex, certificate: SnapshotCertificate): Promise<void> {
    const snapshot = await this.#read(index);
    if (snapshot === undefined) return;
    await saveDurably(this.#folder.certificateFile(index), encodeSnapshotCertificate(certificate));
    this.#known.set(index, { ...snapshot, certificate });
  }

  async sweep(pinned: ReadonlySet<LogIndex>): Promise<void> {
    const all = await this.list();
    const certified = all.filter(({ certificate }) => certificate !== undefined);
    const uncertified = all.filter(({ certificate }) => certificate === undefined);
    const newest = certified.slice(-SNAPSHOTS_KEPT);
    const kept = new Set([
      ...pinned,
      ...[...newest, ...uncertified.slice(-UNCERTIFIED_KEPT)].map(({ index }) => index),
    ]);
    for (const { index } of all) if (!kept.has(index)) await this.#drop(index);
    // Folders that are not complete may be under way, above the newest; below, they were given up.
    const whole = new Set(all.map(({ index }) => index));
    for (const name of (await orNone(readdir(this.#folder.path))) ?? []) {
      const index = SnapshotFolder.indexOf(name);
      if (index === undefined || whole.has(indexOf(index))) continue;
      if (index < (newest[0]?.index ?? 0)) await this.#drop(indexOf(index));
    }
  }

  async #drop(index: LogIndex): Promise<void> {
    this.#known.delete(index);
    await rm(this.#folder.folderOf(index), { recursive: true, force: true });
  }

  async #read(index: LogIndex): Promise<StoredSnapshot | undefined> {
    const known = this.#known.get(index);
    if (known !== undefined) return known;
    const bytes = await this.manifest(index);
    if (bytes === undefined) return undefined;
    const manifest = decodeManifest(bytes);
    const kept = await bytesOf(this.#folder.certificateFile(index));
    const certificate = kept === undefined ? undefined : decodeSnapshotCertificate(kept);
    const isNamed = manifest.ok && manifest.value.index === index;
    if (!isNamed || certificate?.ok === false) {
      const path = this.#folder.folderOf(index);
      throw new Failure("store_damaged", `${path} cannot be read: remove it, another snapshot will be made`);
    }
    const { time, chunks } = manifest.value;
    const total = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
    const snapshot: StoredSnapshot = {
      index,
      hash: snapshotHash(sha256, bytes),
      time,
      chunks: chunks.length,
      bytes: total,
      certificate: certificate?.value,
    };
    this.#known.set(index, snapshot);
    return snapshot;
  }
}

/** Undefined if there is no such file or folder. */
async function orNone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Failure("disk_failed", `the snapshots cannot be read: ${String(cause)}`, { cause });
  }
}

async function bytesOf(file: string): Promise<Uint8Array | undefined> {
  const bytes = await orNone(readFile(file));
  return bytes && new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function saveDurably(file: string, bytes: Uint8Array): Promise<void> {
  // Not the executor's name for its drafts: it may be making the same snapshot.
  const draft = `${file}.fetched`;
  const handle = await open(draft, "w");
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
