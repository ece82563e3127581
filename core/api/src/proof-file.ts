// What all files that prove something have in common (E35, E48): strict JSON, and exactly f+1 attestations
// in ascending order of their voters, so that nobody can add to a file or take from it unnoticed.

import { isJsonObject, type Json, ok, parseJson, type Refusal, type Result, refuse } from "@juno/base";
import type { Attestation, Electorate } from "@juno/proof";
import { hasParts } from "./json-parts.ts";

/** As long as a node's longest reply; what the largest command leads to is shorter. */
export const PROOF_FILE_BYTES_MAX = 64 * 1024 * 1024;
/** The longest paths of all attestations have fewer hashes. */
const PARTS_MAX = 65_536;

const plain = (json: Json): unknown => {
  if (isJsonObject(json)) return Object.fromEntries([...json].map(([name, value]) => [name, plain(value)]));
  return Array.isArray(json) ? json.map(plain) : json;
};

/** The JSON of a file of unknown origin. Never throws for bad bytes. */
export function parseProofFile(bytes: Uint8Array): Result<unknown, Refusal> {
  if (!hasParts(bytes, PARTS_MAX)) return refuse("malformed", "it has more members and items than a proof");
  const json = parseJson(bytes, { bytesMax: PROOF_FILE_BYTES_MAX });
  return json.ok ? ok(plain(json.value)) : refuse(json.error.code, json.error.detail);
}

/** Whether the attestations are those of a file; why not, else. */
export function checkAttesters(
  electorate: Electorate,
  attestations: readonly Attestation[],
): Result<undefined, Refusal> {
  const voters = attestations.map(({ ack }) => ack.voter);
  const needed = electorate.faults + 1;
  if (voters.length !== needed) {
    return refuse("bad_proof", `${voters.length} attestations where exactly ${needed} must stand`);
  }
  if (voters.some((voter, at) => at > 0 && voter <= voters[at - 1]!)) {
    return refuse("bad_proof", "the attestations are not in ascending order of their voters");
  }
  return ok(undefined);
}

/** Attestations of a node's proof as a file has them, where there are enough. */
export const fileAttestations = <T extends { readonly voter: number }>(
  electorate: Electorate,
  attestations: readonly T[],
): T[] => [...attestations].sort((a, b) => a.voter - b.voter).slice(0, electorate.faults + 1);
