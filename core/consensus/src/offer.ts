// What a leader offers to append, as data, with its signature: whoever holds two offers of one term
// that differ at an index holds evidence (S11).

import { equalBytes, type Hash, type LogIndex } from "@juno/base";
import type { AppendStatement, EntryHeader, Point } from "@juno/proof";
import type { LogEntry } from "./log.ts";

/** An entry without its body. */
export type HashedHeader = EntryHeader & { readonly hash: Hash };

export type Offer<E extends HashedHeader = LogEntry> = {
  readonly previous: Point;
  readonly entries: readonly E[];
  /** The leader's signature over the offer; undefined if it was fetched. */
  readonly signed: Pick<AppendStatement, "body" | "signature"> | undefined;
};

/** The hash that an offer vouches for at an index. */
function hashIn({ previous, entries }: Offer<HashedHeader>, index: LogIndex): Hash | undefined {
  return previous.index === index ? previous.hash : entries[index - previous.index - 1]?.hash;
}

/** Two signed statements that differ at an index, if an offer and one held before are such. */
export function contradiction(
  held: readonly Offer<HashedHeader>[],
  offer: Offer<HashedHeader>,
  index: LogIndex,
): { readonly first: AppendStatement; readonly second: AppendStatement } | undefined {
  const said = hashIn(offer, index);
  if (said === undefined || offer.signed === undefined) return undefined;
  const rival = held.find((other) => {
    const hash = hashIn(other, index);
    return other.signed !== undefined && hash !== undefined && !equalBytes(hash, said);
  });
  if (rival?.signed === undefined) return undefined;
  return {
    first: { ...rival.signed, headers: rival.entries },
    second: { ...offer.signed, headers: offer.entries },
  };
}

/** Adds a signed offer, without bodies, and lets go of the oldest beyond `headersMax` headers. */
export function keepOffer(
  held: readonly Offer<HashedHeader>[],
  offer: Offer,
  headersMax: number,
): Offer<HashedHeader>[] {
  const entries = offer.entries.map(
    ({ epoch, index, term, time, kind, bodyDigest, hash }): HashedHeader => ({
      epoch,
      index,
      term,
      time,
      kind,
      bodyDigest,
      hash,
    }),
  );
  const kept = [...held, { ...offer, entries }];
  let headers = kept.reduce((sum, each) => sum + each.entries.length, 0);
  while (headers > headersMax && kept.length > 1) headers -= kept.shift()!.entries.length;
  return kept;
}
