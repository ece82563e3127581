// What all files that prove something have in common (E35, E48): strict JSON, and exactly f+1 attestations
// in ascending order of their voters, so that nobody can add to a file or take from it unnoticed.

import {
  isJsonObject,
  type Json,
  ok,
  parseHex,
  parseJson,
  type Refusal,
  type Result,
  refuse,
} from "@juno/base";
import { type Attestation, attestingElectorate, electorateOfBody, type KnownEpochs } from "@juno/proof";
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
  epochs: KnownEpochs,
  attestations: readonly Attestation[],
): Result<undefined, Refusal> {
  const electorate = attestingElectorate(epochs, attestations);
  if (!electorate.ok) return electorate;
  const voters = attestations.map(({ ack }) => ack.voter);
  const needed = electorate.value.faults + 1;
  if (voters.length !== needed) {
    return refuse("bad_proof", `${voters.length} attestations where exactly ${needed} must stand`);
  }
  if (voters.some((voter, at) => at > 0 && voter <= voters[at - 1]!)) {
    return refuse("bad_proof", "the attestations are not in ascending order of their voters");
  }
  return ok(undefined);
}

/** Attestations of a node's proof as a file has them, where there are enough. */
export function fileAttestations<T extends { readonly voter: number; readonly ack: string }>(
  epochs: KnownEpochs,
  attestations: readonly T[],
): Result<T[], Refusal> {
  const [first, ...others] = [...attestations].sort((a, b) => a.voter - b.voter);
  if (first === undefined) return ok([]);
  const electorate = electorateOfBody(epochs, parseHex(first.ack)!);
  return electorate.ok ? ok([first, ...others].slice(0, electorate.value.faults + 1)) : electorate;
}
