// Makes the folder of a node that joins a network which is there already: its keys (0600), its configuration, an empty log.
// The administrators admit it (C25); until then it may run and only follows. It never replaces a file.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { NodeId } from "@juno/base";
import { Failure } from "@juno/failure";
import { createNodeKeys, type NodeKeys, saveNodeKeys } from "../keys/node-keys.ts";
import type { Passphrase } from "../keys/passphrase.ts";
import { loadGenesis } from "../run/genesis-file.ts";
import { createLog } from "../store/log/create-log.ts";
import type { Address } from "../transport/handshake.ts";
import { type ApiTlsConfig, authorityOf, CA_FILE } from "./api-certificates.ts";
import { makeNodeOperator } from "./node-operator.ts";

export type NewNode = {
  /** Made if it is missing; must hold no node yet. */
  readonly folder: string;
  readonly genesisPath: string;
  readonly id: NodeId;
  readonly listen: Address;
  readonly api: Address;
  /** The other nodes. */
  readonly peers: ReadonlyMap<number, Address>;
  /** Base URLs of their APIs. */
  readonly apiUrls: ReadonlyMap<number, string>;
  /** Encrypts its private keys. */
  readonly passphrase?: Passphrase;
};

/** To listen at, not to be reached at. */
const WILDCARDS: ReadonlySet<string> = new Set(["0.0.0.0", "::", "[::]"]);

const FILES = ["config.json", "node.json", "operator.json", "log.db"];

export async function initNode(node: NewNode): Promise<NodeKeys> {
  const { folder, genesisPath, id } = node;
  const { network, voters } = loadGenesis(genesisPath);
  if (voters.some((voter) => voter.id === id)) {
    const advice = "give a new node an id that no node has had";
    throw new Failure("config_invalid", `${genesisPath} has a node ${id}, with keys of its own: ${advice}.`);
  }
  const taken = FILES.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (taken !== undefined)
    throw new Failure("store_exists", `${taken} exists already: choose another folder.`);
  const certify = authorityOf(dirname(genesisPath));
  if (certify !== undefined && WILDCARDS.has(node.api.host)) {
    const advice = `name the host that clients reach, and let "api" of config.json listen elsewhere afterwards`;
    throw new Failure(
      "config_invalid",
      `A certificate for ${node.api.host} is good for no address: ${advice}.`,
    );
  }
  mkdirSync(folder, { recursive: true });
  const keys = await createNodeKeys(id);
  saveNodeKeys(join(folder, "node.json"), keys, node.passphrase);
  createLog(folder, { network, nodeId: id });
  const operator = makeNodeOperator(folder, id, node.passphrase);
  const apiTls = await certify?.({ folder, id, host: node.api.host });
  writeFileSync(join(folder, "config.json"), configDocument(node, operator, apiTls), { flag: "wx" });
  return keys;
}

function configDocument(
  { folder, genesisPath, listen, api, peers, apiUrls }: NewNode,
  operator: string,
  apiTls: ApiTlsConfig | undefined,
): string {
  const ca = join(dirname(genesisPath), CA_FILE);
  const document = {
    genesis: relative(resolve(folder), resolve(genesisPath)),
    keys: "node.json",
    listen,
    api,
    peers: Object.fromEntries(peers),
    apiUrls: Object.fromEntries(apiUrls),
    ...(apiTls === undefined ? {} : { apiTls }),
    ...(existsSync(ca) ? { apiCa: relative(resolve(folder), resolve(ca)) } : {}),
    operators: [operator],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
