// How a command ended, on a network: the proved outcome of one that was sent, or what one would do.

import type { SimulateReplyJson } from "@juno/api";
import type { Outcome } from "@juno/client";
import { EXIT } from "../complaint.ts";
import type { Output } from "../output.ts";
import { failureText, receiptDetails, receiptSummary } from "./receipt-view.ts";

type Options = { readonly json?: boolean };
type Receipt = SimulateReplyJson["receipt"];

function receiptText(receipt: Receipt, output: Output, remark: string): string {
  const failure = failureText(receipt);
  return [
    ...(failure === undefined ? [] : [output.paint("red", failure)]),
    receiptSummary(receipt, output.paint, [remark]),
    ...receiptDetails(receipt, output.paint),
  ].join("\n");
}

/** Prints it; the exit code says whether it did what it should. */
export function showOutcome(outcome: Outcome, options: Options, output: Output): void {
  const { id, status, index, receipt, proof } = outcome;
  if (status !== "ok") process.exitCode = EXIT.refused;
  if (options.json) {
    output.printJson({ id, status, index, receipt });
    return;
  }
  const voters = proof.attestations.map(({ ack }) => ack.voter).join(" and ");
  output.print(`${id}\n${receiptText(receipt, output, `proved by nodes ${voters}`)}`);
}

/** What a command would do, as one node says. */
export function showSimulation({ receipt }: SimulateReplyJson, options: Options, output: Output): void {
  if (receipt.status !== "ok") process.exitCode = EXIT.refused;
  if (options.json) output.printJson({ receipt });
  else output.print(receiptText(receipt, output, "not sent"));
}
