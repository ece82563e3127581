// Outcomes in words.

import { toldDeed } from "../storm/deed.ts";
import type { Plan, SeedOptions } from "../storm/plan.ts";
import type { StormReport } from "../storm/storm.ts";
import { commitName } from "./commit.ts";
import type { Failed } from "./outcome.ts";

export function reportLine(report: StormReport): string {
  const { seed, nodes, liars, commits, acknowledged, elections, recoveryMs, virtualMs, slowness } = report;
  const lies = liars === 0 ? "" : `, ${liars} of them lying`;
  const pace = slowness === 1 ? "" : ` at a pace of 1/${slowness}`;
  const seconds = Math.round(virtualMs / 1000);
  return `seed ${seed}: ${nodes} nodes${lies}, ${seconds} s${pace}, ${commits} commits, ${acknowledged} acknowledged, ${elections} elections, recovered in ${recoveryMs} ms`;
}

const WHAT = {
  crash: "A NODE CRASHED",
  liveness: "NO PROGRESS",
  idle: "AN IDLE SEED",
  safety: "SAFETY VIOLATED",
} as const;

/** What failed, and how to see it again; `flags` are those that change what a seed means. */
export function failureLines(failed: Failed, flags: string): string[] {
  const { kind, seed, checker, message, stack } = failed;
  const by = checker === undefined ? "" : ` (found by ${checker})`;
  const again = `npm run sim -- ${flags}`;
  return [
    `${WHAT[kind]}${by}: ${message}`,
    `  seed ${seed} at ${commitName()}`,
    `  again: ${again}      every event: ${again} --trace`,
    ...(kind === "crash" && stack !== "" ? [stack] : []),
  ];
}

/** The deeds of a plan, one a line. */
export const planLines = ({ happenings }: Plan): string[] =>
  happenings.map(({ atMs, deed }) => `  ${(atMs / 1000).toFixed(3).padStart(9)} s  ${toldDeed(deed)}`);

/** The flags that play a seed again. */
export function flagsOf({ seed, nodes, withLiars, tooMany }: SeedOptions): string {
  const liars = withLiars === undefined ? "" : withLiars ? " --liars" : " --no-liars";
  return `--seed ${seed}${nodes === undefined ? "" : ` --nodes ${nodes}`}${liars}${tooMany ? " --too-many" : ""}`;
}
