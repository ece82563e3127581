// `juno row`: a row, or that there is none, proved as of the last checkpoint that f+1 voters attest (E43),
// and kept as a file that convinces others (E48).

import { hex } from "@juno/base";
import { rowFileText } from "@juno/client";
import { usage } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import { findNetwork, type NetworkOptions } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { provenRowJson, provenRowLines } from "../view/proven-row-view.ts";
import { demandFree, keepProofFile } from "./proof-document.ts";

export type RowOptions = NetworkOptions & {
  /** Seconds. */
  readonly maxAge?: number;
  readonly out?: string;
  readonly json?: boolean;
};

const TABLE = /^(.+)\.([^.]+)$/;

export async function runRow(
  asked: { readonly table: string; readonly key: string },
  options: RowOptions,
  output: Output,
): Promise<void> {
  const [, module, table] = TABLE.exec(asked.table) ?? [];
  if (module === undefined || table === undefined) {
    throw usage(`"${asked.table}" is no table: MODULE.TABLE, such as demo.accounts.accounts.`);
  }
  const { maxAge, out } = options;
  demandFree(out);
  const client = connect(findNetwork(options));
  try {
    const limits = maxAge === undefined ? {} : { maxAgeMs: maxAge * 1_000 };
    const { proof } = await client.provenRow({ module, table, key: asked.key }, limits);
    if (out !== undefined) keepProofFile(out, rowFileText(client.epochs, proof));
    if (options.json) output.printJson({ network: hex(client.network), ...provenRowJson(proof) });
    else output.print(provenRowLines(proof, client.epochs).join("\n"));
    if (out !== undefined && !options.json) output.print(`The proof is in ${out}.`);
  } finally {
    client.close();
  }
}
