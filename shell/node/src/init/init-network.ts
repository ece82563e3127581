// Makes a whole network's files, once: genesis, keys (0600), empty databases, one folder per node, and
// the keys of the people: clients, operators, admins. It never replaces a file.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hex, NodeId } from "@juno/base";
import { Failure } from "@juno/failure";
import { checkGenesisModules } from "@juno/ledger";
import { parseGenesis, type Role } from "@juno/proof";
import { createKeyPair, sha256 } from "../crypto/sodium.ts";
import { saveClientKeys } from "../keys/client-keys.ts";
import { createNodeKeys, type NodeKeys, saveNodeKeys } from "../keys/node-keys.ts";
import type { Passphrase } from "../keys/passphrase.ts";
import { createLog } from "../store/log/create-log.ts";
import { accountsSource } from "./accounts-source.ts";
import {
  type ApiTlsConfig,
  CA_FILE,
  makeAuthority,
  type TakeCertificates,
  takeCertificates,
} from "./api-certificates.ts";
import { makeNodeOperator } from "./node-operator.ts";

export type Ports = { readonly peer: number; readonly api: number };

export type InitOptions = {
  /** Made if it is missing; must hold no network yet. */
  readonly folder: string;
  readonly host: string;
  /** One per node, in the order of their ids 1, 2, 3 … */
  readonly ports: readonly Ports[];
  /** Names of registered clients. */
  readonly clients: readonly string[];
  /** Sources of the modules that stand from the beginning; the accounts contract unless told. */
  readonly modules?: readonly string[];
  /** Encrypts all private keys but those of certificates. */
  readonly passphrase?: Passphrase;
  /** A53: the APIs are served over TLS, under certificates that are made, or that stand in this folder. */
  readonly apiTls?: { readonly given?: string };
  /** Milliseconds since 1970. */
  readonly startTime: number;
  /** Replaces limits and times of the genesis, by name. */
  readonly limits?: Readonly<Record<string, number>>;
  readonly timing?: Readonly<Record<string, number>>;
  /** What roles let their clients do (C29); nothing is said unless told. */
  readonly roles?: readonly Role[];
};

export type NetworkFiles = {
  readonly folder: string;
  readonly genesis: string;
  /** config.json of each node. */
  readonly nodeConfigs: readonly string[];
  readonly urls: readonly string[];
  readonly clientKeys: readonly string[];
  readonly operatorKeys: readonly string[];
};

const OPERATORS = ["treasury", "risk", "cfo"];
const ADMINS = ["admin-1", "admin-2", "admin-3"];

export async function initNetwork(options: InitOptions): Promise<NetworkFiles> {
  const { folder, host, ports, passphrase } = options;
  const genesisPath = join(folder, "genesis.json");
  if (existsSync(genesisPath)) {
    throw new Failure(
      "store_exists",
      `${genesisPath} exists already: a network is made once. Choose another folder.`,
    );
  }
  const takeGiven = givenCertificates(options);
  mkdirSync(folder, { recursive: true });
  const nodes = await Promise.all(ports.map((_, i) => createNodeKeys(NodeId(i + 1))));
  const people = (names: readonly string[], place: string) =>
    makePeople(join(folder, place), names, passphrase);
  const clients = people(options.clients, "clients");
  const operators = people(OPERATORS, "operators");
  const admins = people(ADMINS, "admins");
  const genesis = genesisDocument(options, { nodes, clients, operators, admins });
  const parsed = parseGenesis(sha256, genesis);
  const usable = parsed.ok ? checkGenesisModules(parsed.value) : parsed;
  if (!parsed.ok || !usable.ok) {
    const detail = usable.ok ? "" : usable.error.detail;
    throw new Failure("config_invalid", `the genesis would be invalid: ${detail}`);
  }
  writeFileSync(genesisPath, genesis, { flag: "wx" });
  const certify = options.apiTls && (takeGiven?.(folder) ?? (await makeAuthority(folder)));
  const urls = ports.map(({ api }) => apiUrl(options, api));
  const nodeConfigs: string[] = [];
  for (const keys of nodes) {
    const place = join(folder, `node-${keys.id}`);
    mkdirSync(place);
    const apiTls = await certify?.({ folder: place, id: keys.id, host });
    saveNodeKeys(join(place, "node.json"), keys, passphrase);
    const operator = makeNodeOperator(place, keys.id, passphrase);
    createLog(place, { network: parsed.value.network, nodeId: keys.id });
    const config = join(place, "config.json");
    writeFileSync(config, nodeConfigDocument(options, { id: keys.id, operator, apiTls }), { flag: "wx" });
    nodeConfigs.push(config);
  }
  const paths = (list: readonly Person[]) => list.map(({ path }) => path);
  return {
    ...{ folder, genesis: genesisPath, nodeConfigs, urls },
    clientKeys: paths(clients),
    operatorKeys: paths(operators),
  };
}

