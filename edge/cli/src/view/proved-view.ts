// What a receipt file proves (E35), in plain words. Whoever calls it has verified the receipt; it says
// nothing beyond what the attesting voters have signed for.

import { hex } from "@juno/base";
import type { Outcome } from "@juno/client";
import { renderTime } from "@juno/ledger/light";
import { faultsOf, type Genesis } from "@juno/proof";
import type { Paint } from "../terminal/paint.ts";
import { failureText, receiptDetails, receiptSummary } from "./receipt-view.ts";

export const NETWORK_CHARS = 12;

export const listed = (numbers: readonly number[]): string => {
  const last = numbers.at(-1);
  return numbers.length < 2 ? `${last}` : `${numbers.slice(0, -1).join(", ")} and ${last}`;
};

export const attesters = ({ proof }: Outcome): number[] => proof.attestations.map(({ ack }) => ack.voter);

export function provedLines(outcome: Outcome, genesis: Genesis, paint: Paint): string[] {
  const { id, index, time, receipt } = outcome;
  const { length } = genesis.voters;
  const failure = failureText(receipt);
  return [
    `command      ${id}`,
    `ledger       ${hex(genesis.network).slice(0, NETWORK_CHARS)}…, entry ${index}, ${renderTime(time)}`,
    `attested by  voters ${listed(attesters(outcome))} of ${length}; up to ${faultsOf(length)} of them may lie`,
    `outcome      ${receiptSummary(receipt, paint)}`,
    ...(failure === undefined ? [] : [paint("red", failure)]),
    ...receiptDetails(receipt, paint),
  ];
}
