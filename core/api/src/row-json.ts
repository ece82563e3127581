// A proven row as JSON and back, exactly (A18): the row and the checkpoint's receipt as the texts of
// their bytes, hashes as hex.

import { isWellFormedText, ok, parseUtf8, type Refusal, type Result, refuse, utf8 } from "@juno/base";
import type { KnownEpochs, ProvenRow } from "@juno/proof";
import { type Static, Type } from "typebox";
import { HeaderSchema, headerOfJson, renderHeader } from "./entry-json.ts";
import {
  AttestationSchema,
  attestationOf,
  type Hex,
  hashOfHex,
  renderAttestation,
  VOTERS_MAX,
} from "./outcome-json.ts";
import { checkAttesters, fileAttestations, parseProofFile } from "./proof-file.ts";
import { HashHex, Strict } from "./scalars.ts";
import { checkShape } from "./shape.ts";

/** A tree over hashes of 256 bits is not deeper. */
const SIBLINGS_MAX = 256;

export const ReceiptProofSchema = Type.Object(
  {
    header: HeaderSchema,
    previousHash: HashHex,
    receipt: Type.String({ description: "The receipt's canonical JSON; its exact bytes are what is hashed" }),
    attestations: Type.Array(AttestationSchema, { maxItems: VOTERS_MAX }),
  },
  { ...Strict, description: "Shows without trust in any one node what became of an entry" },
);

export const ProvenRowSchema = Type.Object(
  {
    module: Type.String(),
    table: Type.String(),
    key: Type.String(),
    row: Type.Union([Type.String(), Type.Null()], {
      description: "The row's canonical JSON, as of the checkpoint; null if there was none",
    }),
    siblings: Type.Array(HashHex, {
      maxItems: SIBLINGS_MAX,
      description: "What the row's path leaves aside in the state tree, from the root downwards",
    }),
    leaf: Type.Union([Type.Object({ path: HashHex, digest: HashHex }, Strict), Type.Null()], {
      description: "The one row where the path ends; null if there is none",
    }),
    checkpoint: ReceiptProofSchema,
  },
  {
    ...Strict,
    $id: "ProvenRow",
    description: "A row as of a checkpoint, whose receipt states the state's root",
  },
);
export type ProvenRowJson = Static<typeof ProvenRowSchema>;

export function renderProvenRow(proven: ProvenRow, hex: Hex): ProvenRowJson {
  const { module, table, key, row, proof, checkpoint } = proven;
  const { header, previousHash, receipt, attestations } = checkpoint;
  const { leaf } = proof;
  return {
    module,
    table,
    key,
    row: row === undefined ? null : parseUtf8(row)!,
    siblings: proof.siblings.map(hex),
    leaf: leaf === undefined ? null : { path: hex(leaf.path), digest: hex(leaf.digest) },
    checkpoint: {
      header: renderHeader(header, hex),
      previousHash: hex(previousHash),
      receipt: parseUtf8(receipt)!,
      attestations: attestations.map((attestation) => renderAttestation(attestation, hex)),
    },
  };
}

/** E48: a proven row in a file, or why the file is none. Never throws for bad bytes. */
export function parseRowFile(epochs: KnownEpochs, bytes: Uint8Array): Result<ProvenRow, Refusal> {
  const json = parseProofFile(bytes);
  if (!json.ok) return json;
  const proven = parseProvenRow(json.value);
  if (!proven.ok) return proven;
  const attesters = checkAttesters(epochs, proven.value.checkpoint.attestations);
  return attesters.ok ? proven : attesters;
}

/** E48: a proven row in the form of the file, where it shows enough attestations. */
export function rowFileOf(epochs: KnownEpochs, json: ProvenRowJson): Result<ProvenRowJson, Refusal> {
  const attestations = fileAttestations(epochs, json.checkpoint.attestations);
  if (!attestations.ok) return attestations;
  return ok({ ...json, checkpoint: { ...json.checkpoint, attestations: attestations.value } });
}

/** The proof in JSON of unknown origin; nothing in it is believed yet. */
export function parseProvenRow(json: unknown): Result<ProvenRow, Refusal> {
  const checked = checkShape(ProvenRowSchema, json);
  if (!checked.ok) return checked;
  const { module, table, key, row, siblings, leaf, checkpoint } = checked.value;
  const texts = [module, table, key, row ?? "", checkpoint.receipt];
  if (!texts.every(isWellFormedText)) return refuse("malformed", "a text has half of a surrogate pair");
  return ok({
    module,
    table,
    key,
    row: row === null ? undefined : utf8(row),
    proof: {
      siblings: siblings.map(hashOfHex),
      leaf: leaf === null ? undefined : { path: hashOfHex(leaf.path), digest: hashOfHex(leaf.digest) },
    },
    checkpoint: {
      header: headerOfJson(checkpoint.header),
      previousHash: hashOfHex(checkpoint.previousHash),
      receipt: utf8(checkpoint.receipt),
      attestations: checkpoint.attestations.map(attestationOf),
    },
  });
}
