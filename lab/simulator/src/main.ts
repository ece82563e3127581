// `npm run sim`: seeds of trouble, one line each. Exit codes tell apart what went wrong: 127 a crash,
// 128 no progress after healing, 129 a violated safety property.

import { parseArgs } from "node:util";
import { SafetyViolation } from "./checker.ts";
import { LivenessViolation, storm } from "./storm.ts";

const USAGE = `usage: npm run sim -- [--seeds N] [--seed S]

  --seeds N   run seeds 1 to N (default 20)
  --seed S    run one seed`;

function exitCodeOf(error: unknown): number {
  if (error instanceof SafetyViolation) return 129;
  return error instanceof LivenessViolation ? 128 : 127;
}

function main(): number {
  const { values } = parseArgs({
    options: { seeds: { type: "string" }, seed: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const seeds =
    values.seed !== undefined
      ? [Number(values.seed)]
      : Array.from({ length: Number(values.seeds ?? 20) }, (_, i) => i + 1);
  if (seeds.length === 0 || seeds.some((seed) => !Number.isSafeInteger(seed))) {
    console.error(USAGE);
    return 2;
  }
  let virtualMs = 0;
  for (const seed of seeds) {
    try {
      const report = storm(seed);
      virtualMs += report.virtualMs;
      const { nodes, commits, crashes, leaders, frames, recoveryMs } = report;
      console.log(
        `seed ${seed}: ${nodes} nodes, ${commits} commits, ${leaders} leaders, ${crashes} crashes, ${frames} frames, recovered in ${recoveryMs} ms`,
      );
    } catch (error) {
      console.error(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
      return exitCodeOf(error);
    }
  }
  console.log(
    `${seeds.length} seeds, ${(virtualMs / 3_600_000).toFixed(2)} hours of cluster time: no violation`,
  );
  return 0;
}

process.exitCode = main();
