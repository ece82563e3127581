// `hopper deploy`: sources become modules of a network. They are checked here first, together with what is deployed
// already; every node checks them again for itself.

import type { JunoClient, Signer } from "@juno/client";
import { compile, importsOf, LANGUAGE_VERSION, type Module, moduleName, type Source } from "@juno/hopper";
import { operatorsInForce } from "../admin/desk.ts";
import { EXIT, usage } from "../complaint.ts";
import { connect } from "../network/connection.ts";
import { KeyRing, loadSigner, type NamedSigner, signerWhenAsked } from "../network/key-ring.ts";
import { findNetwork, type NetworkOptions, type NetworkPlace } from "../network/network-folder.ts";
import type { Output } from "../output.ts";
import { showOutcome, showSimulation } from "../view/outcome-view.ts";
import { diagnosticsJson } from "./check-command.ts";
import { drawDiagnostics } from "./draw-diagnostics.ts";
import { loadSources, type SourceFile } from "./source-files.ts";

export type DeployOptions = NetworkOptions & {
  readonly sign?: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
};

/** L43, C19: new modules need the operators; the client is charged. */
async function signersFor(
  { sign }: DeployOptions,
  { folder, genesis }: NetworkPlace,
  client: JunoClient,
): Promise<NamedSigner[]> {
  if (sign !== undefined) return sign.map(loadSigner);
  if (folder === undefined) {
    throw usage("Who signs? Give --sign with key files: the registered client's first, then the operators'.");
  }
  const keys = new KeyRing(folder);
  return [keys.client(undefined), ...keys.operators(await operatorsInForce(client, genesis))];
}

/** Whose policy it is, operators may read (A41), and clients perhaps not. */
function readerFor({ as }: DeployOptions, { folder, reader }: NetworkPlace): Signer | undefined {
  const file =
    as !== undefined || folder === undefined ? undefined : new KeyRing(folder).firstFile("operators");
  return file === undefined ? reader : signerWhenAsked(file);
}

const nameOf = (module: Module): string => moduleName(module) ?? "";

/** Sources of deployed modules that these import, directly or not, as far as they are not among them. */
async function deployedSources(
  client: JunoClient,
  files: readonly SourceFile[],
  deployed: ReadonlySet<string>,
): Promise<Source[]> {
  const known = new Set(files.map(({ module }) => nameOf(module)));
  const waiting = files.flatMap(({ source }) => importsOf(source));
  const found: Source[] = [];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (known.has(name) || !deployed.has(name)) continue;
    known.add(name);
    const { source: text } = await client.module(name);
    const source = { name: `${name} (deployed)`, text };
    found.push(source);
    waiting.push(...importsOf(source));
  }
  return found;
}

/** C34: of the network, as one node has it. What an earlier version accepts, a later one than this program knows does too. */
async function languageInForce(client: JunoClient): Promise<number> {
  const { versions } = await client.status();
  return Math.min(versions.inForce.language, LANGUAGE_VERSION);
}

export async function runDeploy(
  paths: readonly string[],
  options: DeployOptions,
  output: Output,
): Promise<void> {
  const files = loadSources(paths);
  const place = findNetwork(options);
  const client = connect({ ...place, reader: readerFor(options, place) }, { output });
  try {
    const signers = await signersFor(options, place, client);
    const deployed = new Set((await client.modules()).modules.map(({ name }) => name));
    // What was only imported goes along where it is new.
    const sent = files.filter(({ given, module }) => given || !deployed.has(nameOf(module)));
    const beside = await deployedSources(client, sent, deployed);
    const language = await languageInForce(client);
    const { diagnostics } = compile([...sent.map(({ source }) => source), ...beside], { language });
    if (diagnostics.some(({ severity }) => severity === "error")) {
      output.print(options.json ? diagnosticsJson(diagnostics) : drawDiagnostics(diagnostics, output.paint));
      output.remark("Nothing was sent: the sources have errors.");
      process.exitCode = EXIT.refused;
      return;
    }
    const action = { deploy: sent.map(({ source }) => source.text) };
    if (!options.json) output.remark(sentence(sent, deployed, signers));
    if (options.dryRun) {
      showSimulation(await client.simulate([action], { signers }), options, output);
      return;
    }
    showOutcome(await client.send(await client.prepare(action, { signers })), options, output);
  } finally {
    client.close();
  }
}

function sentence(
  sent: readonly SourceFile[],
  deployed: ReadonlySet<string>,
  signers: readonly NamedSigner[],
): string {
  const modules = sent.map(({ module }) => {
    const name = nameOf(module);
    return deployed.has(name) ? `${name} (its next version)` : name;
  });
  return `Deploying ${modules.join(", ")}, signed by ${signers.map(({ name }) => name).join(", ")}.`;
}
