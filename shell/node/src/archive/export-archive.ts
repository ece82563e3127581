// Exports the log into an archive folder (P1), or what an earlier run left to do: entry by entry, segment by
// segment, each followed by a manifest that is true. When it is stopped, by a signal or a kill, the same
// call goes on where the last manifest ends.

import type { ArchiveManifestJson } from "@juno/api";
import { type Hash, hex } from "@juno/base";
import { Failure } from "@juno/failure";
import {
  appendLeaf,
  EMPTY_FRONTIER,
  encodeEpochLink,
  type Frontier,
  type Genesis,
  outcomeLeaf,
  receiptHash,
} from "@juno/proof";
import { sha256 } from "../crypto/sodium.ts";
import { type ArchiveFeed, type EpochTerm, prunedAway } from "./archive-feed.ts";
import { ArchiveFolder } from "./archive-folder.ts";
import { type ArchiveStart, ArchiveWriter } from "./archive-writer.ts";
import { handSnapshot, isHanded } from "./handed-snapshot.ts";
import { writeFailure } from "./write-failure.ts";

const SEGMENT_ENTRIES = 10_000;

/** What to export, from where, and where to. */
export type ExportRequest = {
  readonly feed: ArchiveFeed;
  readonly genesis: Genesis;
  readonly target: string;
  /** The first and the last entry wanted; what the archive begins with, or 1, and all that there is. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Ends the export early, with what is written by then. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ExportProgress) => void;
  readonly segmentEntries?: number;
};

export type ExportProgress = { readonly begun: number; readonly done: number; readonly last: number };

export type ExportReport = {
  readonly manifest: ArchiveManifestJson;
  /** The last entry that the folder held before; undefined if it is new. */
  readonly earlier: number | undefined;
  /** Whether all that was asked for is there. */
  readonly isComplete: boolean;
  /** Whether it begins at entry 1, or the snapshot that it begins above is handed along (P34). */
  readonly isExecutable: boolean;
};

/** Throws Failures of the source and the target, and `config_invalid` for what cannot be asked for. */
export async function exportArchive(request: ExportRequest): Promise<ExportReport> {
  const { feed, target, to = feed.last } = request;
  if (to > feed.last) throw unfit(`--to ${to} is beyond the last applied entry of the source, ${feed.last}`);
  try {
    return await exportInto(request, to);
  } catch (error) {
    throw writeFailure(target, error);
  }
}

async function exportInto(request: ExportRequest, to: number): Promise<ExportReport> {
  const { feed, genesis, target } = request;
  const folder = new ArchiveFolder(target);
  try {
    const earlier = folder.manifestOf(genesis);
    const first = request.from ?? earlier?.first ?? feed.first;
    const next = earlier === undefined ? first : earlier.last + 1;
    if (next < feed.first) throw prunedAway(feed, next);
    if (earlier !== undefined && earlier.first !== first) {
      throw unfit(
        `the archive in ${target} begins at ${earlier.first}: leave --from out, or export elsewhere`,
      );
    }
    if (earlier === undefined && first > feed.last + 1) {
      throw unfit(`--from ${first} is beyond the last applied entry of the source, ${feed.last}`);
    }
    const from = earlier ?? (await startAt(feed, genesis, first));
    const segmentEntries = request.segmentEntries ?? SEGMENT_ENTRIES;
    const writer = new ArchiveWriter({ folder, genesis, from, segmentEntries });
    try {
      // What is begun is an archive from its first moment on, if of nothing yet.
      writer.checkpoint();
      const isHeld = () => first === 1 || isHanded(target, first - 1);
      const snapshot = isHeld() ? undefined : await feed.snapshotAt?.(first - 1);
      if (snapshot !== undefined) handSnapshot(snapshot, target, first - 1);
      const manifest = await write(request, writer, to);
      const isComplete = writer.last >= to;
      return { manifest, earlier: earlier?.last, isComplete, isExecutable: isHeld() };
    } finally {
      writer.close();
    }
  } finally {
    folder.close();
  }
}

const unfit = (message: string): Failure => new Failure("config_invalid", message);

async function write(
  request: ExportRequest,
  writer: ArchiveWriter,
  to: number,
): Promise<ArchiveManifestJson> {
  const { feed, signal, onProgress } = request;
  const begun = writer.last;
  let documented = begun;
  let lowest: EpochTerm | undefined;
  let last: EpochTerm = { epoch: 0, term: 0 };
  const document = async (isEnd: boolean): Promise<ArchiveManifestJson> => {
    const terms = { from: lowest ?? last, to: last };
    const span = { from: documented + 1, to: writer.last };
    for await (const certificate of feed.certificates(span, { terms, isEnd })) {
      writer.addCertificate(certificate);
    }
    for (const link of await feed.links()) {
      const bytes = hex(encodeEpochLink(link));
      writer.addCertificate({ kind: "link", epoch: link.entry.epoch + 1, bytes });
    }
    documented = writer.last;
    return writer.checkpoint();
  };
  for await (const portion of feed.entries({ from: begun + 1, to })) {
    for (const applied of portion) {
      writer.add(applied);
      last = applied.entry;
      lowest ??= last;
      if (writer.isSegmentFull && writer.last < to) await document(false);
    }
    onProgress?.({ begun, done: writer.last, last: to });
    if (signal?.aborted) break;
  }
  for await (const evidence of feed.evidence()) writer.addEvidence(evidence);
  return document(true);
}

/** What came before the first entry; without it nothing can be hashed onto anything. */
async function startAt(feed: ArchiveFeed, genesis: Genesis, first: number): Promise<ArchiveStart> {
  if (first === 1) return { first, hash: genesis.network, frontier: EMPTY_FRONTIER };
  const hash = (await feed.hashBefore?.(first)) ?? (await hashRead(feed, first - 1));
  return { first, hash, frontier: (await feed.frontierBefore(first)) ?? (await frontierOver(feed, first)) };
}

async function hashRead(feed: ArchiveFeed, index: number): Promise<Hash> {
  for await (const [applied] of feed.entries({ from: index, to: index })) {
    if (applied !== undefined) return applied.entry.hash;
  }
  throw unfit(`entry ${index} of the source cannot be had`);
}

/** Only the outcomes of all entries before, from where the source begins, tell how their tree stands. */
async function frontierOver(feed: ArchiveFeed, first: number): Promise<Frontier> {
  let frontier = feed.first === 1 ? EMPTY_FRONTIER : await feed.frontierBefore(feed.first);
  if (frontier === undefined) throw unfit(`what came before entry ${feed.first} of the source is not told`);
  for await (const portion of feed.entries({ from: feed.first, to: first - 1 })) {
    for (const { entry, receipt } of portion) {
      const leaf = outcomeLeaf(sha256, { entryHash: entry.hash, receiptHash: receiptHash(sha256, receipt) });
      frontier = appendLeaf(sha256, frontier, leaf).frontier;
    }
  }
  return frontier;
}
