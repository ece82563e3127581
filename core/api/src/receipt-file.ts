// The receipt file (E35): an outcome proof that somebody keeps, read back from bytes of unknown origin.
// It has one form: strict JSON, exactly f+1 attestations, in ascending order of their voters, so that
// nobody can add to a file or take from it what is not noticed. It believes nothing: it only reads.

import { canonicalText, ok, parseJson, parseUtf8, type Refusal, type Result } from "@juno/base";
import type { KnownEpochs, OutcomeProof } from "@juno/proof";
import { type OutcomeProofJson, parseOutcomeProof } from "./outcome-json.ts";
import { checkAttesters, fileAttestations, PROOF_FILE_BYTES_MAX, parseProofFile } from "./proof-file.ts";

/** E35, steps 2 and 3: the proof in a file, or why the file is none. Never throws for bad bytes. */
export function parseReceiptFile(epochs: KnownEpochs, bytes: Uint8Array): Result<OutcomeProof, Refusal> {
  const json = parseProofFile(bytes);
  if (!json.ok) return json;
  const proof = parseOutcomeProof(json.value);
  if (!proof.ok) return proof;
  const attesters = checkAttesters(epochs, proof.value.attestations);
  return attesters.ok ? proof : attesters;
}

/** E35: a node's proof in the form of the file, where it shows enough attestations. */
export function receiptFileOf(
  epochs: KnownEpochs,
  json: OutcomeProofJson,
): Result<OutcomeProofJson, Refusal> {
  const attestations = fileAttestations(epochs, json.attestations);
  return attestations.ok ? ok({ ...json, attestations: attestations.value }) : attestations;
}

/** E35, step 6: whether the text that is attested is the one canonical spelling of what it says (C2). */
export function isCanonicalReceipt(receipt: Uint8Array): boolean {
  const json = parseJson(receipt, { bytesMax: PROOF_FILE_BYTES_MAX });
  return json.ok && canonicalText(json.value) === parseUtf8(receipt);
}
