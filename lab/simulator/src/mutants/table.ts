// `npm run sim -- --mutants`: switches off one rule after the other, each in a process of its own, and
// prints who noticed. A schedule is first played with every rule in place: it must recover then.

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { EXIT_CODES } from "../run/outcome.ts";
import type { Hunted } from "./hunt.ts";
import type { Mutant } from "./mutant.ts";
import { MUTANTS } from "./mutants.ts";
import { mutantNamed } from "./patching.ts";
import { recoveryMs, scheduleNamed } from "./schedules.ts";
import { stagingNamed } from "./stagings.ts";

/** A rule that is off is noticed within so many seeds. */
export const SEEDS_MAX = 500;

export type Recovery =
  | { readonly kind: "recovered"; readonly ms: number; readonly boundMs: number }
  | { readonly kind: "not recovered"; readonly boundMs: number };
export type Staged = { readonly kind: "staged"; readonly noticed?: string };
export type Found = Hunted | Recovery | Staged;

const HUNTER = fileURLToPath(new URL("./hunt-main.ts", import.meta.url));

/** What became of a mutant in a process of its own. */
export function play({ name }: Mutant, seeds = SEEDS_MAX): Promise<Found> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [HUNTER, name, String(seeds)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let told = "";
    let complaint = "";
    child.stdout.on("data", (data: Buffer) => {
      told += data.toString();
    });
    child.stderr.on("data", (data: Buffer) => {
      complaint += data.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(told) as Found);
      else reject(new Error(`the process of mutant ${name} ended with ${code}: ${complaint}`));
    });
  });
}

type Row = { readonly mutant: Mutant; readonly text: string; readonly isCaught: boolean };

async function rowOf(mutant: Mutant): Promise<Row> {
  const found = await play(mutant);
  switch (found.kind) {
    case "caught": {
      const { checker, seed, events, message } = found;
      return { mutant, text: `${checker}, seed ${seed}, ${events} events: ${message}`, isCaught: true };
    }
    case "missed":
      return { mutant, text: `NOT NOTICED in ${found.seeds} seeds`, isCaught: false };
    case "staged": {
      const staging = stagingNamed(mutant.staged!);
      const told = await staging.play();
      if (told !== undefined) return { mutant, text: `even with the rule: ${told}`, isCaught: false };
      const { noticed } = found;
      const text = `staged, ${staging.name}: ${noticed ?? "NOT NOTICED"}`;
      return { mutant, text, isCaught: noticed !== undefined };
    }
    case "recovered":
      return { mutant, text: `NOT NOTICED: recovered in ${found.ms} ms all the same`, isCaught: false };
    case "not recovered": {
      const schedule = scheduleNamed(mutant.schedule!);
      const ms = recoveryMs(schedule);
      const within = `in ${found.boundMs} ms of virtual time`;
      if (ms === undefined)
        return { mutant, text: `no recovery ${within} even with the rule`, isCaught: false };
      const text = `schedule ${schedule.name}: no recovery ${within}, with the rule in ${ms} ms`;
      return { mutant, text, isCaught: true };
    }
  }
}

const line = ({ mutant: { name, what }, text }: Row): string => `${name.padEnd(7)}${what.padEnd(66)} ${text}`;

/** Prints the rows in the order of the list, as soon as they are known. Returns an exit code. */
export async function huntMutants(rule: string | undefined): Promise<number> {
  const mutants = rule === undefined ? MUTANTS : [mutantNamed(rule)];
  const rows: (Row | undefined)[] = mutants.map(() => undefined);
  let next = 0;
  let printed = 0;
  const work = async () => {
    for (let at = next++; at < mutants.length; at = next++) {
      rows[at] = await rowOf(mutants[at]!);
      for (let row = rows[printed]; row !== undefined; row = rows[++printed]) console.log(line(row));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const missed = rows.filter((row) => row?.isCaught !== true).length;
  const all = "whatever rule was switched off, a checker noticed";
  console.log(missed === 0 ? all : `${missed} went unnoticed`);
  return missed === 0 ? EXIT_CODES.passed : EXIT_CODES.safety;
}
