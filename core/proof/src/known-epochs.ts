// Under whose keys something is judged: the voters of the epoch that it names. Whoever judges knows some epochs, from
// the first without a gap; what names a later one is neither believed nor wrong, it takes the links that lead there.

import {
  decodeWith,
  type Epoch,
  Epoch as epochOf,
  type LogIndex,
  ok,
  type Refusal,
  type Result,
  refuse,
} from "@juno/base";
import type { EpochFacts } from "./epoch.ts";
import type { Electorate } from "./quorum.ts";

type Voting = Pick<EpochFacts, "electorate">;

/** What judging takes of `Epochs`. */
export type KnownEpochs = {
  of(epoch: Epoch): Voting | undefined;
  readonly last: Voting;
};

/** Where one epoch is all that is asked about. */
export const onlyEpoch = (electorate: Electorate): KnownEpochs => ({
  of: (epoch) => (epoch === electorate.epoch ? { electorate } : undefined),
  last: { electorate },
});

/** The voters of an epoch; `unknown_epoch` says what is lacking. */
export function electorateIn(epochs: KnownEpochs, epoch: Epoch): Result<Electorate, Refusal> {
  const known = epochs.of(epoch);
  if (known !== undefined) return ok(known.electorate);
  const { epoch: last } = epochs.last.electorate;
  return refuse(
    "unknown_epoch",
    `it is of epoch ${epoch}, and the voters are known up to epoch ${last} only: get the links that lead there, ` +
      "an epochs file (`juno epochs`) or GET /api/v1/epochs of any node, whose word need not be taken for them",
  );
}

const EPOCH_BYTES = 8;

/** The voters of the epoch that a signed body names: each begins with it. */
export function electorateOfBody(epochs: KnownEpochs, body: Uint8Array): Result<Electorate, Refusal> {
  const epoch = decodeWith(body.subarray(0, EPOCH_BYTES), (reader) => epochOf(reader.u64()));
  return epoch.ok ? electorateIn(epochs, epoch.value) : epoch;
}

/** The last entry of an epoch, once it is known what came after. */
export function endOf(epochs: KnownEpochs, epoch: Epoch): Electorate["start"] | undefined {
  return epochs.of(epochOf(epoch + 1))?.electorate.start;
}

/** No index of the epoch lies above. */
export const isBeyond = (
  epochs: KnownEpochs,
  { epoch, index }: { epoch: Epoch; index: LogIndex },
): boolean => {
  const end = endOf(epochs, epoch);
  return end !== undefined && index > end.index;
};
