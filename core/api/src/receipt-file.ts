// The receipt file (E35): an outcome proof that somebody keeps, read back from bytes of unknown origin.
// It has one form: strict JSON, exactly f+1 attestations, in ascending order of their voters, so that
// nobody can add to a file or take from it what is not noticed. It believes nothing: it only reads.

import {
  canonicalText,
  isJsonObject,
  type Json,
  parseJson,
  parseUtf8,
  type Refusal,
  type Result,
  refuse,
} from "@juno/base";
import type { Electorate, OutcomeProof } from "@juno/proof";
import { type OutcomeProofJson, parseOutcomeProof } from "./outcome-json.ts";

/** As long as a node's longest reply; a receipt of the largest command is shorter. */
export const RECEIPT_FILE_BYTES_MAX = 64 * 1024 * 1024;

const plain = (json: Json): unknown => {
  if (isJsonObject(json)) return Object.fromEntries([...json].map(([name, value]) => [name, plain(value)]));
  return Array.isArray(json) ? json.map(plain) : json;
};

/** E35, steps 2 and 3: the proof in a file, or why the file is none. Never throws for bad bytes. */
export function parseReceiptFile(electorate: Electorate, bytes: Uint8Array): Result<OutcomeProof, Refusal> {
  const json = parseJson(bytes, { bytesMax: RECEIPT_FILE_BYTES_MAX });
  if (!json.ok) return refuse(json.error.code, json.error.detail);
  const proof = parseOutcomeProof(plain(json.value));
  if (!proof.ok) return proof;
  const voters = proof.value.attestations.map(({ ack }) => ack.voter);
  const needed = electorate.faults + 1;
  if (voters.length !== needed) {
    return refuse("bad_proof", `${voters.length} attestations where exactly ${needed} must stand`);
  }
  if (voters.some((voter, at) => at > 0 && voter <= voters[at - 1]!)) {
    return refuse("bad_proof", "the attestations are not in ascending order of their voters");
  }
  return proof;
}

/** E35: a node's proof in the form of the file, where it shows enough attestations. */
export function receiptFileOf(electorate: Electorate, json: OutcomeProofJson): OutcomeProofJson {
  const attestations = [...json.attestations].sort((a, b) => a.voter - b.voter);
  return { ...json, attestations: attestations.slice(0, electorate.faults + 1) };
}

/** E35, step 6: whether the text that is attested is the one canonical spelling of what it says (C2). */
export function isCanonicalReceipt(receipt: Uint8Array): boolean {
  const json = parseJson(receipt, { bytesMax: RECEIPT_FILE_BYTES_MAX });
  return json.ok && canonicalText(json.value) === parseUtf8(receipt);
}
