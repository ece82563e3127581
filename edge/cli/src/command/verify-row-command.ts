// `juno verify-row`: verifies proven rows offline (E48), with nothing but the genesis. Exit code 0 only if
// every file is believed.

import { parseRowFile } from "@juno/api";
import { hex } from "@juno/base";
import { sha256, verifySignature } from "@juno/node/light";
import { verifyRow } from "@juno/proof";
import { EXIT, usage } from "../complaint.ts";
import type { Output } from "../output.ts";
import { safeText } from "../terminal/safe-text.ts";
import { provenRowJson, provenRowLines } from "../view/proven-row-view.ts";
import { epochsIn } from "./epochs-file.ts";
import { loadGenesis, readProofFile, STDIN } from "./proof-document.ts";

export type VerifyRowOptions = {
  readonly genesis: string;
  readonly epochs?: string;
  readonly json?: boolean;
};

export async function runVerifyRow(
  files: readonly string[],
  options: VerifyRowOptions,
  output: Output,
): Promise<void> {
  const genesis = loadGenesis(options.genesis);
  if (files.filter((file) => file === STDIN).length > 1) throw usage("Standard input can be read once.");
  const epochs = await epochsIn(genesis, options.epochs);
  const { paint } = output;
  for (const file of files) {
    const proven = parseRowFile(epochs, await readProofFile(file));
    const verdict = proven.ok ? verifyRow({ epochs, sha256, verify: verifySignature }, proven.value) : proven;
    const name = file === STDIN ? "standard input" : safeText(file);
    if (!verdict.ok) {
      process.exitCode = EXIT.refused;
      if (options.json) output.printJson({ file, ok: false, ...verdict.error });
      else output.print(`${name}: ${paint("red", "REFUSED")}: ${safeText(verdict.error.detail)}`);
    } else if (proven.ok) {
      const facts = { file, ok: true, network: hex(genesis.network), ...provenRowJson(proven.value) };
      const lines = provenRowLines(proven.value, epochs).map((line) => `  ${line}`);
      if (options.json) output.printJson(facts);
      else output.print([`${name}: ${paint("green", "good")}`, ...lines].join("\n"));
    }
  }
}
