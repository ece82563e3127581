// One storm: played, told if wanted, and shortened if it fails.

import type { Plan } from "../storm/plan.ts";
import { savePlan } from "../storm/plan-file.ts";
import { playStorm } from "../storm/storm.ts";
import { minimise } from "./minimise.ts";
import { EXIT_CODES, type Failed, outcomeOf } from "./outcome.ts";
import { failureLines, planLines, reportLine } from "./tell.ts";

/** A storm of some seconds is played at most so often. */
const RUNS_MAX = 150;

export type SingleOptions = {
  /** How to play it again. */
  readonly flags: string;
  readonly isTold: boolean;
  /** Where the shortest storm that still fails is written. */
  readonly saveTo: string | undefined;
};

export async function playOne(plan: Plan, options: SingleOptions): Promise<number> {
  const { isTold, flags } = options;
  const tell = isTold ? { tell: (line: string) => console.log(line) } : {};
  const outcome = await outcomeOf(plan.seed, playStorm(plan, tell));
  if (outcome.kind === "passed") {
    console.log(reportLine(outcome.report));
    console.log(`trace ${outcome.report.trace}`);
    return EXIT_CODES.passed;
  }
  for (const line of failureLines(outcome, flags)) console.error(line);
  if (outcome.kind !== "idle" && !isTold) await shorten(plan, outcome, options);
  return EXIT_CODES[outcome.kind];
}

async function shorten(plan: Plan, failed: Failed, { saveTo }: SingleOptions): Promise<void> {
  console.error("looking for a shorter storm that fails in the same way ...");
  const shortest = await minimise(plan, failed, {
    runsMax: RUNS_MAX,
    progress: (left) => console.error(`  ${left} deeds left`),
  });
  console.error(`${shortest.plan.happenings.length} of ${plan.happenings.length} deeds suffice:`);
  for (const line of planLines(shortest.plan)) console.error(line);
  console.error(shortest.failed.message);
  if (saveTo === undefined) return;
  savePlan(saveTo, shortest.plan);
  console.error(`saved; every event: npm run sim -- --storm ${saveTo} --trace`);
}
