// One set of receipt files under two verifiers: `juno verify-receipt` and the one in Python, each as a
// process that is given all files at once. Their verdicts come back side by side.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { juno } from "../processes/juno-process.ts";
import { verdictsIn, verifyInPython } from "./python-verifier.ts";
import type { Variant } from "./variants.ts";

type Line = { readonly ok: boolean; readonly code?: string; readonly detail?: string };

export type Verdict = { readonly name: string; readonly juno: string; readonly python: string };

export const GOOD = "good";

/** Files in a folder of their own below `folder`; `set` names it. */
export function writeFiles(folder: string, set: string, variants: readonly Variant[]): string[] {
  const place = join(folder, set);
  mkdirSync(place);
  return variants.map(({ text }, at) => {
    const path = join(place, `${at}.json`);
    writeFileSync(path, text);
    return path;
  });
}

export async function bothVerdicts(
  network: { readonly folder: string; readonly files: { readonly genesis: string } },
  set: string,
  variants: readonly Variant[],
  epochs?: string,
): Promise<Verdict[]> {
  const { genesis } = network.files;
  const led = epochs === undefined ? [] : ["--epochs", epochs];
  const files = writeFiles(network.folder, set, variants);
  const [ours, theirs] = await Promise.all([
    juno(["verify-receipt", ...files, "--genesis", genesis, "--json", ...led]),
    verifyInPython(files, genesis, epochs),
  ]);
  const lines = ours.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  const verdicts = verdictsIn(theirs.stdout);
  if (lines.length !== files.length || verdicts.length !== files.length) {
    throw new Error(
      `${lines.length} and ${verdicts.length} verdicts on ${files.length} files: ${ours.stderr}${theirs.stderr}`,
    );
  }
  const isAnyRefused = lines.some(({ ok }) => !ok);
  if (ours.code !== (isAnyRefused ? 1 : 0)) throw new Error(`juno ended with ${ours.code}`);
  const isAnyDoubted = verdicts.some((verdict) => verdict !== GOOD);
  if (theirs.code !== (isAnyDoubted ? 1 : 0)) throw new Error(`Python ended with ${theirs.code}`);
  return variants.map(({ name }, at) => {
    const { ok, detail } = lines[at]!;
    return { name, juno: ok ? GOOD : detail!, python: verdicts[at]! };
  });
}

/** Those that either verifier takes for good: of bad files there must be none. */
export const believedIn = (verdicts: readonly Verdict[]): Verdict[] =>
  verdicts.filter(({ juno: one, python: other }) => one === GOOD || other === GOOD);
