// `npm run sim`: seeds of trouble, one line each. Exit codes tell apart what went wrong: 127 a crash,
// 128 no progress after healing, 129 a violated safety property.

import { parseArgs } from "node:util";
import { SafetyViolation } from "./checkers/findings.ts";
import { LivenessViolation, type StormReport, storm } from "./storm.ts";

const USAGE = `usage: npm run sim -- [--seeds N] [--first S] [--seed S] [--liars | --no-liars]

  --seeds N   run N seeds (default 20)
  --first S   begin with seed S (default 1)
  --seed S    run one seed
  --liars     with liars in every seed; --no-liars in none; by default in every second one`;

function exitCodeOf(error: unknown): number {
  if (error instanceof SafetyViolation) return 129;
  return error instanceof LivenessViolation ? 128 : 127;
}

function lineOf(report: StormReport): string {
  const { seed, nodes, liars, commits, crashes, leaders, frames, refusals, recoveryMs } = report;
  const lies = liars === 0 ? "" : `, ${liars} of them lying, ${refusals} refusals`;
  return `seed ${seed}: ${nodes} nodes${lies}, ${commits} commits, ${leaders} leaders, ${crashes} crashes, ${frames} frames, recovered in ${recoveryMs} ms`;
}

function main(): number {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string" },
      first: { type: "string" },
      seed: { type: "string" },
      liars: { type: "boolean" },
      help: { type: "boolean" },
    },
    allowNegative: true,
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const seeds =
    values.seed !== undefined
      ? [Number(values.seed)]
      : Array.from({ length: Number(values.seeds ?? 20) }, (_, i) => Number(values.first ?? 1) + i);
  if (seeds.length === 0 || seeds.some((seed) => !Number.isSafeInteger(seed))) {
    console.error(USAGE);
    return 2;
  }
  let virtualMs = 0;
  for (const seed of seeds) {
    try {
      const report = storm({ seed, withLiars: values.liars ?? seed % 2 === 0 });
      virtualMs += report.virtualMs;
      console.log(lineOf(report));
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
