// The SnapshotSource port in memory: what other voters' stores hold.

import type { LogIndex, NodeId } from "@juno/base";
import type { LogStore } from "../log-store.ts";
import type { OfferedManifest, OfferedSnapshot, SnapshotSource } from "../snapshot-source.ts";
import type { SnapshotStore } from "../snapshot-store.ts";

export type SnapshotPeer = {
  readonly snapshots: SnapshotStore;
  readonly log: Pick<LogStore, "commitProof">;
};

export class MemorySnapshotSource implements SnapshotSource {
  readonly #peerOf: (id: NodeId) => SnapshotPeer | undefined;

  /** Undefined for a peer that does not answer. */
  constructor(peerOf: (id: NodeId) => SnapshotPeer | undefined) {
    this.#peerOf = peerOf;
  }

  async list(peer: NodeId): Promise<readonly OfferedSnapshot[]> {
    const all = (await this.#peerOf(peer)?.snapshots.list()) ?? [];
    return all.flatMap(({ index, hash, certificate }) =>
      certificate === undefined ? [] : [{ index, hash, certificate }],
    );
  }

  async manifest(peer: NodeId, index: LogIndex): Promise<OfferedManifest | undefined> {
    const at = this.#peerOf(peer);
    const manifest = await at?.snapshots.manifest(index);
    if (at === undefined || manifest === undefined) return undefined;
    return { manifest, commitProof: await at.log.commitProof({ from: index, to: index }) };
  }

  async chunk(
    peer: NodeId,
    place: { index: LogIndex; chunk: number; bytesMax: number },
  ): Promise<Uint8Array | undefined> {
    const bytes = await this.#peerOf(peer)?.snapshots.chunk(place);
    return bytes !== undefined && bytes.length <= place.bytesMax ? bytes : undefined;
  }

  async close(): Promise<void> {}
}
