// Rules are counted where they stand in the code: a place that is passed counts, one that is not does not.

import { expect, it } from "vitest";
import { RULES, unusedRules } from "../src/run/rules.ts";
import { FAULTS, Summary } from "../src/run/summary.ts";
import { WORK } from "../src/storm/work.ts";

it("a rule is unused if none of its places was passed", () => {
  const all = Object.fromEntries(RULES.map((rule) => [rule, { "a.ts:1": 1, "b.ts:2": 0 }]));
  expect(unusedRules(all)).toEqual([]);
  expect(unusedRules({ ...all, S4: { "a.ts:1": 0 } })).toEqual(["S4"]);
  const { V7: _gone, ...others } = all;
  expect(unusedRules(others)).toEqual(["V7"]);
});

it("a fault that never struck is missing, and work that was never done", () => {
  const counts = Object.fromEntries([...FAULTS, ...WORK].map((what) => [what, 1]));
  const report = { seed: 1, nodes: 4, liars: 0, slowness: 2, virtualMs: 1, events: 1, commits: 1 };
  const rest = { acknowledged: 1, elections: 1, recoveryMs: 10, trace: "" };
  const summary = new Summary();
  summary.add({ ...report, ...rest, counts: { ...counts, "bit rot": 0, "contract: upgraded": 0 } });
  expect(summary.missing).toEqual(["bit rot", "contract: upgraded"]);
  expect(summary.worstRecoveryMs).toBe(5);
  summary.add({ ...report, ...rest, counts });
  expect(summary.missing).toEqual([]);
});
