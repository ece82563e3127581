// The files of a network as `juno init` makes them, found again: the genesis, who listens where, whose
// keys are here. A folder may hold less than all of it: a client's has a genesis and its own key.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Signer } from "@juno/client";
import { CA_FILE, loadGenesis, loadNodeConfig } from "@juno/node/light";
import type { Electorate, Genesis } from "@juno/proof";
import { usage } from "../complaint.ts";
import { KeyRing, signerWhenAsked } from "./key-ring.ts";
import type { NodePlace } from "./node-process.ts";

/** Where `juno dev` keeps its network unless it is told otherwise. */
export const DEV_FOLDER = "juno-dev";
const NODE_FOLDER = /^node-(\d+)$/;

/** A node's API; the number is known where the network's files are. */
export type NodeAddress = { readonly url: string; readonly id?: number };

export type NetworkPlace = {
  /** The network folder, if there is one. */
  readonly folder: string | undefined;
  readonly genesis: Genesis;
  readonly nodes: readonly NodeAddress[];
  /** PEM: whose certificates those of `https` nodes are trusted by. */
  readonly ca?: string | undefined;
  /** Who reads, where that takes a signature (A41): whom the command line names, or the first client whose key is here. */
  readonly reader?: Signer | undefined;
};

export type NetworkOptions = {
  readonly network?: string;
  readonly url?: readonly string[];
  readonly genesis?: string;
  readonly ca?: string;
  /** The key file of whoever reads. */
  readonly as?: string;
};

/** How many of the voters of an epoch must agree, if as many nodes are known; 0 if not. */
export const quorumIn = (
  { voters, quorum }: Pick<Electorate, "voters" | "quorum">,
  nodes: readonly NodeAddress[],
): number => (nodes.length < voters.length ? 0 : quorum);

/** The nodes whose folders stand in a network folder, by their ids. */
export function nodePlaces(folder: string): NodePlace[] {
  const places: NodePlace[] = [];
  for (const name of readdirSync(folder)) {
    const number = NODE_FOLDER.exec(name)?.[1];
    const path = join(folder, name, "config.json");
    if (number === undefined || !existsSync(path)) continue;
    const { api, apiTls } = loadNodeConfig(path);
    const url = `${apiTls === undefined ? "http" : "https"}://${api.host}:${api.port}`;
    places.push({ id: Number(number), folder: join(folder, name), url });
  }
  return places.sort((a, b) => a.id - b.id);
}

function addressesIn(folder: string): NodeAddress[] {
  const urls = new Map<number, string>();
  for (const { folder: place, id, url } of nodePlaces(folder)) {
    urls.set(id, url);
    for (const [node, known] of loadNodeConfig(join(place, "config.json")).apiUrls) urls.set(node, known);
  }
  return [...urls].sort(([a], [b]) => a - b).map(([id, url]) => ({ id, url }));
}

/** The folder that is meant: named, in the environment, or where one would look. */
export function networkFolder(named: string | undefined): string | undefined {
  const folder = named ?? process.env.JUNO_NETWORK;
  if (folder !== undefined) {
    if (!existsSync(join(folder, "genesis.json"))) {
      throw usage(
        `${folder} is no network folder: it has no genesis.json. \`juno init ${folder}\` makes one.`,
      );
    }
    return folder;
  }
  return [".", DEV_FOLDER].find((candidate) => existsSync(join(candidate, "genesis.json")));
}

/** A54: those that are named, else the network's own, if it has any. */
function caFor({ ca }: NetworkOptions, genesisPath: string): string | undefined {
  const own = join(dirname(genesisPath), CA_FILE);
  const path = ca ?? (existsSync(own) ? own : undefined);
  return path === undefined ? undefined : caIn(path);
}

function caIn(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw usage(
      `${path} cannot be read (${(cause as NodeJS.ErrnoException).code}): --ca is a file of PEM certificates.`,
    );
  }
}

/** What a command needs in order to reach a network and believe it; throws a Complaint naming what is missing. */
export function findNetwork(options: NetworkOptions): NetworkPlace {
  const folder = options.genesis === undefined ? networkFolder(options.network) : options.network;
  const genesisPath = options.genesis ?? (folder && join(folder, "genesis.json"));
  if (genesisPath === undefined) {
    throw usage(
      "Which network? Give --network FOLDER (or set JUNO_NETWORK), or --url and --genesis for one that runs elsewhere.",
    );
  }
  const genesis = loadGenesis(genesisPath);
  const known = folder === undefined ? [] : addressesIn(folder);
  const nodes = options.url?.map((url) => ({ url })) ?? known;
  if (nodes.length === 0) {
    throw usage("Where do the nodes listen? Give --url http://HOST:PORT, once for each node that you know.");
  }
  const ca = caFor(options, genesisPath);
  return { folder, genesis, nodes, ca, reader: readerIn(folder, options.as) };
}

function readerIn(folder: string | undefined, as: string | undefined): Signer | undefined {
  const file = as ?? (folder === undefined ? undefined : new KeyRing(folder).firstFile("clients"));
  return file === undefined ? undefined : signerWhenAsked(file);
}

/** As `findNetwork`, with the addresses that are given besides those that stand in the network folder: nodes may join it. */
export function findNetworkAndMore(options: NetworkOptions): NetworkPlace {
  const place = findNetwork(options);
  if (place.folder === undefined || options.url === undefined) return place;
  const known = addressesIn(place.folder);
  const isKnown = ({ url }: NodeAddress) => known.some((one) => one.url === url.replace(/\/+$/, ""));
  return { ...place, nodes: [...known, ...place.nodes.filter((node) => !isKnown(node))] };
}
