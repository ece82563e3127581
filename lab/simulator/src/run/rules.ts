// The rules of protocol section 5 that stand in the core, and whether they ran.

import type { RuleCounts } from "./rule-counter.ts";

export const RULES = [
  ...["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S10", "S11", "S12", "S13", "S14", "S15", "S16"],
  ...["S17", "S18", "V1", "V2", "V3", "V4", "V5", "V6", "V7", "V10", "V11", "V12"],
] as const;

const timesOf = (rules: RuleCounts, rule: string): number => Math.max(0, ...Object.values(rules[rule] ?? {}));

/** Rules whose places in the code nobody passed. */
export const unusedRules = (rules: RuleCounts): string[] =>
  RULES.filter((rule) => timesOf(rules, rule) === 0);

export const ruleLines = (rules: RuleCounts): string[] => [
  `rules passed in each worker's first seeds: ${RULES.map((rule) => `${rule} ${timesOf(rules, rule)}`).join(", ")}`,
];
