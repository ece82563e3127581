// `juno node create` and `juno node keys`: the folder of a node that joins a network, and what those who admit it must know.

import { dirname, join } from "node:path";
import { NodeId } from "@juno/base";
import { createNextKeys, initNode, loadNodeConfig, peekNodeKeys } from "@juno/node";
import { publicKeysJson } from "../admin/node-keys-file.ts";
import { usage } from "../complaint.ts";
import { nodePlaces } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { newPassphrase, passphraseIfEncrypted } from "../passphrase.ts";

export type NodeCreateOptions = {
  readonly folder: string;
  readonly genesis: string;
  readonly id: number;
  readonly listen: string;
  readonly api: string;
  readonly peer?: readonly string[];
  readonly peerApi?: readonly string[];
  readonly encrypt?: boolean;
};

type Address = { readonly host: string; readonly port: number };

const ADDRESS = /^([^\s/]{1,250}):([1-9]\d{0,4})$/;
const PORT_MAX = 65_535;

export function readAddress(text: string): Address {
  const [, host = "", digits = ""] = ADDRESS.exec(text) ?? [];
  const port = Number(digits);
  if (host === "" || port > PORT_MAX)
    throw usage(`"${text}" is no address: HOST:PORT, such as 10.0.0.5:8105.`);
  return { host, port };
}

/** N=VALUE, once for each node. */
function readById(texts: readonly string[] | undefined, example: string): Map<number, string> {
  const byId = new Map<number, string>();
  for (const text of texts ?? []) {
    const [, id, value] = /^([1-9]\d{0,8})=(.+)$/.exec(text) ?? [];
    if (id === undefined || value === undefined)
      throw usage(`"${text}" names no node: ID=VALUE, such as ${example}.`);
    byId.set(Number(id), value);
  }
  return byId;
}

/** What the other nodes' folders say, where they stand beside the genesis. */
function neighbours(genesis: string): { peers: Map<number, Address>; apiUrls: Map<number, string> } {
  const peers = new Map<number, Address>();
  const apiUrls = new Map<number, string>();
  for (const { id, folder, url } of nodePlaces(dirname(genesis))) {
    peers.set(id, loadNodeConfig(join(folder, "config.json")).listen);
    apiUrls.set(id, url);
  }
  return { peers, apiUrls };
}

/** A53: that others have certificates and this one has none is easily overlooked. */
function clearly(folder: string): string {
  const { apiCaPath, apiTls } = loadNodeConfig(join(folder, "config.json"));
  if (apiCaPath === undefined || apiTls !== undefined) return "";
  return ` Its API would be served IN THE CLEAR, for the key of ${apiCaPath} is not beside it: give it a certificate, and write "apiTls" into its config.json.`;
}

export async function runNodeCreate(options: NodeCreateOptions, output: Output): Promise<void> {
  const { folder, genesis, id } = options;
  const [listen, api] = [readAddress(options.listen), readAddress(options.api)];
  const { peers, apiUrls } = neighbours(genesis);
  for (const [node, text] of readById(options.peer, "1=10.0.0.1:8101")) peers.set(node, readAddress(text));
  for (const [node, url] of readById(options.peerApi, "1=http://10.0.0.1:7101")) apiUrls.set(node, url);
  if (peers.size === 0)
    throw usage("Whom shall the node connect to? Give --peer ID=HOST:PORT, once for each node.");
  const keys = await initNode({
    ...{ folder, genesisPath: genesis, id: NodeId(id), listen, api, peers, apiUrls },
    ...(options.encrypt ? { passphrase: await newPassphrase() } : {}),
  });
  output.printJson(publicKeysJson(keys, { listen }));
  output.remark(
    `Node ${id} is in ${folder}.${clearly(folder)} Start it with \`juno node ${folder}\`; administrators admit it with \`juno admin add-node\`, given what is printed above.`,
  );
}

export function runNodeKeys({ folder }: { readonly folder: string }, output: Output): void {
  const config = loadNodeConfig(join(folder, "config.json"));
  output.printJson(publicKeysJson(peekNodeKeys(config.keysPath), config));
}

/** The running node takes them up when it is asked whether it is ready, and goes by them once an epoch names them. */
export async function runNodeNewKeys(
  { folder, encrypt = false }: { readonly folder: string; readonly encrypt?: boolean },
  output: Output,
): Promise<void> {
  const config = loadNodeConfig(join(folder, "config.json"));
  // Keys that are encrypted are not followed by keys in clear.
  const passphrase =
    (await passphraseIfEncrypted(config.keysPath)) ?? (encrypt ? await newPassphrase() : undefined);
  const keys = await createNextKeys(config.keysPath, passphrase);
  output.printJson(publicKeysJson(keys, config));
  output.remark(
    `Node ${keys.id} has these beside its own keys now. Administrators put them in their place with \`juno admin rotate-keys\`, given what is printed above.`,
  );
}
