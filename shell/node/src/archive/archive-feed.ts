// What an archive is written from: a node's folder or a running cluster. Whoever writes asks, and
// believes nothing but that entries follow each other.

import type { ArchiveCertificateJson, ArchiveEvidenceJson } from "@juno/api";
import type { Hash } from "@juno/base";
import { Failure } from "@juno/failure";
import type { AppliedEntry, EpochLink, Frontier } from "@juno/proof";
import type { SnapshotFolder } from "../store/snapshot/snapshot-folder.ts";

/** Indexes, both ends included. */
export type Span = { readonly from: number; readonly to: number };

export type EpochTerm = { readonly epoch: number; readonly term: number };
/** Terms of epochs, both ends included. */
export type TermSpan = { readonly from: EpochTerm; readonly to: EpochTerm };

export type ArchiveFeed = {
  /** The first entry that can be had: those before are pruned. */
  readonly first: number;
  /** The last entry that can be had: applied and committed. */
  readonly last: number;
  /** The hash of the entry before an entry; where it is not told, that entry is read. */
  hashBefore?(index: number): Hash | Promise<Hash | undefined>;
  /** The outcome tree before an entry; undefined if only reading all entries before it would tell. */
  frontierBefore(index: number): Frontier | undefined | Promise<Frontier | undefined>;
  /** The entries of a range in their order, in portions that fit into memory. */
  entries(span: Span): AsyncIterable<readonly AppliedEntry[]>;
  /**
   * Certificates of the terms and commit proofs of the entries in a range; at the end of an export also
   * the lowest proof above it, with what leads there.
   */
  certificates(
    span: Span,
    about: { readonly terms: TermSpan; readonly isEnd: boolean },
  ): AsyncIterable<ArchiveCertificateJson>;
  /** P38: the links from the genesis to the newest epoch that is known. */
  links(): readonly EpochLink[] | Promise<readonly EpochLink[]>;
  /** Where a certified snapshot at an index is kept, if there is one. */
  snapshotAt?(index: number): SnapshotFolder | undefined | Promise<SnapshotFolder | undefined>;
  /** What the source says of where the entries before its first are kept, if it says anything. */
  readonly elsewhere?: string | undefined;
  evidence(): Iterable<ArchiveEvidenceJson> | AsyncIterable<ArchiveEvidenceJson>;
};

/** What is wanted of a source is not there any more. */
export const prunedAway = (
  { first, elsewhere }: Pick<ArchiveFeed, "first" | "elsewhere">,
  wanted: number,
): Failure =>
  new Failure(
    "config_invalid",
    `the source has pruned its entries before ${first}, and entry ${wanted} is wanted: ` +
      "export from a node that keeps more, or begin another archive there" +
      (elsewhere === undefined ? "" : ` (${elsewhere})`),
  );
