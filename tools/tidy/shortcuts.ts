// Nothing is waved through: no test switched off or narrowed, no type forced, no checker silenced,
// no work left for later inside the code.

import { isTest, type Problem, problemsAt, type Tree } from "./tree.ts";

const SWITCHED_OFF = /\.(?:skip|only|todo|fails|skipIf|runIf)\b|\b[xf](?:it|describe)\s*\(/g;
const FORCED_TYPES = /\bas\s+any\b|\bas\s+unknown\s+as\b|(?:[:<,|]|=>)\s*any\b(?=\s*[;,)>=[|&{])/g;
const SILENCED =
  /@ts-(?:ignore|expect-error|nocheck)|\b(?:biome|eslint|prettier|knip)-ignore|\beslint-disable/;
const LEFT_FOR_LATER = /\b(?:TODO|FIXME|XXX|HACK)\b/;

function inCode(tree: Tree, file: string): Problem[] {
  const forced = problemsAt(tree, {
    file,
    pattern: FORCED_TYPES,
    sentence: () => "A type is forced: narrow the value instead.",
  });
  if (!isTest(file)) return forced;
  const off = problemsAt(tree, {
    file,
    pattern: SWITCHED_OFF,
    sentence: (match) => `${match}: tests run whole; make the test pass or remove it.`,
  });
  return [...forced, ...off];
}

function inComments(tree: Tree, file: string): Problem[] {
  const source = tree.source(file);
  return source.comments.flatMap(({ start, text }) => {
    const found = SILENCED.exec(text) ?? LEFT_FOR_LATER.exec(text);
    if (found === null) return [];
    const sentence = LEFT_FOR_LATER.test(found[0])
      ? `${found[0]}: finish it, or file an issue.`
      : `${found[0]} silences a checker: mend what it found.`;
    return [{ file, line: source.lineAt(start + found.index), sentence }];
  });
}

export function checkShortcuts(tree: Tree): Problem[] {
  return tree.sources.flatMap((file) => [...inCode(tree, file), ...inComments(tree, file)]);
}
