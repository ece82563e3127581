// The SnapshotStore port in memory: for tests and simulations. It stands for the disk and outlives the
// executors that put snapshots into it.

import type { LogIndex, Sha256 } from "@juno/base";
import { assert, equalBytes } from "@juno/base";
import { decodeManifest, type SnapshotCertificate, snapshotHash } from "@juno/proof";
import {
  SNAPSHOTS_KEPT,
  type SnapshotStore,
  type StoredSnapshot,
  UNCERTIFIED_KEPT,
} from "../snapshot-store.ts";

export type KeptSnapshot = {
  readonly summary: StoredSnapshot;
  readonly manifest: Uint8Array;
  readonly chunks: readonly Uint8Array[];
};

export class MemorySnapshotStore implements SnapshotStore {
  readonly #sha256: Sha256;
  /** What is on the disk. */
  protected readonly kept = new Map<LogIndex, KeptSnapshot>();
  readonly #fetched = new Map<LogIndex, Uint8Array[]>();

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  put(manifest: Uint8Array, chunks: readonly Uint8Array[]): StoredSnapshot {
    const decoded = decodeManifest(manifest);
    assert(decoded.ok, "a snapshot's manifest can be read");
    const { index, time } = decoded.value;
    const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
    const hash = snapshotHash(this.#sha256, manifest);
    const before = this.kept.get(index)?.summary;
    const certificate =
      before !== undefined && equalBytes(before.hash, hash) ? before.certificate : undefined;
    const summary = { index, hash, time, chunks: chunks.length, bytes, certificate };
    this.kept.set(index, { summary, manifest, chunks });
    return summary;
  }

  async sweep(pinned: ReadonlySet<LogIndex>): Promise<void> {
    const certified = this.all.filter(({ certificate }) => certificate !== undefined);
    const uncertified = this.all.filter(({ certificate }) => certificate === undefined);
    const kept = new Set(
      [...certified.slice(-SNAPSHOTS_KEPT), ...uncertified.slice(-UNCERTIFIED_KEPT)].map(
        ({ index }) => index,
      ),
    );
    for (const { index } of this.all) if (!kept.has(index) && !pinned.has(index)) this.kept.delete(index);
  }

  /** What `list` resolves with. */
  get all(): readonly StoredSnapshot[] {
    return [...this.kept.values()].map(({ summary }) => summary).sort((a, b) => a.index - b.index);
  }

  async list(): Promise<readonly StoredSnapshot[]> {
    return this.all;
  }

  async manifest(index: LogIndex): Promise<Uint8Array | undefined> {
    return this.kept.get(index)?.manifest;
  }

  async chunk({ index, chunk }: { index: LogIndex; chunk: number }): Promise<Uint8Array | undefined> {
    return this.kept.get(index)?.chunks[chunk];
  }

  async saveChunk({ index, chunk }: { index: LogIndex; chunk: number }, bytes: Uint8Array): Promise<void> {
    const chunks = this.#fetched.get(index) ?? [];
    chunks[chunk] = bytes;
    this.#fetched.set(index, chunks);
  }

  async complete(fetched: {
    index: LogIndex;
    manifest: Uint8Array;
    certificate: SnapshotCertificate;
  }): Promise<void> {
    const { index, manifest, certificate } = fetched;
    const chunks = [...(this.kept.get(index)?.chunks ?? [])];
    for (const [at, chunk] of (this.#fetched.get(index) ?? []).entries()) {
      if (chunk !== undefined) chunks[at] = chunk;
    }
    this.put(manifest, chunks);
    this.#fetched.delete(index);
    await this.certify(index, certificate);
  }

  async certify(index: LogIndex, certificate: SnapshotCertificate): Promise<void> {
    const kept = this.kept.get(index);
    if (kept === undefined) return;
    this.kept.set(index, { ...kept, summary: { ...kept.summary, certificate } });
  }
}
