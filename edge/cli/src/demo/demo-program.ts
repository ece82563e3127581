// The demo's command line: how often, how many nodes, how much is told.

import { Command, CommanderError, InvalidArgumentError } from "commander";
import { checkNodeCount } from "../command/init-command.ts";
import { Complaint, EXIT, usage } from "../complaint.ts";
import { paintFor, plainPaint } from "../terminal/paint.ts";
import { type Narrator, type StepTime, seconds, silentNarrator, tellingNarrator } from "./narrator.ts";
import { tellOperations } from "./operations-story.ts";
import { PROOFS_SETTING, tellProofs } from "./proofs-story.ts";
import { openStage } from "./stage.ts";
import { tellStory } from "./story.ts";

type Options = {
  readonly times: number;
  readonly nodes: number;
  readonly quiet?: boolean;
  readonly keep?: boolean;
  readonly json?: boolean;
  readonly proofs?: boolean;
  readonly operations?: boolean;
};

type Run = {
  readonly ok: boolean;
  readonly ms: number;
  readonly steps: readonly StepTime[];
  readonly folder?: string;
  readonly problem?: string;
};

const positive = (max: number) => (text: string) => {
  const value = Number(text);
  if (/^\d{1,6}$/.test(text) && value >= 1 && value <= max) return value;
  throw new InvalidArgumentError(`A whole number from 1 to ${max} is expected.`);
};

function parse(argv: readonly string[]): Options {
  const program = new Command("npm run demo --")
    .description("The first Juno's demo on real processes: accounts, money, and the death of the leader.")
    .option("--times <n>", "play it so many times", positive(10_000), 1)
    .option("--nodes <n>", "how many nodes (at least 4)", positive(100), 4)
    .option("--proofs", "another story: receipts, a snapshot, pruning, and that everything still verifies")
    .option("--operations", "another story: nodes, keys and the red button, while money goes round")
    .option("--quiet", "one line for each run")
    .option("--keep", "keep the folder with the nodes' files")
    .option("--json", "print times and results as one line of JSON")
    .exitOverride();
  program.parse(argv, { from: "user" });
  const options = program.opts<Options>();
  checkNodeCount(options.nodes);
  if (options.proofs && options.operations) throw usage("One story at a time: --proofs or --operations.");
  return options;
}

function narratorFor({ quiet, json }: Options): Narrator {
  if (quiet || json) return silentNarrator();
  const { stdout } = process;
  return tellingNarrator({
    paint: paintFor(stdout),
    write: (text) => stdout.write(text),
    isTerminal: stdout.isTTY,
  });
}

function storyOf({ proofs, operations }: Options): typeof tellStory {
  if (operations) return tellOperations;
  return proofs ? tellProofs : tellStory;
}

async function play(options: Options, signal: AbortSignal): Promise<Run> {
  const narrator = narratorFor(options);
  const paint = options.quiet || options.json ? plainPaint : paintFor(process.stdout);
  const startMs = performance.now();
  const run = () => ({ ms: Math.round(performance.now() - startMs), steps: narrator.times });
  const setting = options.proofs ? PROOFS_SETTING : {};
  const stage = await openStage({ nodes: options.nodes, keep: options.keep === true, paint, ...setting });
  const kept = options.keep ? { folder: stage.folder } : {};
  try {
    await storyOf(options)({ stage, narrator, paint, signal });
    return { ok: true, ...run(), ...kept };
  } catch (cause) {
    signal.throwIfAborted();
    const problem = cause instanceof Complaint ? cause.message : String((cause as Error)?.stack ?? cause);
    return { ok: false, ...run(), ...kept, problem };
  } finally {
    await stage.close();
  }
}

function report(run: Run, at: { readonly number: number; readonly of: number }, options: Options): void {
  if (options.json) return;
  const problem = run.problem === undefined ? "" : `: ${run.problem}`;
  const kept = run.folder === undefined ? "" : `; kept in ${run.folder}`;
  const verdict = run.ok ? "ok" : "FAILED";
  const name = at.of === 1 ? "in all" : `run ${at.number} of ${at.of}`;
  process.stdout.write(`${name}: ${verdict}, ${seconds(run.ms)}${kept}${problem}\n`);
}

async function playAll(options: Options, signal: AbortSignal): Promise<boolean> {
  const runs: Run[] = [];
  for (let number = 1; number <= options.times; number += 1) {
    const run = await play(options, signal);
    runs.push(run);
    report(run, { number, of: options.times }, options);
    if (!run.ok) break;
  }
  const ok = runs.every((run) => run.ok);
  if (options.json) process.stdout.write(`${JSON.stringify({ ok, nodes: options.nodes, runs })}\n`);
  else process.stdout.write(ok ? "demo: ok\n" : "demo: FAILED\n");
  return ok;
}

/** Sets the exit code; never rejects. */
export async function runDemo(argv: readonly string[]): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => stop.abort(new Complaint("Interrupted.", EXIT.interrupted)));
  }
  // Nobody listens any more (`npm run demo | head`): the story ends, and its nodes with it.
  process.stdout.on("error", () => stop.abort(new Complaint("Nobody reads this.", EXIT.refused)));
  try {
    const ok = await playAll(parse(argv), stop.signal);
    process.exitCode = ok ? EXIT.done : EXIT.refused;
  } catch (cause) {
    if (cause instanceof CommanderError) {
      process.exitCode = cause.exitCode === 0 ? EXIT.done : EXIT.usage;
      return;
    }
    process.stderr.write(`demo: ${cause instanceof Complaint ? cause.message : (cause as Error).stack}\n`);
    process.exitCode = cause instanceof Complaint ? cause.exitCode : EXIT.refused;
  }
}
