// `npm run spec`: runs the executable specification. Its types, every named run, then random runs in which
// each invariant must hold after each step; and random runs with a rule switched off, in which one must
// be found violated, or the search finds nothing. Exit code 1 if anything is not as it must be.

import { parseArgs } from "node:util";
import { type Ending, runQuint } from "@juno/model";

const USAGE = `usage: npm run spec -- [--samples N] [--seed S]

  --samples N   random runs with four voters (default 16); a sixth as many with seven
  --seed S      begin with this seed (default 1); the same seed makes the same runs`;

/** Long enough to lead and commit in several terms. */
const STEPS = 110;
const STEPS_OF_SEVEN = 160;
/** Rules that a random run breaks soon once they are off. For every rule there is a named run as well. */
const SWITCHED_OFF = ["S7", "S13 phase"];
/** Their search has a seed of its own, that finds something: it is to show that the invariants can fail. */
const SEARCH = { seed: 1, samples: 200, steps: 60 };
/** What is counted of random runs; the first must come about, or the invariants had nothing to hold for. */
const REACHED = ["someCommit", "someLeadAgain"];
const SAMPLES_TO_REACH = 16;
/** How Quint tells that an invariant does not hold. Other failures are no answer to that question. */
const VIOLATION = "[violation]";
const MS_PER_SECOND = 1000;

type Search = { readonly seed: number; readonly samples: number; readonly steps: number };

class Surprise extends Error {}

function readOptions() {
  const { values } = parseArgs({
    options: {
      samples: { type: "string", default: "16" },
      seed: { type: "string", default: "1" },
      help: { type: "boolean", default: false },
    },
  });
  const [samples, seed] = [Number(values.samples), Number(values.seed)];
  if (!(Number.isSafeInteger(samples) && samples > 0)) throw new Error("--samples takes a whole number");
  if (!(Number.isSafeInteger(seed) && seed >= 0)) throw new Error("--seed takes a whole number");
  return { samples, seed, help: values.help };
}

/** Does a part and says what came of it, and how long it took. */
async function part(does: () => Promise<string>): Promise<void> {
  const beginMs = performance.now();
  const found = await does();
  const seconds = ((performance.now() - beginMs) / MS_PER_SECOND).toFixed(1);
  console.log(`spec: ${found} (${seconds} s)`);
}

function demand(isSo: boolean, what: string, { output }: Ending): void {
  if (!isSo) throw new Surprise(`${output.trim()}\n\nspec: ${what}`);
}

async function types(): Promise<string> {
  const ending = await runQuint("typecheck", ["attacks.qnt"]);
  demand(ending.code === 0, "the types are wrong", ending);
  return "the types are right";
}

async function namedRuns(): Promise<string> {
  const ending = await runQuint("test", ["--main=attacks", "attacks.qnt"]);
  demand(ending.code === 0, "a named run does not end as it must", ending);
  const count = Number(/(\d+) passing/.exec(ending.output)?.[1] ?? 0);
  demand(count > 0, "there is no named run", ending);
  return `${count} named runs of attacks.qnt end as they must`;
}

function search(voters: 4 | 7, { seed, samples, steps }: Search, more: readonly string[]): Promise<Ending> {
  return runQuint("run", [
    `--main=consensus${voters}`,
    `--seed=${seed}`,
    `--max-samples=${samples}`,
    `--max-steps=${steps}`,
    "--invariant=safe",
    ...more,
    "consensus.qnt",
  ]);
}

async function holds(voters: 4 | 7, bounds: Search): Promise<string> {
  const { seed, samples, steps } = bounds;
  const ending = await search(voters, bounds, ["--witnesses", ...REACHED, "--verbosity=1"]);
  const title = `${samples} random runs of ${steps} steps, ${voters} voters, seed ${seed}`;
  if (ending.output.includes(VIOLATION)) {
    // Once more, with the steps that led there.
    demand(false, `${title}: an invariant is violated`, await search(voters, bounds, []));
  }
  demand(ending.code === 0, `${title}: Quint could not run them`, ending);
  const reached = REACHED.map((name) => {
    const count = Number(new RegExp(`${name} was witnessed in (\\d+)`).exec(ending.output)?.[1] ?? 0);
    const isDue = name === REACHED[0] && voters === 4 && samples >= SAMPLES_TO_REACH;
    demand(!isDue || count > 0, `${title}: none reaches ${name}`, ending);
    return `${name} in ${count}`;
  });
  return `${title}: the invariants hold; ${reached.join(", ")}`;
}

async function notices(rule: string): Promise<string> {
  const ending = await search(4, SEARCH, [`--init=initWithout(Set("${rule}"))`, "--verbosity=1"]);
  demand(
    ending.code !== 0 && ending.output.includes(VIOLATION),
    `without "${rule}" no invariant is found violated, so finding none says nothing`,
    ending,
  );
  return `without "${rule}" an invariant is found violated, as it must be`;
}

async function main(): Promise<number> {
  const { samples, seed, help } = readOptions();
  if (help) {
    console.log(USAGE);
    return 0;
  }
  try {
    await part(types);
    await part(namedRuns);
    await part(() => holds(4, { seed, samples, steps: STEPS }));
    await part(() => holds(7, { seed, samples: Math.ceil(samples / 6), steps: STEPS_OF_SEVEN }));
    for (const rule of SWITCHED_OFF) await part(() => notices(rule));
    return 0;
  } catch (error) {
    if (!(error instanceof Surprise)) throw error;
    console.error(error.message);
    return 1;
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.error(USAGE);
  process.exitCode = 2;
}
