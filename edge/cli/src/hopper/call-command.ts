// `hopper call`: an action or a query of a deployed module, its arguments typed as people type them.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { jsonOf, type ModuleJson } from "@juno/api";
import { canonicalText, hex, type Json } from "@juno/base";
import { usage } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import { KeyRing, loadSigner, type NamedSigner } from "../network/key-ring.ts";
import { findNetwork, type NetworkOptions, type NetworkPlace } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { showOutcome, showSimulation } from "../view/outcome-view.ts";
import { valueText } from "./done-view.ts";
import { type Callable, readArguments, signature, UNIT } from "./run-arguments.ts";

export type CallOptions = NetworkOptions & {
  readonly sign?: readonly string[];
  readonly dryRun?: boolean;
  readonly linearizable?: boolean;
  readonly json?: boolean;
};

const NAME = /^([a-z][a-z0-9_.]*)\.([a-z][a-z0-9_]*)$/;
/** Where a network folder keeps keys, in the order in which a name is looked for. */
const KEY_PLACES = ["keys", "clients", "operators", "admins"] as const;

/** A key file: by its path, or by its name in the network's folder. */
function keyFile({ folder }: NetworkPlace, name: string): string {
  const places = folder === undefined ? [] : KEY_PLACES.map((place) => join(folder, place, `${name}.json`));
  const path = [name, ...places].find((candidate) => candidate.endsWith(".json") && existsSync(candidate));
  if (path !== undefined) return path;
  throw usage(`There is no key ${name}: give a key file, or the name of one in the network's folder.`);
}

function signersFor({ sign }: CallOptions, place: NetworkPlace): NamedSigner[] {
  const named = (sign ?? []).map((name) => loadSigner(keyFile(place, name)));
  if (place.folder === undefined) {
    if (named.length === 0)
      throw usage("Who signs? Give --sign with key files, the registered client's first.");
    return named;
  }
  const client = new KeyRing(place.folder).client(undefined);
  const others = named.filter(({ key }) => hex(key) !== hex(client.key));
  return [client, ...others];
}

type Found = { readonly callable: Callable; readonly isQuery: boolean };

function find(module: ModuleJson, name: string): Found {
  const query = module.queries.find((one) => one.name === name);
  if (query !== undefined) {
    const { args, result } = query;
    return { callable: { name, parameters: args, result: { type: result } }, isQuery: true };
  }
  const action = module.actions.find((one) => one.name === name);
  if (action !== undefined) {
    return { callable: { name, parameters: action.args, result: { type: UNIT } }, isQuery: false };
  }
  const names = [...module.actions, ...module.queries].map((one) => one.name);
  throw usage(`${module.name} has no action or query ${name}. It has ${names.join(", ")}.`);
}

/** Every argument is there, and no other: the node says the rest. */
function complete(args: ReadonlyMap<string, Json>, callable: Callable): void {
  const missing = callable.parameters.find(({ name }) => !args.has(name));
  if (missing !== undefined) throw usage(`${missing.name} is missing: ${signature(callable)}`);
}

export async function runCall(
  request: { readonly call: string; readonly args: readonly string[] },
  options: CallOptions,
  output: Output,
): Promise<void> {
  const match = NAME.exec(request.call);
  if (match === null) throw usage(`"${request.call}" is no call: MODULE.ACTION, such as demo.bank.open.`);
  const [, module = "", name = ""] = match;
  const place = findNetwork(options);
  const client = connect(place, { output });
  try {
    const { callable, isQuery } = find(await client.module(module), name);
    const policyOf = (key: string): Json => new Map([["key", hex(loadSigner(keyFile(place, key)).key)]]);
    const read = readArguments(request.args, callable, policyOf);
    complete(read, callable);
    const args = JSON.parse(canonicalText(read)) as Record<string, unknown>;
    if (isQuery) {
      const consistency = options.linearizable ? "linearizable" : "local";
      const reply = await client.query({ module, query: name, args }, { consistency });
      if (options.json) output.printJson(reply);
      else output.print(valueText(ledgerJson(reply.result)));
      return;
    }
    const signers = signersFor(options, place);
    const action = { module, action: name, args };
    if (options.dryRun) showSimulation(await client.simulate([action], { signers }), options, output);
    else showOutcome(await client.submit(action, { signers }), options, output);
  } finally {
    client.close();
  }
}

const ledgerJson = (value: unknown): Json => {
  const json = jsonOf(value);
  return json.ok ? json.value : "?";
};
