// How many voters make a quorum (spec/1-model.md), and who they are. Any two quorums share at
// least f+1 voters, hence an honest one; the honest voters alone are a quorum.

import { assert, Epoch, type Hash, LogIndex, type NodeId, type Term } from "@juno/base";

/** f: how many of n voters may lie without harm. */
export const faultsOf = (voters: number): number => Math.floor((voters - 1) / 3);

/** q: how many distinct voters make a certificate. A plain majority is not enough (n=7 needs 5). */
export const quorumOf = (voters: number): number => Math.floor((voters + faultsOf(voters)) / 2) + 1;

export type Voter = { readonly id: NodeId; readonly signKey: Uint8Array };

/** The one quorum set of an epoch. */
export type Electorate = {
  readonly network: Hash;
  readonly epoch: Epoch;
  /** Where the epoch begins: the genesis, or the config entry that ended the one before. Certified in term 0. */
  readonly start: { readonly index: LogIndex; readonly hash: Hash };
  /** Ascending by id. */
  readonly voters: readonly Voter[];
  readonly faults: number;
  readonly quorum: number;
  readonly keyOf: ReadonlyMap<NodeId, Uint8Array>;
};

export const FIRST_EPOCH = Epoch(0);

/** Where the first epoch of a network begins. */
export const networkStart = (network: Hash): Pick<Electorate, "epoch" | "start"> => ({
  epoch: FIRST_EPOCH,
  start: { index: LogIndex(0), hash: network },
});

/** `start` is the genesis if it is left out. */
export function electorateOf(set: {
  network: Hash;
  epoch: Epoch;
  start?: Electorate["start"];
  voters: readonly Voter[];
}): Electorate {
  const voters = [...set.voters].sort((a, b) => a.id - b.id);
  const keyOf = new Map(voters.map((voter) => [voter.id, voter.signKey]));
  assert(voters.length > 0 && keyOf.size === voters.length, "voters have distinct ids");
  return {
    network: set.network,
    epoch: set.epoch,
    start: set.start ?? networkStart(set.network).start,
    voters,
    faults: faultsOf(voters.length),
    quorum: quorumOf(voters.length),
    keyOf,
  };
}

/** The only voter that can be elected in a term. */
export function leaderOf(electorate: Electorate, term: Term): NodeId | undefined {
  if (term === 0) return undefined;
  return electorate.voters[term % electorate.voters.length]!.id;
}