/** What cannot be used is refused before anything is written. */
function givenCertificates({ folder, host, ports, apiTls }: InitOptions): TakeCertificates | undefined {
  const ca = join(folder, CA_FILE);
  if (apiTls !== undefined && existsSync(ca))
    throw new Failure("store_exists", `${ca} exists already. Choose another folder.`);
  return apiTls?.given === undefined
    ? undefined
    : takeCertificates(apiTls.given, { nodes: ports.length, host });
}

const apiUrl = ({ host, apiTls }: InitOptions, port: number): string =>
  `${apiTls === undefined ? "http" : "https"}://${host}:${port}`;

type Person = { readonly name: string; readonly key: string; readonly path: string };

function makePeople(place: string, names: readonly string[], passphrase: Passphrase | undefined): Person[] {
  mkdirSync(place, { recursive: true });
  return names.map((name) => {
    const pair = createKeyPair();
    const path = join(place, `${name}.json`);
    saveClientKeys(path, { name, ...pair }, passphrase);
    return { name, key: hex(pair.key), path };
  });
}

function genesisDocument(
  options: InitOptions,
  keys: { nodes: NodeKeys[]; clients: Person[]; operators: Person[]; admins: Person[] },
): Uint8Array {
  const twoOf = (people: readonly Person[]) => ({ atLeast: 2, of: people.map(({ key }) => ({ key })) });
  const { limits, timing, roles, startTime, modules = [accountsSource()] } = options;
  const document = {
    format: 1,
    voters: keys.nodes.map(({ id, signKey, transportKey }) => {
      return { id, signKey: hex(signKey), transportKey: hex(transportKey) };
    }),
    policies: { admin: twoOf(keys.admins), operator: twoOf(keys.operators) },
    clients: [
      ...keys.clients.map(({ name, key }) => ({ name, key, roles: [] })),
      // Contracts ask for roles: each operator has the one of its name.
      ...keys.operators.map(({ name, key }) => ({ name, key, roles: [name] })),
    ],
    modules,
    ...(limits === undefined ? {} : { limits }),
    ...(timing === undefined ? {} : { timing }),
    ...(roles === undefined ? {} : { roles }),
    startTime,
  };
  return new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
}

function nodeConfigDocument(
  options: InitOptions,
  own: { readonly id: NodeId; readonly operator: string; readonly apiTls: ApiTlsConfig | undefined },
): string {
  const { host, ports } = options;
  const { id, operator, apiTls } = own;
  const { peer, api } = ports[id - 1]!;
  const byId = <T>(value: (ports: Ports) => T) =>
    Object.fromEntries(ports.map((p, i) => [String(i + 1), value(p)]));
  const document = {
    genesis: "../genesis.json",
    keys: "node.json",
    listen: { host, port: peer },
    api: { host, port: api },
    peers: byId((each) => ({ host, port: each.peer })),
    apiUrls: byId((each) => apiUrl(options, each.api)),
    ...(apiTls === undefined ? {} : { apiTls, apiCa: `../${CA_FILE}` }),
    operators: [operator],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
