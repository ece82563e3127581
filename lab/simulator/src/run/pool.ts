// Seeds on all cores: each worker process plays one after the other. (Threads of one process were half as fast.)

import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
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

const WORKER = fileURLToPath(new URL("./worker.ts", import.meta.url));

function work(next: () => Task, ended: (outcome: Outcome) => void): Promise<RuleCounts> {
  return new Promise((resolve, reject) => {
    const worker = fork(WORKER);
    let rules: RuleCounts | undefined;
    worker.on("error", reject);
    worker.on("message", (told: Told) => {
      if ("rules" in told) rules = told.rules;
      else {
        ended(told.outcome);
        worker.send(next());
      }
    });
    worker.on("exit", (code, signal) => {
      if (rules !== undefined) resolve(rules);
      else reject(new Error(`a worker ended with ${code ?? signal} before its work was done`));
    });
    worker.send(next());
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
