// `juno node halt`, `resume` and `drain`: what its operator has one node do, alone, whatever the others are doing (A32).

import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadNodeConfig, peekNodeKeys } from "@juno/node/light";
import type { NodeOrderKind } from "@juno/proof";
import { usage } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import { loadSigner } from "../network/key-ring.ts";
import { findNetwork } from "../network/network-folder.ts";
import type { Output } from "../output.ts";

export type NodeOrderOptions = {
  readonly folder?: string;
  readonly url?: string;
  readonly genesis?: string;
  readonly key?: string;
  readonly ca?: string;
  readonly reason: string;
  readonly json?: boolean;
};

/** Of `juno init` and `juno node create`, in the node's folder. */
const OPERATOR_FILE = "operator.json";

const DONE: Readonly<Record<NodeOrderKind, string>> = {
  halt: "is halted: it signs nothing and takes no command until `juno node resume`, also after a restart",
  resume: "takes part again",
  drain: "takes no more commands",
};

const urlOf = ({ api, apiTls }: ReturnType<typeof loadNodeConfig>): string =>
  `${apiTls === undefined ? "http" : "https"}://${api.host}:${api.port}`;

/** What is not said stands in the node's folder. */
function placesOf({ folder, url, genesis, key }: NodeOrderOptions) {
  const config = folder === undefined ? undefined : loadNodeConfig(join(folder, "config.json"));
  const places = {
    url: url ?? (config && urlOf(config)),
    genesis: genesis ?? config?.genesisPath,
    key: key ?? (folder && join(folder, OPERATOR_FILE)),
  };
  if (places.url === undefined || places.genesis === undefined || places.key === undefined)
    throw usage("Which node? Give --folder, or --url, --genesis and --key.");
  if (key === undefined && !existsSync(places.key))
    throw usage(`${places.key} is not there: give the operator's key file with --key.`);
  const node = config === undefined || url !== undefined ? {} : { node: peekNodeKeys(config.keysPath).id };
  return { url: places.url, genesis: places.genesis, key: places.key, ...node };
}

export async function runNodeOrder(
  order: NodeOrderKind,
  options: NodeOrderOptions,
  output: Output,
): Promise<void> {
  const { url, genesis, key, ...meant } = placesOf(options);
  const client = connect(
    findNetwork({ url: [url], genesis, ...(options.ca === undefined ? {} : { ca: options.ca }) }),
  );
  try {
    const done = await client.order(url, {
      order,
      reason: options.reason,
      signer: loadSigner(key),
      ...meant,
    });
    if (options.json) output.printJson(done);
    else output.print(`Node ${done.node} ${DONE[order]}. Its state: ${done.state}.`);
  } finally {
    client.close();
  }
}
