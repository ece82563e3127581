// An archive as what a replay reads. Its files are what its manifest states, or nothing is read of them.

import { equalBytes, LogIndex, ok, refuse } from "@juno/base";
import type { Genesis } from "@juno/proof";
import { auditFiles, auditManifest } from "../audit/archive-files.ts";
import { ArchiveSource } from "../audit/archive-source.ts";
import type { Findings } from "../audit/findings.ts";
import { type OpenedFeed, STEP_ENTRIES } from "./replay-feed.ts";

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
    ready: (due, to) => Promise.resolve(Math.min(to, due + STEP_ENTRIES - 1)),
    agrees: (index, receipt) => equalBytes(source.receiptOf(LogIndex(index)), receipt),
    documents: ({ to, term }) =>
      Promise.resolve({
        place: (table) => source.place(table),
        *certificates() {
          for (const row of source.certificates()) if (Number(row.term) <= term) yield row;
        },
        *commitProofs() {
          for (const row of source.commitProofs()) {
            const isOfEntry = Number(row.idx) <= to;
            // One beyond the archive's end leads there from its last entry (P6).
            if (isOfEntry || (row.through !== undefined && to === last)) yield row;
          }
        },
        evidence: () => source.evidence(),
      }),
    close: () => undefined,
  });
}
