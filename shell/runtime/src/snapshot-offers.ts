// Which snapshots can be had from whom. Only what f+1 voters have signed counts, and the signatures are
// verified before anything is fetched, so whatever a peer offers it can at worst withhold it.

import { hex, type LogIndex, type NodeId } from "@juno/base";
import { checkSnapshotCertificate, type Epochs } from "@juno/proof";
import type { OfferedSnapshot, SnapshotSource } from "./ports/snapshot-source.ts";
import type { Verifier } from "./ports/verifier.ts";

export type CertifiedOffer = OfferedSnapshot & { readonly providers: readonly NodeId[] };

/** More of a peer's list is not looked at. */
const OFFERS_PER_PEER_MAX = 8;

export async function isCertified(
  epochs: Epochs,
  verifier: Verifier,
  offer: OfferedSnapshot,
): Promise<boolean> {
  const checks = checkSnapshotCertificate(epochs.at(offer.index).electorate, offer, offer.certificate);
  return checks.ok && (await verifier.verify(checks.value)).every(Boolean);
}

type OfferParts = {
  readonly epochs: Epochs;
  readonly peers: readonly NodeId[];
  readonly source: SnapshotSource;
  readonly verifier: Verifier;
  readonly above: LogIndex;
  /** A peer showed a certificate that is none. */
  lied(peer: NodeId): void;
};

/** Asks all peers at once; the certified snapshots above an index, from the highest down, and who offers each. */
export async function* certifiedOffers(parts: OfferParts): AsyncGenerator<CertifiedOffer> {
  const { epochs, peers, source, verifier, above, lied } = parts;
  const lists = await Promise.all(
    peers.map(async (peer) =>
      (await source.list(peer)).slice(-OFFERS_PER_PEER_MAX).map((offer) => ({ peer, offer })),
    ),
  );
  const offers = lists.flat().filter(({ offer }) => offer.index > above);
  offers.sort((a, b) => b.offer.index - a.offer.index);
  const named: CertifiedOffer[] = [];
  for (const { peer, offer } of offers) {
    if (named.some((other) => isSame(other, offer))) continue;
    if (!(await isCertified(epochs, verifier, offer))) {
      lied(peer);
      continue;
    }
    const same = offers.filter((other) => isSame(other.offer, offer)).map((other) => other.peer);
    const certified = { ...offer, providers: [...new Set([peer, ...same])] };
    named.push(certified);
    yield certified;
  }
}

export async function highestOffer(parts: OfferParts): Promise<CertifiedOffer | undefined> {
  for await (const offer of certifiedOffers(parts)) return offer;
  return undefined;
}

const isSame = (a: OfferedSnapshot, b: OfferedSnapshot): boolean =>
  a.index === b.index && hex(a.hash) === hex(b.hash);
