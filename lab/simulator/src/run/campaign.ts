// Many seeds on all cores, a line each, and what they have shown together. Ends at the first failure, and
// fails too if enough seeds have left out a fault or a rule.

import type { SeedOptions } from "../storm/plan.ts";
import { EXIT_CODES, type Failed } from "./outcome.ts";
import { runCampaign } from "./pool.ts";
import { ruleLines, unusedRules } from "./rules.ts";
import { SEEDS_FOR_ALL, Summary } from "./summary.ts";
import { failureLines, flagsOf, reportLine } from "./tell.ts";

export type CampaignOptions = Omit<SeedOptions, "seed"> & {
  readonly first: number;
  readonly seeds: number;
  /** Milliseconds since 1970; until then, however many seeds that takes. */
  readonly untilMs: number | undefined;
  readonly isJson: boolean;
};

export async function playCampaign(options: CampaignOptions): Promise<number> {
  const { first, seeds, untilMs, isJson, nodes, withLiars, tooMany } = options;
  const summary = new Summary();
  const begunMs = Date.now();
  let given = 0;
  let failed: Failed | undefined;
  const hasNext = () => (untilMs === undefined ? given < seeds : Date.now() < untilMs);
  const rules = await runCampaign({
    next: () => (hasNext() ? { seed: first + given++, nodes, withLiars, tooMany } : undefined),
    ended: (outcome) => {
      if (outcome.kind === "passed") {
        summary.add(outcome.report);
        console.log(isJson ? JSON.stringify(outcome.report) : reportLine(outcome.report));
        return true;
      }
      failed ??= outcome;
      return false;
    },
  });
  const minutes = (Date.now() - begunMs) / 60_000;
  if (isJson) console.log(JSON.stringify({ ...summary.facts, rules, minutes }));
  else
    for (const line of [...summary.lines(), ...ruleLines(rules), paceLine(summary, minutes)])
      console.log(line);
  if (failed !== undefined) {
    for (const line of failureLines(failed, flagsOf({ ...options, seed: failed.seed }))) console.error(line);
    return EXIT_CODES[failed.kind];
  }
  if (summary.seeds === 0) {
    console.error("AN IDLE CAMPAIGN: no seed was played");
    return EXIT_CODES.idle;
  }
  const missing = [...summary.missing, ...unusedRules(rules).map((rule) => `rule ${rule}`)];
  if (summary.seeds < SEEDS_FOR_ALL || withLiars === false || missing.length === 0) {
    if (!isJson) console.log("no violation");
    return EXIT_CODES.passed;
  }
  console.error(`AN IDLE CAMPAIGN: never met were ${missing.join(", ")}`);
  return EXIT_CODES.idle;
}

const paceLine = ({ hours }: Summary, minutes: number): string =>
  `${minutes.toFixed(1)} minutes, ${(hours / minutes).toFixed(2)} hours of cluster time a minute`;
