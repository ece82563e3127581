// Fetches one certified snapshot, chunk by chunk, several at a time. Each is held against the manifest
// before it is kept, and what is kept already is not fetched again. A provider that gives anything else,
// or nothing, is asked no more. Invariant: nothing unverified is ever on the disk under a chunk's name.

import { equalBytes, type Hash, type NodeId, type Sha256 } from "@juno/base";
import { type CommitProof, decodeManifest, type SnapshotManifest, snapshotHash } from "@juno/proof";
import type { SnapshotSource } from "./ports/snapshot-source.ts";
import type { SnapshotStore } from "./ports/snapshot-store.ts";
import type { CertifiedOffer } from "./snapshot-offers.ts";

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
  const { chunks } = found.manifest;
  const isHeld = async (chunk: number, hash: Hash) => {
    const bytes = await store.chunk({ index: offer.index, chunk });
    return bytes !== undefined && equalBytes(sha256(bytes), hash);
  };
  let next = 0;
  let done = 0;
  const fetchOn = async (): Promise<void> => {
    while (next < chunks.length && providers.length > 0) {
      const chunk = next++;
      const { bytes: bytesMax, hash } = chunks[chunk]!;
      if (!(await isHeld(chunk, hash))) {
        const bytes = await chunkOf({ source, providers, drop }, parts, { chunk, bytesMax, hash });
        if (bytes === undefined) return;
        await store.saveChunk({ index: offer.index, chunk }, bytes);
      }
      parts.progress(++done, chunks.length);
    }
  };
  await Promise.all(Array.from({ length: CHUNKS_AT_ONCE }, fetchOn));
  return done === chunks.length ? found : undefined;
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

async function chunkOf(
  from: { source: SnapshotSource; providers: readonly NodeId[]; drop(peer: NodeId): void },
  { sha256, offer, lied }: Parts,
  wanted: { readonly chunk: number; readonly bytesMax: number; readonly hash: Hash },
): Promise<Uint8Array | undefined> {
  const { source, providers, drop } = from;
  const { chunk, bytesMax, hash } = wanted;
  while (providers.length > 0) {
    const peer = providers[chunk % providers.length]!;
    const bytes = await source.chunk(peer, { index: offer.index, chunk, bytesMax });
    if (bytes !== undefined && equalBytes(sha256(bytes), hash)) return bytes;
    if (bytes !== undefined) lied(peer);
    drop(peer);
  }
  return undefined;
}
