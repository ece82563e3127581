// `juno epochs`: who has voted when, as links prove it from the genesis on (E56), and the file of these links (E57) by
// which receipts of later epochs are judged offline.

import { hex } from "@juno/base";
import { connect } from "../network/connection.ts";
import { findNetwork, type NetworkOptions } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { epochJson, epochLines } from "../view/epoch-view.ts";
import { epochsFileText } from "./epochs-file.ts";
import { demandFree, keepProofFile } from "./proof-document.ts";

export type EpochsOptions = NetworkOptions & { readonly out?: string; readonly json?: boolean };

export async function runEpochs(options: EpochsOptions, output: Output): Promise<void> {
  const { out } = options;
  demandFree(out);
  const client = connect(findNetwork(options));
  try {
    // Somebody must answer, or silence would pass for "nothing has changed".
    await client.status();
    while (await client.learnEpochs());
    const known = client.epochs.from({ from: 0, limit: Number.MAX_SAFE_INTEGER });
    if (out !== undefined) keepProofFile(out, epochsFileText(client.genesis, client.epochs));
    if (options.json) output.printJson({ network: hex(client.network), epochs: known.map(epochJson) });
    else output.print(known.flatMap(epochLines).join("\n"));
    if (out !== undefined && !options.json) output.print(`The links are in ${out}.`);
  } finally {
    client.close();
  }
}
