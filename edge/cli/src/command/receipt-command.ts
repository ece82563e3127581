// `juno receipt`: fetches the proof of a command's outcome and keeps it as a receipt file (E35). It never
// replaces a file, and writes nothing that `juno verify-receipt` would refuse.

import { setTimeout as pause } from "node:timers/promises";
import type { FetchedReceipt, JunoClient } from "@juno/client";
import { Complaint, EXIT, usage } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import { findNetwork, type NetworkOptions } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { provedLines } from "../view/proved-view.ts";
import { demandFree, keepProofFile } from "./proof-document.ts";

export type ReceiptOptions = NetworkOptions & {
  readonly out?: string;
  /** Seconds. */
  readonly timeout: number;
};

type Proved = Extract<FetchedReceipt, { readonly state: "proved" }>;

const ID = /^[0-9a-f]{64}$/;

/** Asks again, as often as nodes wish to be asked, until there is a proof or time is up. */
async function untilProved(client: JunoClient, id: string, timeoutMs: number): Promise<Proved> {
  const startMs = performance.now();
  for (;;) {
    const fetched = await client.receipt(id);
    if (fetched.state === "proved") return fetched;
    if (performance.now() - startMs + fetched.retryAfterMs > timeoutMs) {
      throw new Complaint("The outcome is not proved yet: ask again later.", EXIT.unreachable);
    }
    await pause(fetched.retryAfterMs);
  }
}

export async function runReceipt(id: string, options: ReceiptOptions, output: Output): Promise<void> {
  if (!ID.test(id)) throw usage(`"${id}" is no command's id: 64 lower-case hex digits.`);
  const { out } = options;
  demandFree(out);
  const client = connect(findNetwork(options));
  try {
    const { file, outcome } = await untilProved(client, id, options.timeout * 1_000);
    if (out === undefined) {
      output.print(file.trimEnd());
      return;
    }
    keepProofFile(out, file);
    output.print(provedLines(outcome, client.epochs, output.paint).join("\n"));
    output.print(`The receipt is in ${out}.`);
  } finally {
    client.close();
  }
}
