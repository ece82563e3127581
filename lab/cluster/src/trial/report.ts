// What a trial reports in figures, and the lines that tell it.

import type { Case, Operation } from "@juno/judge";
import type { Fault, Manifest } from "./manifest.ts";

export type Counts = {
  /** Acknowledged commands that took effect, and those that the ledger holds as failed. */
  readonly done: number;
  readonly failed: number;
  readonly refused: number;
  readonly unknown: number;
  readonly read: number;
  readonly unread: number;
};

export type TrialReport = {
  readonly manifest: Manifest;
  /** All that was judged. */
  readonly judged: Case;
  readonly counts: Counts;
  /** How often each verb of the manifest struck. */
  readonly faults: ReadonlyMap<Fault["verb"], number>;
  /** Terms that nodes have entered. */
  readonly terms: number;
  /** From the last healing until every node had served a client of its own. */
  readonly recoveryMs: number;
  /** The longest of all recoveries, also of those while other faults went on. */
  readonly recoveryMsWorst: number;
};

export function countsOf(history: readonly Operation[]): Counts {
  const counts = { done: 0, failed: 0, refused: 0, unknown: 0, read: 0, unread: 0 };
  for (const { answer } of history) {
    if (answer.kind === "acknowledged") counts[answer.status === "ok" ? "done" : "failed"] += 1;
    else if (answer.kind === "values") counts.read += 1;
    else counts[answer.kind === "none" ? "unread" : answer.kind] += 1;
  }
  return counts;
}

export function countedVerbs({ steps }: Manifest): Map<Fault["verb"], number> {
  const counted = new Map<Fault["verb"], number>();
  for (const { fault } of steps) {
    if (fault.verb !== "settle") counted.set(fault.verb, (counted.get(fault.verb) ?? 0) + 1);
  }
  return counted;
}

/** How long after this moment a command was acknowledged that was sent after it; 0 if none was sent. */
export function recoveryAfter(history: readonly Operation[], momentMs: number): number {
  const answers = history.filter(
    ({ kind, invoked, answer }) => kind === "write" && invoked >= momentMs && answer.kind === "acknowledged",
  );
  if (answers.length === 0) return 0;
  return Math.round(Math.min(...answers.map(({ returned }) => returned)) - momentMs);
}

const tally = (faults: TrialReport["faults"]): string =>
  [...faults].map(([verb, times]) => `${times} ${verb}`).join(", ");

export function reportText(report: TrialReport): string {
  const { counts, faults, terms, recoveryMs, recoveryMsWorst, judged, manifest } = report;
  const { done, failed, refused, unknown, read, unread } = counts;
  return [
    `  commands  ${done + failed} acknowledged (${done} done, ${failed} failed), ${refused} refused, ${unknown} unknown`,
    `  reads     ${read} answered, ${unread} not`,
    `  faults    ${tally(faults)}`,
    `  recovery  ${recoveryMs} ms until every node served; the worst on the way ${recoveryMsWorst} ms`,
    `  ledger    ${judged.ledger.through} entries, ${terms} terms, the same on all ${manifest.nodes} nodes`,
    "  judged    no violation; juno verify takes every node's databases",
  ].join("\n");
}

/** All trials in one. */
export function summaryText(reports: readonly TrialReport[]): string {
  const faults = new Map<Fault["verb"], number>();
  for (const report of reports) {
    for (const [verb, times] of report.faults) faults.set(verb, (faults.get(verb) ?? 0) + times);
  }
  const acknowledged = reports.reduce((sum, { counts }) => sum + counts.done + counts.failed, 0);
  const slowest = reports.reduce((a, b) => (b.recoveryMsWorst > a.recoveryMsWorst ? b : a));
  const worst = `worst recovery ${slowest.recoveryMsWorst} ms (${slowest.manifest.name})`;
  return `no violation in ${reports.map(({ manifest }) => manifest.name).join(", ")}: ${acknowledged} commands acknowledged; ${tally(faults)}; ${worst}`;
}
