// `juno verify-receipt`: verifies receipt files offline (E35), with nothing but the genesis, and says in
// plain words what they prove. Exit code 0 only if every file is believed.

import { hex } from "@juno/base";
import { type Outcome, verifyReceiptFile } from "@juno/client";
import { sha256, verifySignature } from "@juno/node/light";
import type { Genesis } from "@juno/proof";
import { EXIT, usage } from "../complaint.ts";
import type { Output } from "../output.ts";
import { safeText } from "../terminal/safe-text.ts";
import { attesters, provedLines } from "../view/proved-view.ts";
import { epochsIn } from "./epochs-file.ts";
import { loadGenesis, readProofFile, STDIN } from "./proof-document.ts";

export type VerifyReceiptOptions = {
  readonly genesis: string;
  readonly epochs?: string;
  readonly json?: boolean;
};

function outcomeJson(file: string, genesis: Genesis, outcome: Outcome): Record<string, unknown> {
  const { id, status, index, time, receipt } = outcome;
  const network = hex(genesis.network);
  return { file, ok: true, network, id, status, index, time, attestedBy: attesters(outcome), receipt };
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

export async function runVerifyReceipt(
  files: readonly string[],
  options: VerifyReceiptOptions,
  output: Output,
): Promise<void> {
  const genesis = loadGenesis(options.genesis);
  if (files.filter((file) => file === STDIN).length > 1) throw usage("Standard input can be read once.");
  const context = { epochs: await epochsIn(genesis, options.epochs), sha256, verify: verifySignature };
  const { paint } = output;
  for (const file of files) {
    const believed = await verifyReceiptFile(context, await readProofFile(file));
    const name = file === STDIN ? "standard input" : safeText(file);
    if (!believed.ok) process.exitCode = EXIT.refused;
    if (options.json) {
      output.printJson(
        believed.ok ? outcomeJson(file, genesis, believed.value) : { file, ok: false, ...believed.error },
      );
    } else if (believed.ok) {
      const lines = indented(provedLines(believed.value, context.epochs, paint));
      output.print([`${name}: ${paint("green", "good")}`, ...lines].join("\n"));
    } else {
      output.print(`${name}: ${paint("red", "REFUSED")}: ${safeText(believed.error.detail)}`);
    }
  }
}
