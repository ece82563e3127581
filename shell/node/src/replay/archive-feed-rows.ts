// An archive as what a replay reads. Its files are what its manifest states, or nothing is read of them.

import type { ArchiveManifestJson } from "@juno/api";
import { LogIndex, ok, refuse, Writer } from "@juno/base";
import { type Genesis, writeEntryHeader } from "@juno/proof";
import type { EpochTerm, Span } from "../archive/archive-feed.ts";
import { auditHandedSnapshot, beforeOf } from "../audit/archive-beginning.ts";
import { auditFiles, auditManifest } from "../audit/archive-files.ts";
import { ArchiveSource } from "../audit/archive-source.ts";
import type { Findings } from "../audit/findings.ts";
import { narrow, type Row } from "../audit/readable.ts";
import { blob } from "../store/column.ts";
import { headerOfRow } from "../store/log/stored-entry.ts";
import { HEADER_BYTES, HEADERS_MAX, type OpenedFeed, STEP_ENTRIES } from "./replay-feed.ts";

/** What is wrong with the files is a finding. */
export function openArchiveFeed(folder: string, genesis: Genesis, findings: Findings): OpenedFeed {
  const manifest = auditManifest(folder, genesis, findings);
  if (manifest !== undefined) auditFiles(folder, manifest, genesis, findings);
  const [finding] = findings.list;
  if (manifest === undefined || finding !== undefined) {
    return refuse("not_replayable", `the archive is not good: ${finding?.place}: ${finding?.problem}`);
  }
  const { first, last } = manifest;
  const source = new ArchiveSource(folder, manifest, findings);
  return ok({
    ...{ kind: "archive", first, last, source },
    begin: async (parts) => {
      const before = beforeOf(manifest, parts.findings);
      return before && auditHandedSnapshot(folder, before, parts);
    },
    ready: (due, to) => Promise.resolve(Math.min(to, due + STEP_ENTRIES - 1)),
    receiptOf: (index) => source.receiptOf(LogIndex(index)),
    links: () => Promise.resolve(source.links()),
    documents: ({ to, last: end }) =>
      Promise.resolve({
        place: (table) => source.place(table),
        *certificates() {
          for (const row of source.certificates()) if (isUpTo(row, end)) yield row;
        },
        commitProofs: () => proofsFor({ folder, manifest, findings, to }),
        evidence: () => source.evidence(),
      }),
    close: () => undefined,
  });
}

const isUpTo = ({ epoch, term }: Row, end: EpochTerm): boolean =>
  (Number(epoch) - end.epoch || Number(term) - end.term) <= 0;

type About = {
  readonly folder: string;
  readonly manifest: ArchiveManifestJson;
  readonly findings: Findings;
  readonly to: number;
};

/** The proofs of entries up to one, and the lowest above it, with the headers that lead there (P6). */
function* proofsFor({ folder, manifest, findings, to }: About): Generator<Row> {
  const source = new ArchiveSource(folder, manifest, findings);
  let proved = 0;
  for (const row of source.commitProofs()) {
    const index = Number(row.idx);
    if (proved >= to || index > to + HEADERS_MAX) return;
    proved = index;
    if (index <= to) yield row;
    else
      yield { ...row, through: headersTo(source, { from: to + 1, to: Math.min(index, manifest.last) }, row) };
  }
}

/** The headers of the archive's own entries, and behind them those that the proof itself came with. */
function headersTo(source: ArchiveSource, { from, to }: Span, proof: Row): Uint8Array<ArrayBuffer> {
  const writer = new Writer(HEADER_BYTES * (to - from + 1));
  for (let next = from; next <= to; ) {
    const rows = source.entries({ from: BigInt(next), to: BigInt(to) });
    if (rows.length === 0) break;
    for (const row of rows) writeEntryHeader(writer, headerOfRow(narrow(row)));
    next += rows.length;
  }
  if (proof.through !== undefined) writer.raw(blob(proof.through));
  return writer.finish();
}
