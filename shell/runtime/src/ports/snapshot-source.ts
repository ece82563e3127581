// Port: snapshots that other voters hand out. Nothing of it need be true: whoever uses it checks the
// certificate, and by it the manifest and every chunk.

import type { Hash, LogIndex, NodeId } from "@juno/base";
import type { CommitProof, SnapshotCertificate } from "@juno/proof";

export type OfferedSnapshot = {
  readonly index: LogIndex;
  readonly hash: Hash;
  readonly certificate: SnapshotCertificate;
};

export type OfferedManifest = {
  readonly manifest: Uint8Array;
  /** Of the commit of exactly the snapshot's entry, if the peer has kept that one. */
  readonly commitProof: CommitProof | undefined;
};

/** A peer that does not answer for a while, or not in the expected shape and size, has nothing; nothing rejects. */
export interface SnapshotSource {
  /** Those that the peer says are certified. */
  list(peer: NodeId): Promise<readonly OfferedSnapshot[]>;
  manifest(peer: NodeId, index: LogIndex): Promise<OfferedManifest | undefined>;
  /** At most `bytesMax` bytes. */
  chunk(
    peer: NodeId,
    place: { readonly index: LogIndex; readonly chunk: number; readonly bytesMax: number },
  ): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}
