// From epoch to epoch along links that somebody shows: one step after another from the last epoch that is known, so
// that the first link that does not prove itself is named, and nothing that comes after it is looked at.

import { type Epoch, type Refusal, type Result, refuse, type Sha256 } from "@juno/base";
import { checkEpochLink, type EpochLink, type Epochs } from "./epoch.ts";

/** What a refusal calls the link that leads on from an epoch. */
export const linkName = (before: Epoch): string => `the link from epoch ${before} to ${before + 1}`;

/** E56: the epoch after the last one known; everything but the signatures, which are returned for checking. */
export function nextEpoch(
  sha256: Sha256,
  epochs: Epochs,
  link: EpochLink,
): ReturnType<typeof checkEpochLink> {
  const checked = checkEpochLink(sha256, epochs.last, link);
  return checked.ok ? checked : stepRefused(epochs, checked.error);
}

/** A refusal of the next link, by its name. */
export const stepRefused = (epochs: Epochs, { code, detail }: Refusal): Result<never, Refusal> =>
  refuse(code, `${linkName(epochs.last.electorate.epoch)}: ${detail}`);
