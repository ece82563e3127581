// The shortest storm that still fails in the same way: deeds are taken out in ever smaller pieces (ddmin,
// Zeller and Hildebrandt 2002), and what is left is played again from the same seed.

import type { Happening } from "../storm/deed.ts";
import type { Plan } from "../storm/plan.ts";
import { playStorm } from "../storm/storm.ts";
import { type Failed, outcomeOf } from "./outcome.ts";

export type Minimised = { readonly plan: Plan; readonly failed: Failed; readonly runs: number };

export type MinimiseOptions = {
  readonly runsMax: number;
  /** After every run that leaves fewer deeds. */
  progress(left: number): void;
};

export async function minimise(plan: Plan, failed: Failed, options: MinimiseOptions): Promise<Minimised> {
  let best: Minimised = { plan, failed, runs: 0 };
  let pieces = 2;
  const attempt = async (happenings: readonly Happening[]): Promise<boolean> => {
    const shorter = { ...best.plan, happenings };
    const runs = best.runs + 1;
    const outcome = await outcomeOf(plan.seed, playStorm(shorter));
    const isSame = outcome.kind === failed.kind && outcome.checker === failed.checker;
    best = isSame ? { plan: shorter, failed: outcome, runs } : { ...best, runs };
    if (isSame) options.progress(happenings.length);
    return isSame;
  };
  while (best.plan.happenings.length > 1 && best.runs < options.runsMax) {
    const { happenings } = best.plan;
    const size = Math.ceil(happenings.length / pieces);
    let isShorter = false;
    for (let from = 0; from < happenings.length && best.runs < options.runsMax && !isShorter; from += size) {
      isShorter = await attempt([...happenings.slice(0, from), ...happenings.slice(from + size)]);
    }
    if (isShorter) pieces = Math.max(2, pieces - 1);
    else if (size === 1) break;
    else pieces = Math.min(happenings.length, pieces * 2);
  }
  return best;
}
