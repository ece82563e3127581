// Where two nodes' logs, outcomes or states part (P41 to P43): the whole of `juno diff` but its words.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { equalBytes, hex } from "@juno/base";
import { MANIFEST } from "../archive/manifest.ts";
import { guarded } from "../store/database.ts";
import { openArchiveSide } from "./archive-side.ts";
import { compareEntries, type EntriesReport } from "./compare-entries.ts";
import { compareRows } from "./compare-rows.ts";
import type { DiffProgress, DiffReport, RowsReport } from "./diff-report.ts";
import { type DiffSide, demandComparable } from "./diff-side.ts";
import { openNodeSide } from "./node-side.ts";

export type DiffRequest = {
  readonly a: DiffSide;
  readonly b: DiffSide;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DiffProgress) => void) | undefined;
};

/** What a folder is: an archive, if it has a manifest; else a node's databases, or what is kept of them. */
export const openDiffSide = (folder: string): DiffSide =>
  existsSync(join(folder, MANIFEST)) ? openArchiveSide(folder) : openNodeSide(folder);

/** Throws Failures where there is nothing to compare, or what is read cannot be. */
export async function diff({ a, b, signal, onProgress }: DiffRequest): Promise<DiffReport> {
  const span = demandComparable(a, b);
  const total = Math.max(0, span.to - span.from + 1);
  const through = Math.min(a.held.applied.index, b.held.applied.index);
  const entries = await compareEntries(
    { a, b },
    { span, through },
    {
      signal,
      onStep: (index) => onProgress?.({ stage: "entries", done: index - span.from + 1, total }),
    },
  );
  const rooted = withRoots(a, b, entries);
  const rows = rowsReport({ a, b, signal, onProgress });
  const isParted =
    rooted.log.parts !== undefined ||
    rooted.outcomes.parts !== undefined ||
    (rows.kind === "compared" && rows.differing > 0);
  const isEven = a.held.last === b.held.last && a.held.applied.index === b.held.applied.index;
  const verdict = isParted ? "part" : isEven ? "same" : "prefix";
  return { a: a.held, b: b.held, verdict, ...rooted, rows };
}

/** Receipts may be equal, and the tree over them not: then what is kept of the tree was altered. */
function withRoots({ held: a }: DiffSide, { held: b }: DiffSide, entries: EntriesReport): EntriesReport {
  const [one, other] = [a.applied.root, b.applied.root];
  const { index } = a.applied;
  const isComparable = index === b.applied.index && one !== undefined && other !== undefined;
  const isTold = entries.outcomes.parts !== undefined || entries.log.parts !== undefined;
  if (!isComparable || isTold || equalBytes(one, other)) return entries;
  const differences = [{ what: "outcome root", a: hex(one), b: hex(other) }];
  return { ...entries, outcomes: { ...entries.outcomes, parts: { index, differences }, differing: 1 } };
}

function rowsReport({ a, b, signal, onProgress }: DiffRequest): RowsReport {
  const lacking = [a, b].filter(({ stateFile }) => stateFile === undefined);
  if (lacking.length > 0) {
    const names = lacking.map(({ held }) => held.name).join(" and ");
    return { kind: "skipped", because: `there is no state.db in ${names}` };
  }
  const side = ({ stateFile, held }: DiffSide) => ({ file: stateFile!, applied: held.applied.index });
  return guarded(`${a.held.name} or ${b.held.name}`, () =>
    compareRows({
      ...{ a: side(a), b: side(b), signal },
      onProgress: onProgress && ((done, total) => onProgress({ stage: "rows", done, total })),
    }),
  );
}
