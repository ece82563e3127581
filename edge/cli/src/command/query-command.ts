// `juno query`: asks a module and prints its answer as JSON, with the state it was read from.

import { usage } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import { findNetwork, type NetworkOptions } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { parseDocument } from "./document.ts";

const NAME = /^([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\.([A-Za-z_]\w*)$/;

export async function runQuery(
  request: { readonly query: string; readonly args: string },
  options: NetworkOptions & { readonly linearizable?: boolean },
  output: Output,
): Promise<void> {
  const match = NAME.exec(request.query);
  if (match === null) {
    throw usage(`"${request.query}" is no query: MODULE.QUERY, such as demo.accounts.balance.`);
  }
  const args = parseDocument(request.args, "The query's arguments");
  const [, module = "", query = ""] = match;
  const client = connect(findNetwork(options));
  try {
    const consistency = options.linearizable ? "linearizable" : "local";
    output.printJson(await client.query({ module, query, args }, { consistency }));
  } finally {
    client.close();
  }
}
