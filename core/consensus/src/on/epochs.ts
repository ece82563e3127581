// Messages that name another epoch than the own one, and links that lead from one to the next (S12, V7).

import { type EpochFacts, genesisCertificate } from "@juno/proof";
import { consider } from "../consider.ts";
import { learn, syncEpochs } from "../epochs.ts";
import type { Turn } from "../turn.ts";
import type { Message, Verified } from "../verified.ts";

/** E60: what they show is known from now on; the log follows as soon as its entries are at hand. */
export function onEpochs(
  turn: Turn,
  message: Verified<Message> & { readonly learned: readonly EpochFacts[] },
): void {
  for (const facts of message.learned) if (!learn(turn, facts)) return;
  headForNewest(turn, message.from);
}

/** Goes on to the newest epoch that is known, asking `shownBy` for entries first. */
export function headForNewest(turn: Turn, shownBy: Message["from"]): void {
  const { epochs, electorate } = turn.state;
  const newest = epochs.last.electorate;
  if (newest.epoch > electorate.epoch) consider(turn, genesisCertificate(newest), shownBy);
}

/** What a voter says in another epoch counts for nothing here. It may be behind, or lead there. */
export function onForeign(turn: Turn, message: Verified<Message>): void {
  if (message.epoch < turn.state.electorate.epoch) return syncEpochs(turn, message.from, message.epoch);
  if ("certificate" in message) consider(turn, message.certificate, message.from);
}
