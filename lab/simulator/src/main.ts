// `npm run sim`: storms on the whole node in virtual time, a seed each. Exit codes tell apart what went
// wrong: 127 a crash, 128 no progress after healing or an idle seed, 129 a violated safety property.

import { parseArgs } from "node:util";
import { huntMutants } from "./mutants/table.ts";
import { playCampaign } from "./run/campaign.ts";
import { playOne } from "./run/single.ts";
import { flagsOf } from "./run/tell.ts";
import { drawPlan, type Plan } from "./storm/plan.ts";
import { loadPlan } from "./storm/plan-file.ts";

const USAGE = `usage: npm run sim -- [options]

  --seeds N       play N seeds (default 20)
  --first S       begin with seed S (default 1)
  --minutes M     play seeds until M minutes have passed
  --seed S        play one seed; if it fails, find the shortest storm that still does
  --save FILE     with --seed: write that shortest storm to a file
  --storm FILE    play a storm from a file
  --trace         with --seed or --storm: tell every event
  --nodes N       4, 5, 7 or 10 nodes (default: drawn from the seed)
  --liars         with liars in every seed; --no-liars: in none (default: drawn from the seed)
  --too-many      with one liar more than the protocol bears; a violation is what is expected
  --mutants       switch off one rule after the other and show which checker notices
  --rule R        with --mutants: this rule only
  --json          one line of JSON for each seed, and one for the summary

exit codes: 0 passed, 2 wrong usage, 127 a node crashed, 128 no progress after healing, 129 safety violated`;

const OPTIONS = {
  seeds: { type: "string" },
  first: { type: "string" },
  minutes: { type: "string" },
  seed: { type: "string" },
  nodes: { type: "string" },
  rule: { type: "string" },
  save: { type: "string" },
  storm: { type: "string" },
  trace: { type: "boolean" },
  liars: { type: "boolean" },
  "too-many": { type: "boolean" },
  mutants: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

class UsageError extends Error {}

function whole(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < 0) {
    throw new UsageError(`--${name} takes a whole number, not "${text}"`);
  }
  return value;
}

function read() {
  try {
    const { values } = parseArgs({ options: OPTIONS, allowNegative: true });
    const nodes = whole(values.nodes, "nodes");
    if (nodes !== undefined && (nodes < 4 || nodes > 16)) throw new UsageError("--nodes takes 4 to 16");
    const numbers = { seed: whole(values.seed, "seed"), seeds: whole(values.seeds, "seeds") };
    const others = { first: whole(values.first, "first"), minutes: whole(values.minutes, "minutes") };
    return { ...values, nodes, ...numbers, ...others };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readStorm(path: string): Plan {
  try {
    return loadPlan(path);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function main(): Promise<number> {
  const options = read();
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  if (options.mutants) return huntMutants(options.rule);
  const { seed, nodes, liars: withLiars, first = 1, minutes, seeds = 20, json = false } = options;
  const tooMany = options["too-many"] ?? false;
  const single = { isTold: options.trace ?? false, saveTo: options.save };
  if (options.storm !== undefined) {
    return playOne(readStorm(options.storm), { ...single, flags: `--storm ${options.storm}` });
  }
  if (seed !== undefined) {
    const parts = { seed, nodes, withLiars, tooMany };
    return playOne(drawPlan(parts), { ...single, flags: flagsOf(parts) });
  }
  if (options.trace || options.save)
    throw new UsageError("--trace and --save are for one storm: give --seed");
  const untilMs = minutes === undefined ? undefined : Date.now() + minutes * 60_000;
  return playCampaign({ first, seeds, untilMs, nodes, withLiars, tooMany, isJson: json });
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
