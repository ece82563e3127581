// Proof that voters lied, as JSON: what a node claims of each, and the bytes (E36) by which anybody who
// has the genesis can check the claim without trusting the node. Here nothing is checked but the shape.

import { EVIDENCE_KINDS, type EvidenceClaim } from "@juno/proof";
import { type Static, Type } from "typebox";
import { PAGE_ITEMS_MAX } from "./limits.ts";
import type { Hex } from "./outcome-json.ts";
import {
  EpochNumber,
  hexUpTo,
  LogIndexNumber,
  NodeNumber,
  Strict,
  TermNumber,
  TimeNumber,
  wholeNumber,
} from "./scalars.ts";

/** More than two AppendEntries take that are reduced to headers. */
const EVIDENCE_BYTES_MAX = 512 * 1024;

const KindSchema = Type.Enum([...EVIDENCE_KINDS]);

const claimFields = {
  kind: KindSchema,
  accused: NodeNumber,
  epoch: EpochNumber,
  term: Type.Optional(TermNumber),
  index: Type.Optional(LogIndexNumber),
  seen: TimeNumber,
};

export const EvidenceClaimSchema = Type.Object(claimFields, {
  ...Strict,
  description:
    "What a voter signed that no honest one does: `equivocation` and `double-vote` in a term, `false-attestation` of an applied index. `seen` is when this node first held the proof, by its own clock",
});
export type EvidenceClaimJson = Static<typeof EvidenceClaimSchema>;

const BytesHex = hexUpTo(EVIDENCE_BYTES_MAX, "The proof, encoded as spec/2-encoding.md says, hex");

export const EvidencePageSchema = Type.Object(
  {
    evidence: Type.Array(
      Type.Object(
        { number: wholeNumber("Counted from 1, as this node found it"), ...claimFields, bytes: BytesHex },
        { ...Strict, $id: "Evidence" },
      ),
      { maxItems: PAGE_ITEMS_MAX },
    ),
    next: Type.Optional(wholeNumber("The `from` of the next page, if there may be one")),
  },
  Strict,
);
export type EvidencePageJson = Static<typeof EvidencePageSchema>;

/** One evidence in a file: kind and bytes, or all that a node shows of it. */
export const EvidenceFileSchema = Type.Object(
  {
    ...Type.Partial(Type.Object({ number: wholeNumber("Not looked at"), ...claimFields })).properties,
    kind: KindSchema,
    bytes: BytesHex,
  },
  Strict,
);
export type EvidenceFileJson = Static<typeof EvidenceFileSchema>;

type Kept = EvidenceClaim & { readonly seenMs: number };

export const renderEvidenceClaim = ({
  kind,
  accused,
  epoch,
  term,
  index,
  seenMs,
}: Kept): EvidenceClaimJson => ({
  kind,
  accused,
  epoch,
  ...(term === undefined ? {} : { term }),
  ...(index === undefined ? {} : { index }),
  seen: seenMs,
});

export const renderEvidence = (
  stored: { readonly number: number; readonly kept: Kept; readonly bytes: Uint8Array },
  asHex: Hex,
): EvidencePageJson["evidence"][number] => ({
  number: stored.number,
  ...renderEvidenceClaim(stored.kept),
  bytes: asHex(stored.bytes),
});
