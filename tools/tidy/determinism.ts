// core/ computes the same on every machine: no clock, no chance, no locale, and no JSON.stringify,
// whose key order and number format follow the object's history.

import { isTest, type Problem, problemsAt, type Tree } from "./tree.ts";

const BANNED: readonly { pattern: RegExp; instead: string }[] = [
  { pattern: /\bDate\s*[.(]/g, instead: "time is an input (entry time, or the Clock port)" },
  { pattern: /\bperformance\s*\./g, instead: "time is an input (entry time, or the Clock port)" },
  { pattern: /\bMath\s*\.\s*random\b/g, instead: "chance is an input (a seed for Prng)" },
  { pattern: /\bcrypto\s*\.\s*(?:getRandomValues|randomUUID)\b/g, instead: "chance is an input" },
  { pattern: /\.\s*localeCompare\b/g, instead: "compare with < or compareBytes" },
  { pattern: /\.\s*toLocale\w+|\bIntl\b/g, instead: "the host's locale must not matter" },
  { pattern: /\bJSON\s*\.\s*stringify\b/g, instead: "encode canonical JSON" },
];

export function checkDeterminism(tree: Tree): Problem[] {
  return tree.sources
    .filter((file) => file.startsWith("core/") && !isTest(file))
    .flatMap((file) =>
      BANNED.flatMap(({ pattern, instead }) =>
        problemsAt(tree, {
          file,
          pattern,
          sentence: (match) => `${match.replace(/\s|[.(]$/g, "")} is not for core: ${instead}.`,
        }),
      ),
    );
}
