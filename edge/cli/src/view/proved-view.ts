// What a receipt file proves (E35), in plain words. Whoever calls it has verified the receipt; it says
// nothing beyond what the attesting voters have signed for.

import { hex } from "@juno/base";
import type { Outcome } from "@juno/client";
import { renderTime } from "@juno/ledger/light";
import { type Attestation, attestingElectorate, FIRST_EPOCH, type KnownEpochs } from "@juno/proof";
import type { Paint } from "../terminal/paint.ts";
import { failureText, receiptDetails, receiptSummary } from "./receipt-view.ts";

export const NETWORK_CHARS = 12;

export const listed = (numbers: readonly number[]): string => {
  const last = numbers.at(-1);
  return numbers.length < 2 ? `${last}` : `${numbers.slice(0, -1).join(", ")} and ${last}`;
};

export const attesters = ({ proof }: Outcome): number[] => proof.attestations.map(({ ack }) => ack.voter);

/** Which voters of how many, in the epoch that all of them name (E34). */
export function attestedBy(epochs: KnownEpochs, attestations: readonly Attestation[]): string {
  const electorate = attestingElectorate(epochs, attestations);
  const voters = listed(attestations.map(({ ack }) => ack.voter));
  if (!electorate.ok) return `voters ${voters}`;
  const { epoch, voters: all, faults } = electorate.value;
  const place = epoch === FIRST_EPOCH ? "" : ` in epoch ${epoch}`;
  return `voters ${voters} of ${all.length}${place}; up to ${faults} of them may lie`;
}

export function provedLines(outcome: Outcome, epochs: KnownEpochs, paint: Paint): string[] {
  const { id, index, time, receipt, proof } = outcome;
  const { network } = epochs.last.electorate;
  const failure = failureText(receipt);
  return [
    `command      ${id}`,
    `ledger       ${hex(network).slice(0, NETWORK_CHARS)}…, entry ${index}, ${renderTime(time)}`,
    `attested by  ${attestedBy(epochs, proof.attestations)}`,
    `outcome      ${receiptSummary(receipt, paint)}`,
    ...(failure === undefined ? [] : [paint("red", failure)]),
    ...receiptDetails(receipt, paint),
  ];
}
