// The files of an archive of the log as JSON (spec/7-audit.md): the manifest, and the lines beside the
// entries. It says only what has which form; whether anything in it is true, an audit finds out.

import { type Static, Type } from "typebox";
import { EpochNumber, HashHex, LogIndexNumber, Strict, TermNumber, wholeNumber } from "./scalars.ts";

/** P2 */
export const ARCHIVE_FORMAT = 1;
/** A tree of fewer than 2^53 leaves has no more complete subtrees side by side. */
const PEAKS_MAX = 53;
/** Files of a log of 2^32 entries, at the size that nodes write them in, and more. */
const FILES_MAX = 1_000_000;

const HexText = Type.String({ pattern: "^(?:[0-9a-f]{2})*$" });
const Peaks = Type.Array(HashHex, {
  maxItems: PEAKS_MAX,
  description: "The maximal complete subtrees of the outcome tree, largest first",
});

const ArchiveFileSchema = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z]+(?:-[0-9]{12})?\\.jsonl?$" }),
    bytes: wholeNumber("How many of its bytes belong to the archive, from its beginning"),
    sha256: HashHex,
    entries: wholeNumber("Lines, one an entry or a document"),
  },
  Strict,
);
export type ArchiveFileJson = Static<typeof ArchiveFileSchema>;

/** P2 */
export const ArchiveManifestSchema = Type.Object(
  {
    format: Type.Literal(ARCHIVE_FORMAT),
    network: HashHex,
    first: LogIndexNumber,
    last: LogIndexNumber,
    before: Type.Object({ hash: HashHex, peaks: Peaks }, Strict),
    end: Type.Object({ hash: HashHex, outcomeRoot: HashHex, peaks: Peaks }, Strict),
    counts: Type.Object(
      {
        entries: wholeNumber("Entries of every kind"),
        commands: wholeNumber("Command entries among them"),
        certificates: wholeNumber("Lines of certificates.jsonl"),
        evidence: wholeNumber("Lines of evidence.jsonl"),
      },
      Strict,
    ),
    files: Type.Array(ArchiveFileSchema, { maxItems: FILES_MAX }),
  },
  { ...Strict, description: "What an archive of the log holds" },
);
export type ArchiveManifestJson = Static<typeof ArchiveManifestSchema>;

/** P6 */
export const ArchiveCertificateSchema = Type.Union([
  Type.Object(
    { kind: Type.Enum(["election", "term"]), epoch: EpochNumber, term: TermNumber, bytes: HexText },
    Strict,
  ),
  Type.Object({ kind: Type.Literal("link"), epoch: EpochNumber, bytes: HexText }, Strict),
  Type.Object(
    {
      kind: Type.Literal("commit"),
      index: LogIndexNumber,
      bytes: HexText,
      through: Type.Optional(HexText),
    },
    Strict,
  ),
]);
export type ArchiveCertificateJson = Static<typeof ArchiveCertificateSchema>;

/** P7 */
export const ArchiveEvidenceSchema = Type.Object({ bytes: HexText }, Strict);
export type ArchiveEvidenceJson = Static<typeof ArchiveEvidenceSchema>;
