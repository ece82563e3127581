// `juno verify-evidence`: checks offline that an evidence file proves what it says, trusting the genesis
// alone. Exit code 0 if it does, 1 if it proves nothing or something else, 2 if it cannot be read.

import { checkShape, type EvidenceFileJson, EvidenceFileSchema } from "@juno/api";
import { ok, parseHex, type Refusal, type Result, refuse } from "@juno/base";
import { sha256, verifySignature } from "@juno/node/light";
import { checkEvidenceIn, type Epochs, type EvidenceClaim } from "@juno/proof";
import { EXIT, usage } from "../complaint.ts";
import type { Output } from "../output.ts";
import { safeText } from "../terminal/safe-text.ts";
import { evidenceSentence } from "../view/evidence-view.ts";
import { parseDocument, readText } from "./document.ts";
import { epochsIn } from "./epochs-file.ts";
import { loadGenesis } from "./proof-document.ts";

export type VerifyEvidenceOptions = {
  readonly genesis: string;
  readonly epochs?: string;
  readonly json?: boolean;
};

/** What the file proves, or why it proves nothing; whatever it says beside its bytes must be that. */
function proved(epochs: Epochs, file: EvidenceFileJson): Result<EvidenceClaim, Refusal> {
  const checked = checkEvidenceIn({ epochs, sha256 }, parseHex(file.bytes)!);
  if (!checked.ok) return checked;
  const { checks, ...claim } = checked.value;
  if (!checks.every(verifySignature)) return refuse("bad_signature", "a signature in it does not verify");
  for (const name of ["kind", "accused", "epoch", "term", "index"] as const) {
    if (file[name] === undefined || file[name] === claim[name]) continue;
    return refuse("bad_evidence", `the file says something else than ${evidenceSentence(claim)}`);
  }
  return ok(claim);
}

function readEvidence(path: string): EvidenceFileJson {
  const checked = checkShape(EvidenceFileSchema, parseDocument(readText(path), path));
  if (!checked.ok) throw usage(`${path} is no evidence: ${safeText(checked.error.detail)}.`);
  return checked.value;
}

export async function runVerifyEvidence(
  path: string,
  options: VerifyEvidenceOptions,
  output: Output,
): Promise<void> {
  const file = readEvidence(path);
  const epochs = await epochsIn(loadGenesis(options.genesis), options.epochs);
  const result = proved(epochs, file);
  const { paint } = output;
  if (options.json)
    output.printJson({ file: path, proved: result.ok, ...(result.ok ? result.value : result.error) });
  else if (result.ok) output.print(`${path}: ${paint("red", evidenceSentence(result.value))}`);
  else output.print(`${path}: ${paint("yellow", "proves nothing")}: ${safeText(result.error.detail)}`);
  if (!result.ok) process.exitCode = EXIT.refused;
}
