// An outcome's proof as JSON and back, exactly (A18): what is hashed or signed stands as hex of its
// bytes, the receipt as the text of its bytes, so nobody re-encodes anything in order to verify.

import {
  Epoch,
  Hash,
  isWellFormedText,
  LogIndex,
  NodeId,
  ok,
  parseHex,
  parseUtf8,
  type Refusal,
  type Result,
  refuse,
  Term,
  utf8,
} from "@juno/base";
import type { Attestation, OutcomeProof } from "@juno/proof";
import { type Static, Type } from "typebox";
import {
  CommandIdHex,
  EpochNumber,
  HashHex,
  hexUpTo,
  LogIndexNumber,
  NodeNumber,
  SignatureHex,
  Strict,
  TermNumber,
  TimeNumber,
} from "./scalars.ts";
import { checkShape } from "./shape.ts";

export const VOTERS_MAX = 128;
/** A path of a tree with fewer than 2^53 leaves. */
const PATH_HASHES_MAX = 64;
const ACK_BYTES_MAX = 160;

export const AttestationSchema = Type.Object(
  {
    voter: NodeNumber,
    ack: hexUpTo(ACK_BYTES_MAX, "The voter's Ack, verbatim"),
    signature: SignatureHex,
    path: Type.Array(HashHex, {
      maxItems: PATH_HASHES_MAX,
      description:
        "Inclusion path of the entry's leaf in the tree that the Ack attests, nearest sibling first",
    }),
  },
  Strict,
);
type AttestationJson = Static<typeof AttestationSchema>;

export const OutcomeProofSchema = Type.Object(
  {
    commandId: CommandIdHex,
    signaturesHash: HashHex,
    header: Type.Object(
      {
        epoch: EpochNumber,
        index: LogIndexNumber,
        term: TermNumber,
        time: TimeNumber,
        kind: Type.Literal("command"),
      },
      Strict,
    ),
    previousHash: HashHex,
    receipt: Type.String({ description: "The receipt's canonical JSON; its exact bytes are what is hashed" }),
    attestations: Type.Array(AttestationSchema, { maxItems: VOTERS_MAX }),
  },
  { ...Strict, $id: "OutcomeProof", description: "Shows without trust in any one node how a command ended" },
);
export type OutcomeProofJson = Static<typeof OutcomeProofSchema>;

/** How bytes become hex: a host may have a faster way than core/base. */
export type Hex = (bytes: Uint8Array) => string;

export function renderOutcomeProof(proof: OutcomeProof, hex: Hex): OutcomeProofJson {
  const { epoch, index, term, time } = proof.header;
  return {
    commandId: hex(proof.commandId),
    signaturesHash: hex(proof.signaturesHash),
    header: { epoch, index, term, time, kind: "command" },
    previousHash: hex(proof.previousHash),
    receipt: parseUtf8(proof.receipt)!,
    attestations: proof.attestations.map((attestation) => renderAttestation(attestation, hex)),
  };
}

export const renderAttestation = ({ ack, path }: Attestation, hex: Hex): AttestationJson => ({
  voter: ack.voter,
  ack: hex(ack.body),
  signature: hex(ack.signature),
  path: path.map(hex),
});

export const attestationOf = ({ voter, ack, signature, path }: AttestationJson): Attestation => ({
  ack: { voter: NodeId(voter), body: parseHex(ack)!, signature: parseHex(signature, 64)! },
  path: path.map(hashOfHex),
});

export const hashOfHex = (text: string): Hash => Hash(parseHex(text, 32)!);

/** The proof in JSON of unknown origin; nothing in it is believed yet. */
export function parseOutcomeProof(json: unknown): Result<OutcomeProof, Refusal> {
  const checked = checkShape(OutcomeProofSchema, json);
  if (!checked.ok) return checked;
  return outcomeProofOf(checked.value);
}

/** The proof in JSON that has the shape of OutcomeProofSchema. */
export function outcomeProofOf(json: OutcomeProofJson): Result<OutcomeProof, Refusal> {
  if (!isWellFormedText(json.receipt)) return refuse("malformed", "receipt has half of a surrogate pair");
  const { epoch, index, term, time } = json.header;
  return ok({
    commandId: hashOfHex(json.commandId),
    signaturesHash: hashOfHex(json.signaturesHash),
    header: { epoch: Epoch(epoch), index: LogIndex(index), term: Term(term), time, kind: "command" },
    previousHash: hashOfHex(json.previousHash),
    receipt: utf8(json.receipt),
    attestations: json.attestations.map(attestationOf),
  });
}
