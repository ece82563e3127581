// Fetches one certified snapshot, chunk by chunk. Each is held against the manifest before it is kept, and
// what is kept already is not fetched again. A provider that gives anything else, or nothing, is asked no
// more; each has a few chunks under way at most, so that one that takes its time holds up those alone, and
// not the others. Invariant: nothing unverified is ever on the disk under a chunk's name.

import { equalBytes, type LogIndex, type NodeId, type Sha256 } from "@juno/base";
import {
  type ChunkDigest,
  type CommitProof,
  decodeManifest,
  type SnapshotManifest,
  snapshotHash,
} from "@juno/proof";
import type { SnapshotSource } from "./ports/snapshot-source.ts";
import type { SnapshotStore } from "./ports/snapshot-store.ts";
import type { CertifiedOffer } from "./snapshot-offers.ts";

/** Under way from all providers together, but at least one from each. */
const CHUNKS_AT_ONCE = 4;

export type Downloaded = {
  readonly manifest: SnapshotManifest;
  readonly bytes: Uint8Array;
  /** As a provider gave it, unverified. */
  readonly commitProof: CommitProof | undefined;
};

type Parts = {
  readonly sha256: Sha256;
  readonly source: SnapshotSource;
  readonly store: SnapshotStore;
  readonly offer: CertifiedOffer;
  /** A provider gave what the certificate does not cover. */
  lied(peer: NodeId): void;
  /** Called after each chunk. */
  progress(done: number, of: number): void;
};

/** Undefined if no provider is left; what was fetched stays for the next attempt. */
export async function downloadSnapshot(parts: Parts): Promise<Downloaded | undefined> {
  const { sha256, source, store, offer } = parts;
  const providers = [...offer.providers];
  const drop = (peer: NodeId) => {
    if (providers.includes(peer)) providers.splice(providers.indexOf(peer), 1);
  };
  const found = await manifestOf(parts, providers, drop);
  if (found === undefined) return undefined;
  const { index } = offer;
  const { chunks } = found.manifest;
  const returned: number[] = [];
  let next = 0;
  let done = 0;
  const fetchFrom = async (peer: NodeId): Promise<void> => {
    while (providers.includes(peer) && (returned.length > 0 || next < chunks.length)) {
      const chunk = returned.pop() ?? next++;
      const digest = chunks[chunk]!;
      if (!(await isHeld(parts, { index, chunk, digest }))) {
        const bytes = await source.chunk(peer, { index, chunk, bytesMax: digest.bytes });
        if (bytes === undefined || !equalBytes(sha256(bytes), digest.hash)) {
          if (bytes !== undefined) parts.lied(peer);
          returned.push(chunk);
          return drop(peer);
        }
        await store.saveChunk({ index, chunk }, bytes);
      }
      parts.progress(++done, chunks.length);
    }
  };
  // What one provider did not give is asked of those that are left.
  while (done < chunks.length && providers.length > 0) {
    const each = Math.ceil(CHUNKS_AT_ONCE / providers.length);
    const hands = providers.flatMap((peer) => new Array<NodeId>(each).fill(peer));
    await Promise.all(hands.map(fetchFrom));
  }
  return done === chunks.length ? found : undefined;
}

/** Whether every chunk of a snapshot is here, as its manifest says. */
export async function isWhole(
  parts: Pick<Parts, "sha256" | "store">,
  { index, chunks }: SnapshotManifest,
): Promise<boolean> {
  for (const [chunk, digest] of chunks.entries()) {
    if (!(await isHeld(parts, { index, chunk, digest }))) return false;
  }
  return true;
}

async function isHeld(
  { sha256, store }: Pick<Parts, "sha256" | "store">,
  {
    index,
    chunk,
    digest,
  }: { readonly index: LogIndex; readonly chunk: number; readonly digest: ChunkDigest },
): Promise<boolean> {
  const bytes = await store.chunk({ index, chunk });
  return bytes !== undefined && equalBytes(sha256(bytes), digest.hash);
}

async function manifestOf(
  { sha256, source, offer, lied }: Parts,
  providers: readonly NodeId[],
  drop: (peer: NodeId) => void,
): Promise<Downloaded | undefined> {
  while (providers.length > 0) {
    const peer = providers[0]!;
    const given = await source.manifest(peer, offer.index);
    if (given !== undefined && equalBytes(snapshotHash(sha256, given.manifest), offer.hash)) {
      const manifest = decodeManifest(given.manifest);
      // f+1 voters signed for these bytes: nobody else's manifest of this hash is any better.
      if (!manifest.ok || manifest.value.index !== offer.index) return undefined;
      return { manifest: manifest.value, bytes: given.manifest, commitProof: given.commitProof };
    }
    if (given !== undefined) lied(peer);
    drop(peer);
  }
  return undefined;
}
