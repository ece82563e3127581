// Port: the snapshots this node has made or fetched, complete ones only. They are made by the executor;
// here they are listed, read, and certified once f+1 voters have signed for the same one.

import type { Hash, LogIndex } from "@juno/base";
import type { SnapshotCertificate } from "@juno/proof";

export type StoredSnapshot = {
  readonly index: LogIndex;
  /** E45: of the manifest. */
  readonly hash: Hash;
  /** Log time of the checkpoint, milliseconds since 1970. */
  readonly time: number;
  readonly chunks: number;
  /** Of all chunks together. */
  readonly bytes: number;
  /** E47; undefined while fewer than f+1 voters have signed. */
  readonly certificate: SnapshotCertificate | undefined;
};

/** Certified snapshots that are kept; older ones make room. */
export const SNAPSHOTS_KEPT = 2;
/** Of those that nobody has certified the newest so many are kept, so that a network in which voters disagree fills no disk. */
export const UNCERTIFIED_KEPT = 4;

export interface SnapshotStore {
  /** Ascending by index. */
  list(): Promise<readonly StoredSnapshot[]>;

  /** Exact bytes; undefined if it is not here. */
  manifest(index: LogIndex): Promise<Uint8Array | undefined>;

  /** Chunks are numbered from 0; undefined if it is not here. */
  chunk(place: { readonly index: LogIndex; readonly chunk: number }): Promise<Uint8Array | undefined>;

  /**
   * Removes all but those that are pinned, the SNAPSHOTS_KEPT newest certified ones, and the UNCERTIFIED_KEPT
   * newest of those that nobody has certified.
   */
  sweep(pinned: ReadonlySet<LogIndex>): Promise<void>;

  /** Keeps a chunk that was fetched, and whose hash is the manifest's. Resolves when it is durable. */
  saveChunk(place: { readonly index: LogIndex; readonly chunk: number }, bytes: Uint8Array): Promise<void>;

  /** All chunks are here: keeps manifest and certificate. Resolves when they are durable. */
  complete(fetched: {
    readonly index: LogIndex;
    readonly manifest: Uint8Array;
    readonly certificate: SnapshotCertificate;
  }): Promise<void>;

  /** Resolves when it is durable. */
  certify(index: LogIndex, certificate: SnapshotCertificate): Promise<void>;
}
