// A process that plays seeds as they are given to it.

import { drawPlan, type SeedOptions } from "../storm/plan.ts";
import { playStorm } from "../storm/storm.ts";
import { outcomeOf } from "./outcome.ts";
import { RuleCounter, type RuleCounts } from "./rule-counter.ts";

/** What a worker is told: a seed to play, or to say how often each rule ran and to end. */
export type Task = SeedOptions | "end";

/** Counting makes the code slow, so rules are counted while a worker plays its first seeds. */
const COUNTED_SEEDS = 4;

const counter = await RuleCounter.begin();
let played = 0;
let rules: RuleCounts | undefined;

process.on("message", async (task: Task) => {
  if (task === "end" || played === COUNTED_SEEDS) rules ??= await counter.end();
  if (task === "end") {
    tell({ rules });
    return process.disconnect();
  }
  played += 1;
  const plan = drawPlan(task);
  tell({ outcome: await outcomeOf(plan.seed, playStorm(plan)) });
});

function tell(what: object): void {
  process.send?.(what);
}
