// `npm run cluster`: manifests on real processes. Exit codes tell apart what went wrong: 127 a crash, 128
// no progress after healing, 129 a violated safety property.

import { parseArgs } from "node:util";
import { builtInManifests } from "./trial/built-in.ts";
import type { Manifest } from "./trial/manifest.ts";
import { NoProgress, runTrial, type TrialReport, Unsafe } from "./trial/trial.ts";

const USAGE = `usage: npm run cluster -- [--manifest NAME]… [--seed S] [--list]

  --manifest NAME   run this one; may stand several times (default: all)
  --seed S          for what clients do and which follower is struck (default 1)
  --list            the manifests, one a line`;

function exitCodeOf(error: unknown): number {
  if (error instanceof Unsafe) return 129;
  return error instanceof NoProgress ? 128 : 127;
}

function lineOf({ name }: Manifest, seed: number, report: TrialReport): string {
  const { counts, terms, recoveryMs, judged } = report;
  const { acknowledged, failed, refused, unknown, read, unread } = counts;
  const writes = `${acknowledged} commands done, ${failed} failed, ${refused} refused, ${unknown} unknown`;
  const rest = `${read} reads, ${unread} unanswered; ${judged.ledger.through} entries, ${terms} terms`;
  return `${name}, seed ${seed}: ${writes}; ${rest}; recovered in ${recoveryMs} ms; no violation`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      manifest: { type: "string", multiple: true, default: [] },
      seed: { type: "string", default: "1" },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const all = builtInManifests();
  if (values.help || values.list) {
    console.log(values.help ? USAGE : all.map(({ name, about }) => `${name.padEnd(20)} ${about}`).join("\n"));
    return 0;
  }
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error("--seed takes a whole number");
  const unknown = values.manifest.find((name) => !all.some((manifest) => manifest.name === name));
  if (unknown !== undefined) throw new Error(`there is no manifest ${unknown}; --list shows them`);
  const chosen = all.filter(({ name }) => values.manifest.length === 0 || values.manifest.includes(name));
  for (const manifest of chosen) {
    console.log(`${manifest.name}, seed ${seed}: ${manifest.about}`);
    try {
      const report = await runTrial({
        ...{ manifest, seed },
        note: (line) => console.log(`  ${line}`),
        onEvidence: (folder) => console.error(`logs, databases and history are kept in ${folder}`),
      });
      console.log(lineOf(manifest, seed, report));
    } catch (error) {
      console.error(
        `${manifest.name}, seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`,
      );
      return exitCodeOf(error);
    }
  }
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.error(USAGE);
  process.exitCode = 2;
}
