// `juno verify-receipt`: verifies receipt files offline (E35), with nothing but the genesis, and says in
// plain words what they prove. Exit code 0 only if every file is believed.

import { createReadStream } from "node:fs";
import { RECEIPT_FILE_BYTES_MAX } from "@juno/api";
import { concatBytes, hex } from "@juno/base";
import { type Outcome, verifyReceiptFile } from "@juno/client";
import { sha256, verifySignature } from "@juno/node";
import { type Genesis, genesisElectorate, parseGenesis } from "@juno/proof";
import { EXIT, usage } from "../complaint.ts";
import type { Output } from "../output.ts";
import { safeText } from "../terminal/safe-text.ts";
import { attesters, provedLines } from "../view/proved-view.ts";
import { readGenesis } from "./document.ts";

export type VerifyReceiptOptions = { readonly genesis: string; readonly json?: boolean };

const STDIN = "-";

function loadGenesis(path: string): Genesis {
  const genesis = parseGenesis(sha256, readGenesis(path));
  if (!genesis.ok) throw usage(`${path} is no genesis file: ${genesis.error.detail}`);
  return genesis.value;
}

/** Of what is longer than a receipt file may be, no more than shows that it is. */
async function readReceipt(path: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of path === STDIN ? process.stdin : createReadStream(path)) {
      parts.push(part as Uint8Array);
      length += parts.at(-1)!.length;
      if (length > RECEIPT_FILE_BYTES_MAX) break;
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw usage(`${path === STDIN ? "Standard input" : path} cannot be read (${code}).`);
  }
  return concatBytes(...parts);
}

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
  const context = { electorate: genesisElectorate(genesis), sha256, verify: verifySignature };
  const { paint } = output;
  for (const file of files) {
    const believed = await verifyReceiptFile(context, await readReceipt(file));
    const name = file === STDIN ? "standard input" : safeText(file);
    if (!believed.ok) process.exitCode = EXIT.refused;
    if (options.json) {
      output.printJson(
        believed.ok ? outcomeJson(file, genesis, believed.value) : { file, ok: false, ...believed.error },
      );
    } else if (believed.ok) {
      const lines = indented(provedLines(believed.value, genesis, paint));
      output.print([`${name}: ${paint("green", "good")}`, ...lines].join("\n"));
    } else {
      output.print(`${name}: ${paint("red", "REFUSED")}: ${safeText(believed.error.detail)}`);
    }
  }
}
