// A few seeds of `npm run sim`, with and without liars, and the proof that what they check can fail.

import { Prng } from "@juno/base";
import { describe, expect, it } from "vitest";
import { SafetyViolation } from "../src/checkers/findings.ts";
import { CALM, Cluster } from "../src/cluster.ts";
import { minimise } from "../src/run/minimise.ts";
import { outcomeOf } from "../src/run/outcome.ts";
import { toldDeed } from "../src/storm/deed.ts";
import { drawPlan, type Plan } from "../src/storm/plan.ts";
import { FLOORS, playStorm } from "../src/storm/storm.ts";

/** The first half of a storm. */
function begun(plan: Plan): Plan {
  const healMs = Math.ceil(plan.healMs / 2);
  return { ...plan, healMs, happenings: plan.happenings.filter(({ atMs }) => atMs < healMs) };
}

describe("storms", () => {
  it.each([
    { seed: 1, withLiars: false, nodes: 4 },
    { seed: 2, withLiars: true, nodes: 4 },
    { seed: 3, withLiars: true, nodes: 5 },
  ])("seed $seed, liars: $withLiars, nodes: $nodes", async (options) => {
    const report = await playStorm(drawPlan(options));
    expect(report.commits).toBeGreaterThan(FLOORS.commits);
    expect(report.elections).toBeGreaterThan(FLOORS.elections);
    expect(report.liars > 0).toBe(options.withLiars);
  });

  it("are the same every time, event by event, told or not", async () => {
    const options = { seed: 5, withLiars: true, nodes: 4 };
    const plan = begun(drawPlan(options));
    const lines: string[] = [];
    const told = await playStorm(plan, { tell: (line) => lines.push(line) });
    const again = await playStorm(begun(drawPlan(options)));
    expect(again.trace).toBe(told.trace);
    expect(again).toEqual(told);
    expect(lines.length).toBe(told.events);
    const shorter = { ...plan, happenings: plan.happenings.slice(1) };
    expect((await playStorm(shorter)).trace).not.toBe(told.trace);
  });

  it("depend on the seed alone", () => {
    const plans = [1, 1, 2].map((seed) => drawPlan({ seed }));
    expect(plans[1]).toEqual(plans[0]);
    expect(plans[2]).not.toEqual(plans[0]);
    for (const { deed } of plans[0]!.happenings) expect(toldDeed(deed)).not.toBe("");
  });
});

describe("one liar too many", () => {
  const RUNS_MAX = 4;

  /** Not every storm brings two liars to a fork; those that do so at once come first. */
  async function firstViolation() {
    for (const seed of [11, 13, 20, 8, 7, 9]) {
      const plan = drawPlan({ seed, nodes: 4, tooMany: true });
      const outcome = await outcomeOf(seed, playStorm(plan));
      if (outcome.kind === "safety") return { plan, outcome };
    }
    throw new Error("no storm with f+1 liars is found to violate safety");
  }

  it("is noticed by a checker, and a shorter storm is found that shows it", async () => {
    const { plan, outcome } = await firstViolation();
    const left: number[] = [];
    const shortest = await minimise(plan, outcome, { runsMax: RUNS_MAX, progress: (n) => left.push(n) });
    expect(shortest.runs).toBeLessThanOrEqual(RUNS_MAX);
    expect(shortest.plan.happenings.length).toBeLessThan(plan.happenings.length / 2);
    expect(left.at(-1)).toBe(shortest.plan.happenings.length);
    const again = await outcomeOf(plan.seed, playStorm(shortest.plan));
    expect(again).toMatchObject({ kind: "safety", message: shortest.failed.message });
  });

  it("is noticed when two nodes have two bodies each", () => {
    const cluster = new Cluster({ seed: 1, nodes: 4 });
    cluster.faults = CALM;
    cluster.sideOf = (id) => (id === 4 ? 1 : 0);
    cluster.twin(2);
    cluster.twin(3);
    cluster.passes = (from, to) => !(from === 1 && to === 4) && !(from === 4 && to === 1);
    cluster.startAll();
    expect(() => cluster.run(5000)).toThrow(SafetyViolation);
  });
});

it("nothing is found when f nodes have two bodies each", () => {
  const cluster = new Cluster({ seed: 1, nodes: 4 });
  const prng = new Prng(1);
  cluster.twin(2);
  cluster.startAll();
  for (let round = 0; round < 20; round++) {
    const right = new Set([1, 3, 4].filter(() => prng.chance(1, 2)));
    cluster.sideOf = (id) => (right.has(id) ? 1 : 0);
    cluster.faults = { ...CALM, lossPerMille: prng.pick([0, 100]), delayMsMax: prng.pick([2, 80]) };
    for (const id of [1, 3, 4]) cluster.submit(id);
    cluster.run(prng.below(3000));
  }
  expect(cluster.checker.committed.length).toBeGreaterThan(10);
});
