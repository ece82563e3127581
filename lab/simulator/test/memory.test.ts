// What liars can make a node keep in memory has a bound that does not grow with what they send.

import { describe, expect, it } from "vitest";
import { ScenarioRun } from "../src/scenario/run.ts";

describe("memory", () => {
  it("of what a leader signed, for evidence, is bounded", () => {
    const run = new ScenarioRun();
    for (const line of ["start", "run 50ms"]) run.perform(line);
    // Each message repeats all before it, and adds one entry.
    for (let count = 1; count <= 60; count++) run.perform(`forge append from 2 to 1: after 1 add ${count}`);
    run.perform("run 5ms");
    const { state } = run.stage.cluster.node(1);
    expect(state?.log.last.index).toBe(61);
    const kept = state?.signedOffers.reduce((sum, { entries }) => sum + entries.length, 0);
    expect(kept).toBeLessThanOrEqual(4 * 64);
    expect(kept).toBeGreaterThan(60);
  });
});
