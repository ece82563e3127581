// `npm run cluster`: manifests on real processes. Exit codes tell apart what went wrong: 127 a crash, 128
// no progress after healing, 129 a violated safety property, 2 a question that makes no sense. However it
// ends, also by Ctrl-C, no node and no folder of a trial stays. What runs nodes is loaded when some are to run.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { builtInManifests, findManifest } from "./trial/built-in.ts";
import { EXIT, exitCodeOf, Unusable } from "./trial/ending.ts";
import type { Manifest } from "./trial/manifest.ts";
import { reportText, summaryText, type TrialReport } from "./trial/report.ts";
import { EARLIER_COMMIT } from "./upgrade/earlier-tree.ts";

const USAGE = `usage: npm run cluster -- [--manifest NAME]… [--seed S] [--evidence FOLDER] [--list]
       npm run cluster -- --upgrade [--from COMMIT] [--evidence FOLDER]

  --manifest NAME     run this one, or that of a file NAME.txt; may stand several times (default: all)
  --seed S            for what clients do and which follower is struck (default 1)
  --evidence FOLDER   keep logs, databases and history of a failed trial in there
  --list              the manifests, one a line
  --upgrade           a rolling upgrade from the program of an earlier commit to this one
  --from COMMIT       another commit than ${EARLIER_COMMIT.slice(0, 12)}`;

const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** As shells number the exit by Ctrl-C. */
const EXIT_INTERRUPTED = 130;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        manifest: { type: "string", multiple: true, default: [] },
        seed: { type: "string", default: "1" },
        evidence: { type: "string" },
        list: { type: "boolean", default: false },
        upgrade: { type: "boolean", default: false },
        from: { type: "string", default: EARLIER_COMMIT },
        help: { type: "boolean", default: false },
      },
    });
    const seed = Number(values.seed);
    if (!Number.isSafeInteger(seed) || seed < 0) throw new Unusable("--seed takes a whole number");
    return { ...values, seed };
  } catch (error) {
    throw new Unusable(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Aborts at the first signal; the second ends this process at once, and the nodes with it. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ENDING_SIGNALS) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
      console.error(`${signal}: the nodes are ended`);
      controller.abort(new Error(`ended by ${signal}`));
    });
  }
  return controller.signal;
}

type Options = ReturnType<typeof readOptions>;

async function runAll(
  manifests: readonly Manifest[],
  { seed, evidence, signal }: Pick<Options, "seed" | "evidence"> & { readonly signal: AbortSignal },
): Promise<number> {
  const { runTrial } = await import("./trial/trial.ts");
  const reports: TrialReport[] = [];
  for (const manifest of manifests) {
    const title = `${manifest.name}, seed ${seed}`;
    console.log(`${title}: ${manifest.about}`);
    const note = (line: string) => console.log(`  ${line}`);
    const folder = evidence && join(evidence, `${manifest.name}-${seed}`);
    try {
      const report = await runTrial({ manifest, seed, note, signal, evidence: folder });
      console.log(reportText(report));
      reports.push(report);
    } catch (error) {
      if (signal.aborted) return EXIT_INTERRUPTED;
      const code = exitCodeOf(error);
      console.error(`${title}: ${error instanceof Error ? error.stack : String(error)}`);
      if (folder !== undefined && code !== EXIT.usage) console.error(`the evidence is kept in ${folder}`);
      return code;
    }
  }
  console.log(summaryText(reports));
  return EXIT.done;
}

async function upgrade(options: Pick<Options, "from" | "evidence"> & { readonly signal: AbortSignal }) {
  const { from: commit, evidence, signal } = options;
  const { runUpgrade } = await import("./upgrade/upgrade-trial.ts");
  console.log(`upgrade from ${commit}`);
  try {
    await runUpgrade({ commit, evidence, signal, note: (line) => console.log(`  ${line}`) });
    console.log("upgrade: ok");
    return EXIT.done;
  } catch (error) {
    if (signal.aborted) return EXIT_INTERRUPTED;
    console.error(error instanceof Error ? error.stack : String(error));
    return exitCodeOf(error);
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  const all = builtInManifests();
  if (options.help || options.list) {
    console.log(
      options.help ? USAGE : all.map(({ name, about }) => `${name.padEnd(20)} ${about}`).join("\n"),
    );
    return EXIT.done;
  }
  if (options.upgrade) return await upgrade({ ...options, signal: interruption() });
  const chosen =
    options.manifest.length === 0 ? all : options.manifest.map((named) => findManifest(all, named));
  return await runAll(chosen, { ...options, signal: interruption() });
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.error(USAGE);
  process.exitCode = exitCodeOf(error);
}
// What an interrupted trial still waited for is not waited for.
if (process.exitCode === EXIT_INTERRUPTED) process.exit();
