// What a replay reads: a node's folder, an archive or a running cluster, as rows of which nothing is believed. It must
// not know what is made of them.

import type { Refusal, Result } from "@juno/base";
import type { EpochTerm } from "../archive/archive-feed.ts";
import type { CertifiedSnapshot, SnapshotAuditParts } from "../audit/certified-snapshot.ts";
import type { DocumentSource } from "../audit/document-audit.ts";
import type { Findings } from "../audit/findings.ts";
import type { EntrySource } from "../audit/log-walk.ts";
import type { Row } from "../audit/readable.ts";

/** What a snapshot is verified with; what is wrong with it is a finding. */
export type BeginParts = Omit<SnapshotAuditParts, "folder"> & { readonly findings: Findings };

export type ReplayFeed = {
  readonly kind: "node" | "archive" | "cluster";
  /** The entries there are, as it was opened. */
  readonly first: number;
  readonly last: number;
  /** P36: the certified snapshot that they begin above, if that is not the genesis; undefined if there is none that is good. */
  begin(parts: BeginParts): Promise<CertifiedSnapshot | undefined>;
  /** What is said of where the entries before the first are kept. */
  readonly elsewhere?: string | undefined;
  readonly source: EntrySource;
  /** P38: columns epoch, bytes. */
  links(): Promise<Iterable<Row>>;
  /** Makes entries ready to be read in their order, from the one that is due on; up to which. */
  ready(due: number, to: number): Promise<number>;
  /** The receipt that the source holds of an entry, if it does. */
  receiptOf(index: number): Uint8Array | undefined;
  /**
   * What is kept beside the entries up to `to`: certificates of terms up to `last`, proofs of commit, and the lowest proof
   * above with the headers that lead to it; evidence.
   */
  documents(about: { readonly to: number; readonly last: EpochTerm }): Promise<DocumentSource>;
  /** Whether the source has let go of entries since it was opened: what is missing may be that. */
  isOvertaken?(): boolean;
  close(): void;
};

/** A feed, or why nothing can be replayed from there. */
export type OpenedFeed = Result<ReplayFeed, Refusal>;

/** Entries read before anybody may stop the replay. */
export const STEP_ENTRIES = 1_024;

/** E11 */
export const HEADER_BYTES = 65;
/** Headers that may lead to a proof; an honest node keeps proofs far closer together. */
export const HEADERS_MAX = 65_536;
