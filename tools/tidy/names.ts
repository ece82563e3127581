// Names say what a thing is. Files and folders are kebab-case nouns; a name that would fit anything
// is refused, and so is the I-prefix of an interface.

import { type Problem, problemsAt, type Tree } from "./tree.ts";

/** Refused as a whole name. */
const EMPTY_NAMES = new Set(["common", "shared", "types", "type", "service", "services", "lib", "stuff"]);
/** Refused as a whole name and as a part of one. */
const EMPTY_PARTS = new Set([
  "util",
  "utils",
  "helper",
  "helpers",
  "manager",
  "managers",
  "misc",
  "miscellaneous",
]);
/** Names that people and tools look for in exactly this spelling. */
const CUSTOMARY = /^(?:README\.md|ARCHITECTURE\.md|CONTRIBUTING\.md|CHANGELOG\.md|LICENSE|\..+)$/;
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)*$/;
const I_PREFIX = /\b(?:interface|type|class)\s+I[A-Z][a-z]\w*/g;

function complaint(name: string): string | undefined {
  if (CUSTOMARY.test(name)) return undefined;
  if (!KEBAB.test(name)) return `${name} is not kebab-case.`;
  const stem = name.split(".")[0]!;
  const empty = EMPTY_NAMES.has(stem) || stem.split("-").some((part) => EMPTY_PARTS.has(part));
  return empty ? `${name} says nothing about what is inside: name the idea.` : undefined;
}

export function checkNames(tree: Tree): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const path of tree.paths) {
    let at = "";
    for (const name of path.split("/")) {
      at = at === "" ? name : `${at}/${name}`;
      if (seen.has(at)) continue;
      seen.add(at);
      const sentence = complaint(name);
      if (sentence !== undefined) problems.push({ file: path, line: 1, sentence });
    }
  }
  const prefixed = tree.sources.flatMap((file) =>
    problemsAt(tree, {
      file,
      pattern: I_PREFIX,
      sentence: (match) => `${match.split(/\s+/)[1]}: a name takes no I-prefix.`,
    }),
  );
  return [...problems, ...prefixed];
}
