// Seeds on all cores: each worker thread plays one after the other.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { SeedOptions } from "../storm/plan.ts";
import type { Outcome } from "./outcome.ts";
import type { RuleCounts } from "./rule-counter.ts";
import type { Task } from "./worker.ts";

type Told = { readonly outcome: Outcome } | { readonly rules: RuleCounts };

export type Campaign = {
  /** The next seed, or undefined when there is none. */
  next(): SeedOptions | undefined;
  /** False ends the campaign once what is under way is done. */
  ended(outcome: Outcome): boolean;
};

/** Resolves with how often each rule ran, in all workers together. */
export async function runCampaign(campaign: Campaign, workers = availableParallelism()): Promise<RuleCounts> {
  let isOver = false;
  const next = (): Task => (isOver ? undefined : campaign.next()) ?? "end";
  const counts = await Promise.all(
    Array.from({ length: workers }, () =>
      work(next, (outcome) => {
        if (!campaign.ended(outcome)) isOver = true;
      }),
    ),
  );
  return summed(counts);
}

function work(next: () => Task, ended: (outcome: Outcome) => void): Promise<RuleCounts> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    worker.on("error", reject);
    worker.on("message", (told: Told) => {
      if ("rules" in told) return resolve(told.rules);
      ended(told.outcome);
      worker.postMessage(next());
    });
    worker.postMessage(next());
  });
}

function summed(all: readonly RuleCounts[]): RuleCounts {
  const sum: Record<string, Record<string, number>> = {};
  for (const counts of all) {
    for (const [rule, places] of Object.entries(counts)) {
      sum[rule] ??= {};
      for (const [place, count] of Object.entries(places)) sum[rule][place] = (sum[rule][place] ?? 0) + count;
    }
  }
  return sum;
}
