// Where administrators and operators work: a network, what its ledger says of itself, and whose keys have which names.

import { Epoch } from "@juno/base";
import type { JunoClient } from "@juno/client";
import { operatorPolicy, SYSTEM } from "@juno/ledger";
import { type Configuration, type Genesis, type Policy, policyKeys, satisfies } from "@juno/proof";
import { usage } from "../complaint.ts";
import { clientNames } from "../network/client-names.ts";
import { type ConnectOptions, connect } from "../network/connection.ts";
import { KeyRing, loadSigner, type NamedSigner, signerWhenAsked } from "../network/key-ring.ts";
import { findNetworkAndMore, type NetworkOptions, type NetworkPlace } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { OwnTables } from "./own-tables.ts";
import { type NameOf, namesOf, shortKey } from "./words.ts";

/** `as`: the key file of the client that is charged. */
export type DeskOptions = NetworkOptions & {
  /** Key files that approve. */
  readonly key?: readonly string[];
  readonly json?: boolean;
};

export type Desk = {
  readonly place: NetworkPlace;
  readonly client: JunoClient;
  readonly output: Output;
  /** What people call the keys whose files are here. */
  readonly fileNames: ReadonlyMap<string, string>;
};

/** Where it is known what keys are called. */
export type NamedDesk = Desk & { readonly nameOf: NameOf };

export type InForce = {
  readonly configuration: Configuration;
  /** What another epoch followed, if it is known. */
  readonly before: (epoch: number) => Configuration | undefined;
  readonly operator: Policy;
};

/** Whoever decides may read what is decided about (A41), which the client that brings it perhaps may not. */
function readByDecider(place: NetworkPlace): NetworkPlace {
  const keys = place.folder === undefined ? undefined : new KeyRing(place.folder);
  const file = keys?.firstFile("admins") ?? keys?.firstFile("operators");
  return file === undefined ? place : { ...place, reader: signerWhenAsked(file) };
}

/** Does what is to be done there, and leaves nothing open. */
export async function atDesk<T>(
  options: DeskOptions,
  output: Output,
  work: (desk: Desk) => Promise<T>,
  { decides = true, ...connecting }: ConnectOptions & { readonly decides?: boolean } = {},
): Promise<T> {
  const as = options.key?.[0] ?? options.as;
  const found = findNetworkAndMore({ ...options, ...(as === undefined ? {} : { as }) });
  const place = as === undefined && decides ? readByDecider(found) : found;
  const { folder } = place;
  const fileNames = folder === undefined ? new Map<string, string>() : new KeyRing(folder).names();
  const client = connect(place, { ...connecting, output });
  try {
    return await work({ place, client, output, fileNames });
  } finally {
    client.close();
  }
}

/**
 * Clients have the names that the ledger gives them by now (C28), whatever key files say; other keys, those of their files. Names that the
 * genesis does not say are one node's word, so the key stands beside: nobody is to approve a stranger for his name.
 */
export async function withNames(desk: Desk): Promise<NamedDesk> {
  const { client, place, fileNames } = desk;
  const told = await clientNames(client, place.genesis);
  const byFiles = namesOf(fileNames);
  const nameOf = (key: string): string => {
    const name = told(key);
    if (name === undefined) return byFiles(key);
    return name === place.genesis.clientOf.get(key)?.name ? name : `${name} (key ${shortKey(key)})`;
  };
  return { ...desk, nameOf };
}

/** The registered client that submits; it needs no authority of its own (C24). */
export function chargedClient({ as }: DeskOptions, { place: { folder } }: Desk): NamedSigner {
  if (as !== undefined) return loadSigner(as);
  if (folder === undefined)
    throw usage("Who submits it? Give --as with the key file of a registered client.");
  return new KeyRing(folder).client(undefined);
}

/** The configuration is proved, link by link (A27); the operators' policy is one node's word, by which nothing is decided. */
export async function inForce(desk: Desk): Promise<InForce> {
  while (await desk.client.learnEpochs());
  return await inForceAsKnown(desk);
}

/** As `inForce`, as of the newest epoch that is known already. */
export async function inForceAsKnown({ client, place: { genesis } }: Desk): Promise<InForce> {
  const operator = await operatorsInForce(client, genesis);
  return {
    configuration: client.epochs.last.configuration,
    before: (epoch) => client.epochs.of(Epoch(epoch - 1))?.configuration,
    operator,
  };
}

/** C28: the genesis's policy, or the one that has taken its place. */
export async function operatorsInForce(client: Pick<JunoClient, "rows">, genesis: Genesis): Promise<Policy> {
  return operatorPolicy({ genesis }, await OwnTables.fetch(client, [SYSTEM.policies]));
}

/** These keys, and as few more of the policy's as make it satisfied. */
export function keysThatDecide(policy: Policy, given: readonly string[]): readonly string[] {
  const keys = new Set(given);
  for (const key of policyKeys(policy)) {
    if (satisfies(policy, keys)) break;
    keys.add(key);
  }
  return [...keys].sort();
}
