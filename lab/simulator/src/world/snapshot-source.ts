// The SnapshotSource port in the simulated world: what other nodes hold, after a while, if they can be
// reached; and what a liar makes of it.

import type { LogIndex, NodeId, Prng } from "@juno/base";
import {
  MemorySnapshotSource,
  type OfferedManifest,
  type OfferedSnapshot,
  type SnapshotPeer,
  type SnapshotSource,
} from "@juno/runtime";
import { type ForgedSnapshot, forgeSnapshot } from "../byzantine/forged-snapshot.ts";
import type { Tally } from "./tally.ts";

type Holder = SnapshotPeer & { readonly lies: boolean };

export class SimulatedSnapshotSource implements SnapshotSource {
  readonly #inner: MemorySnapshotSource;
  readonly #holder: (peer: NodeId) => Holder | undefined;
  readonly #pause: () => Promise<void>;
  readonly #prng: Prng;
  readonly #tally: Tally;
  /** What a liar has offered, by peer and index: it stands by it. */
  readonly #forged = new Map<string, ForgedSnapshot>();

  /** `holder` is undefined for a peer that cannot be reached now. */
  constructor(parts: {
    holder: (peer: NodeId) => Holder | undefined;
    pause: () => Promise<void>;
    prng: Prng;
    tally: Tally;
  }) {
    this.#inner = new MemorySnapshotSource(parts.holder);
    this.#holder = parts.holder;
    this.#pause = parts.pause;
    this.#prng = parts.prng;
    this.#tally = parts.tally;
  }

  async list(peer: NodeId): Promise<readonly OfferedSnapshot[]> {
    await this.#pause();
    const offers = await this.#inner.list(peer);
    if (!this.#lies(peer)) return offers;
    return Promise.all(offers.map((offer) => this.#falseOffer(peer, offer)));
  }

  /** Of a snapshot that nobody signed for: one that is not there, one of the future, or one that is whole. */
  async #falseOffer(peer: NodeId, offer: OfferedSnapshot): Promise<OfferedSnapshot> {
    switch (this.#prng.below(4)) {
      case 0:
        return { ...offer, hash: this.#bent(offer.hash) as OfferedSnapshot["hash"] };
      case 1:
        return { ...offer, index: (offer.index * 2) as LogIndex };
    }
    const forged = await forgeSnapshot(this.#holder(peer)!.snapshots, offer.index);
    if (forged === undefined) return offer;
    this.#tally.add("forged snapshot");
    this.#forged.set(`${peer}/${offer.index}`, forged);
    return { ...offer, hash: forged.hash };
  }

  async manifest(peer: NodeId, index: LogIndex): Promise<OfferedManifest | undefined> {
    await this.#pause();
    const given = await this.#inner.manifest(peer, index);
    const forged = this.#forged.get(`${peer}/${index}`);
    if (given !== undefined && forged !== undefined) return { ...given, manifest: forged.manifest };
    if (given === undefined || !this.#lies(peer)) return given;
    return { ...given, manifest: this.#bent(given.manifest) };
  }

  async chunk(
    peer: NodeId,
    place: { index: LogIndex; chunk: number; bytesMax: number },
  ): Promise<Uint8Array | undefined> {
    await this.#pause();
    const forged = this.#forged.get(`${peer}/${place.index}`);
    if (forged !== undefined) return forged.chunks[place.chunk];
    const bytes = await this.#inner.chunk(peer, place);
    if (bytes === undefined || !this.#lies(peer)) return bytes;
    return this.#prng.chance(1, 3) ? undefined : this.#bent(bytes);
  }

  async close(): Promise<void> {}

  #lies(peer: NodeId): boolean {
    const lies = this.#holder(peer)?.lies === true && this.#prng.chance(2, 3);
    if (lies) this.#tally.add("lie about a snapshot");
    return lies;
  }

  #bent(bytes: Uint8Array): Uint8Array {
    const copy = bytes.slice();
    if (copy.length === 0) return copy;
    const at = this.#prng.below(copy.length);
    copy[at] = copy[at]! ^ (1 << this.#prng.below(8));
    return copy;
  }
}
