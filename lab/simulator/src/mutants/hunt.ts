// Storms against a mutant, seed after seed, until a checker notices. A node whose code fails is started
// again as if it had crashed: only what is seen from outside counts.

import { outcomeOf } from "../run/outcome.ts";
import { calmStorm } from "../storm/calm-storm.ts";
import { drawPlan } from "../storm/plan.ts";
import { playStorm } from "../storm/storm.ts";
import type { Mutant } from "./mutant.ts";

export type Hunted =
  | {
      readonly kind: "caught";
      readonly seed: number;
      readonly checker: string;
      readonly message: string;
      readonly events: number;
    }
  | { readonly kind: "missed"; readonly seeds: number; readonly others: readonly string[] };

export async function hunt(options: {
  readonly mutant: Pick<Mutant, "lies" | "withChanges" | "withVersions" | "isOfProgress" | "calmFrom">;
  readonly seeds: number;
}): Promise<Hunted> {
  const { mutant, seeds } = options;
  const { lies = [], withChanges, withVersions, isOfProgress = false, calmFrom } = mutant;
  const others: string[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const withLiars = lies.length > 0;
    const plan =
      calmFrom === undefined
        ? drawPlan({ seed, nodes: 4, withLiars, lies, withChanges, withVersions })
        : calmStorm(calmFrom + seed - 1, "row");
    let events = 0;
    const counting = playStorm(plan, {
      isFailureFatal: false,
      onEvent: () => {
        events += 1;
      },
    });
    const outcome = await outcomeOf(seed, counting);
    if (outcome.kind === "safety" || (isOfProgress && outcome.kind === "liveness")) {
      const { checker = "progress", message } = outcome;
      return { kind: "caught", seed, checker, message, events };
    }
    if (outcome.kind !== "passed") others.push(`${outcome.kind}: ${outcome.message}`);
  }
  return { kind: "missed", seeds, others };
}
