// The repository reads the same wherever it is cloned: it names no folder of anybody's machine, and
// the lock file no host that packages were fetched from.

import type { Problem, Tree } from "./tree.ts";

/** Patterns, not words, so that this list does not find itself. */
const WORKPLACE: readonly { pattern: RegExp; sentence: string }[] = [
  {
    pattern: /(?<![\w.~:/$}-])\/(?:work|root|home|Users)\/[\w.-]/,
    sentence: "A path of somebody's machine.",
  },
  { pattern: /\bregistry\.[a-z0-9-]+\.[a-z]{2,}\b/, sentence: "A package registry's host." },
  { pattern: /\bshared\/(?:design|mission|modelcheck|hooks)\b/, sentence: "A page outside the repository." },
];
const LOCK_FILES = new Set(["package-lock.json", ".npmrc"]);
const ADDRESS = /"resolved": "https?:|^\s*registry\s*=/;

export function checkWorkplace(tree: Tree): Problem[] {
  const problems: Problem[] = [];
  for (const file of tree.texts) {
    const patterns = LOCK_FILES.has(file)
      ? [...WORKPLACE, { pattern: ADDRESS, sentence: "A host to fetch packages from: leave it to npm." }]
      : WORKPLACE;
    const text = tree.text(file);
    for (const { pattern, sentence } of patterns) {
      if (!new RegExp(pattern, "m").test(text)) continue;
      text.split("\n").forEach((line, number) => {
        if (pattern.test(line)) problems.push({ file, line: number + 1, sentence });
      });
    }
  }
  return problems;
}
