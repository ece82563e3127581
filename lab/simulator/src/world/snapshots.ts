// The snapshots of a simulated node: files that decay like any others, and go with a copy of the node's folder.

import type { LogIndex, Prng } from "@juno/base";
import { MemorySnapshotStore, type StoredSnapshot } from "@juno/runtime";
import { sha256 } from "../crypto.ts";

const fileOf = (index: LogIndex, chunk?: number): string => `${index}/${chunk ?? "manifest"}`;

/** The same bytes but for one bit. There must be some. */
export function flipped(prng: Prng, bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const at = prng.below(copy.length);
  copy[at] = copy[at]! ^ (1 << prng.below(8));
  return copy;
}

export class SimulatedSnapshots extends MemorySnapshotStore {
  /** What reading a file gives, if it is not what was written. */
  readonly #decayed = new Map<string, Uint8Array>();

  constructor() {
    super(sha256);
  }

  override async manifest(index: LogIndex): Promise<Uint8Array | undefined> {
    return this.#decayed.get(fileOf(index)) ?? super.manifest(index);
  }

  override async chunk(place: { index: LogIndex; chunk: number }): Promise<Uint8Array | undefined> {
    return this.#decayed.get(fileOf(place.index, place.chunk)) ?? super.chunk(place);
  }

  override put(manifest: Uint8Array, chunks: readonly Uint8Array[]): StoredSnapshot {
    const stored = super.put(manifest, chunks);
    // Files that are written anew are whole.
    for (const file of [fileOf(stored.index), ...chunks.map((_, at) => fileOf(stored.index, at))])
      this.#decayed.delete(file);
    return stored;
  }

  /** One bit of a file flips. False if there is none. */
  rot(prng: Prng): boolean {
    const all = [...this.kept.values()];
    if (all.length === 0) return false;
    const { summary, manifest, chunks } = prng.pick(all);
    const chunk = prng.below(chunks.length + 1);
    if (chunk === chunks.length) this.#decayed.set(fileOf(summary.index), flipped(prng, manifest));
    else this.#decayed.set(fileOf(summary.index, chunk), flipped(prng, chunks[chunk]!));
    return true;
  }

  copy(): SimulatedSnapshots {
    const copy = new SimulatedSnapshots();
    for (const [index, snapshot] of this.kept) copy.kept.set(index, snapshot);
    for (const [file, bytes] of this.#decayed) copy.#decayed.set(file, bytes);
    return copy;
  }

  /** Takes over another folder's certified snapshots that are not here. */
  take(others: SimulatedSnapshots): void {
    for (const [index, snapshot] of others.kept) {
      const isCertified = snapshot.summary.certificate !== undefined;
      if (isCertified && !this.kept.has(index)) this.kept.set(index, snapshot);
    }
  }

  /** Removes those that nobody has certified, and those that are damaged. */
  clean(): void {
    for (const [index, { summary, chunks }] of this.kept) {
      const files = [fileOf(index), ...chunks.map((_, at) => fileOf(index, at))];
      const isDamaged = files.some((file) => this.#decayed.delete(file));
      if (isDamaged || summary.certificate === undefined) this.kept.delete(index);
    }
  }
}
