// Snapshots as JSON (A20): which there are, and their exact bytes as hex. Nothing of them need be
// believed: the certificate proves the manifest, and the manifest each chunk.

import { type Static, Type } from "typebox";
import { HashHex, hexUpTo, LogIndexNumber, Strict, TimeNumber, wholeNumber } from "./scalars.ts";

/** Statements of at most 128 voters. */
const CERTIFICATE_BYTES_MAX = 32 * 1024;
/** A node keeps a few. */
const SNAPSHOTS_MAX = 1_000;

export const SnapshotSummarySchema = Type.Object(
  {
    index: LogIndexNumber,
    hash: HashHex,
    time: TimeNumber,
    chunks: wholeNumber("How many chunks"),
    bytes: wholeNumber("Of all chunks together"),
    certificate: Type.Union([hexUpTo(CERTIFICATE_BYTES_MAX, "Encoded (E47)"), Type.Null()], {
      description: "Signed by f+1 voters; null while fewer have signed",
    }),
  },
  { ...Strict, $id: "Snapshot", description: "A snapshot of the state after entry `index`" },
);
export type SnapshotSummaryJson = Static<typeof SnapshotSummarySchema>;

export const SnapshotListSchema = Type.Object(
  {
    snapshots: Type.Array(SnapshotSummarySchema, {
      maxItems: SNAPSHOTS_MAX,
      description: "Ascending by index",
    }),
  },
  Strict,
);

const HexText = Type.String({ pattern: "^(?:[0-9a-f]{2})*$" });

export const SnapshotManifestSchema = Type.Object(
  {
    index: LogIndexNumber,
    manifest: HexText,
    commitProof: Type.Union([HexText, Type.Null()], {
      description: "That exactly this entry was committed, encoded; null if the node keeps none of it",
    }),
  },
  Strict,
);

export const SnapshotChunkSchema = Type.Object(
  { index: LogIndexNumber, chunk: wholeNumber("Counted from 0"), bytes: HexText },
  Strict,
);
