// Three epochs of one network, as a verifier knows them: four voters, a fifth added, then the first one gone and the
// fifth under another key. Who signs is named by node and by how often its key was replaced.

import { Epoch, LogIndex, NodeId, signedBytes } from "@juno/base";
import type { KnownEpochs } from "../src/known-epochs.ts";
import { type Electorate, electorateOf } from "../src/quorum.ts";
import type { SignedStatement, StatementTag } from "../src/statement.ts";
import { digestOf, NETWORK, signWith } from "./signing.ts";

export type Seat = readonly [node: number, generation: number];
const SEATS: readonly (readonly Seat[])[] = [
  [1, 2, 3, 4].map((id) => [id, 0] as const),
  [1, 2, 3, 4, 5].map((id) => [id, 0] as const),
  [...[2, 3, 4].map((id) => [id, 0] as const), [5, 1]],
];
/** The config entries that end epochs 0 and 1. */
export const ENDS = [10, 20];

const keyOf = ([node, generation]: Seat) => digestOf(`voter ${node} key ${generation}`);

const electorates: readonly Electorate[] = SEATS.map((seats, epoch) => {
  const begun =
    epoch === 0 ? undefined : { index: LogIndex(ENDS[epoch - 1]!), hash: digestOf(`end ${epoch}`) };
  return electorateOf({
    ...{ network: NETWORK, epoch: Epoch(epoch), ...(begun && { start: begun }) },
    voters: seats.map((seat) => ({ id: NodeId(seat[0]), signKey: keyOf(seat) })),
  });
});

/** What is known to whoever has the links up to this epoch. */
export function knownUpTo(epoch: number): KnownEpochs {
  const known = electorates.slice(0, epoch + 1).map((electorate) => ({ electorate }));
  return { of: (wanted) => known[wanted], last: known.at(-1)! };
}

export function signedIn(tag: StatementTag, seat: Seat, body: Uint8Array): SignedStatement {
  const message = signedBytes({ tag, network: NETWORK, body });
  return { voter: NodeId(seat[0]), body, signature: signWith(keyOf(seat), message) };
}
