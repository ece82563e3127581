// The checker of the rules that compilers and linters do not know: who may see whom, what is
// declared, names, lengths, determinism, and that spec/, code and tests speak of the same rules.
// Prints every problem as `file:line: sentence`; exit code 1 if there is one.

import { fileURLToPath } from "node:url";
import { checkCycles } from "./tidy/cycles.ts";
import { checkDependencies } from "./tidy/dependencies.ts";
import { checkDeterminism } from "./tidy/determinism.ts";
import { checkDirections } from "./tidy/directions.ts";
import { checkLengths } from "./tidy/lengths.ts";
import { checkLockFile } from "./tidy/lock-file.ts";
import { checkNames } from "./tidy/names.ts";
import { checkShortcuts } from "./tidy/shortcuts.ts";
import { checkSpecRules } from "./tidy/spec-rules.ts";
import { loadTree, type Rule } from "./tidy/tree.ts";
import { checkWorkplace } from "./tidy/workplace.ts";

const RULES: readonly Rule[] = [
  checkDependencies,
  checkLockFile,
  checkDirections,
  checkCycles,
  checkNames,
  checkLengths,
  checkDeterminism,
  checkSpecRules,
  checkShortcuts,
  checkWorkplace,
];

const tree = loadTree(fileURLToPath(new URL("..", import.meta.url)));
const problems = RULES.flatMap((rule) => rule(tree)).sort(
  (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line,
);
for (const { file, line, sentence } of problems) console.log(`${file}:${line}: ${sentence}`);
if (problems.length > 0) process.exitCode = 1;
