// `npm run fuzz`: spoils what comes from outside, in every format, and sees whether anything breaks that
// must not. Exit code 127 if something does, with the input that did it.

import { parseArgs } from "node:util";
import { type CampaignReport, campaign } from "./campaign.ts";
import { allTargets } from "./targets.ts";

const USAGE = `usage: npm run fuzz -- [--seconds N] [--seed S] [--target NAME]…

  --seconds N     how long in all (default 30)
  --seed S        begin with this seed (default 1); the same seed makes the same inputs
  --target NAME   only this one; may stand several times`;

const RUNS_MAX = 1_000_000_000;
const MS_PER_SECOND = 1000;

function readOptions() {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "30" },
      seed: { type: "string", default: "1" },
      target: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", default: false },
    },
  });
  const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
  if (!(seconds > 0 && seconds <= 86_400)) throw new Error("--seconds takes a number up to 86400");
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error("--seed takes a whole number");
  return { ...values, seconds, seed };
}

function lineOf({ name, runs, taken }: CampaignReport, elapsedMs: number): string {
  const rate = Math.round((runs * MS_PER_SECOND) / Math.max(1, elapsedMs));
  return `${name.padEnd(18)} ${String(runs).padStart(9)} inputs, ${String(taken).padStart(8)} taken, ${rate}/s`;
}

function main(): number {
  const options = readOptions();
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const all = allTargets();
  const unknown = options.target.find((name) => !all.some((target) => target.name === name));
  if (unknown !== undefined) {
    throw new Error(`there is no target ${unknown}; there are ${all.map(({ name }) => name).join(", ")}`);
  }
  const targets = all.filter(({ name }) => options.target.length === 0 || options.target.includes(name));
  const share = (options.seconds * MS_PER_SECOND) / targets.length;
  for (const target of targets) {
    const beginMs = performance.now();
    const until = () => performance.now() - beginMs >= share;
    const report = campaign(target, { seed: options.seed, runs: RUNS_MAX, until });
    console.log(lineOf(report, performance.now() - beginMs));
    if (report.failure === undefined) continue;
    const { run, input, why } = report.failure;
    console.error(`${target.name}: seed ${options.seed}, run ${run}\ninput (hex): ${input}\n${why}`);
    return 127;
  }
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.error(USAGE);
  process.exitCode = 2;
}
