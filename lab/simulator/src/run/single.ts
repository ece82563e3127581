// One seed: played, told if wanted, and shortened if it fails.

import { drawPlan, type SeedOptions } from "../storm/plan.ts";
import { playStorm } from "../storm/storm.ts";
import { minimise } from "./minimise.ts";
import { EXIT_CODES, outcomeOf } from "./outcome.ts";
import { failureLines, flagsOf, planLines, reportLine } from "./tell.ts";

/** A storm of some seconds is played at most so often. */
const RUNS_MAX = 150;

export async function playOne(options: SeedOptions & { readonly isTold: boolean }): Promise<number> {
  const { seed, isTold } = options;
  const plan = drawPlan(options);
  const tell = isTold ? { tell: (line: string) => console.log(line) } : {};
  const outcome = await outcomeOf(seed, playStorm(plan, tell));
  if (outcome.kind === "passed") {
    console.log(reportLine(outcome.report));
    console.log(`trace ${outcome.report.trace}`);
    return EXIT_CODES.passed;
  }
  for (const line of failureLines(outcome, flagsOf(options))) console.error(line);
  if (outcome.kind !== "idle" && !isTold) {
    console.error("looking for a shorter storm that fails in the same way ...");
    const shortest = await minimise(plan, outcome, {
      runsMax: RUNS_MAX,
      progress: (left) => console.error(`  ${left} deeds left`),
    });
    console.error(`${shortest.plan.happenings.length} of ${plan.happenings.length} deeds suffice:`);
    for (const line of planLines(shortest.plan)) console.error(line);
    console.error(shortest.failed.message);
  }
  return EXIT_CODES[outcome.kind];
}
