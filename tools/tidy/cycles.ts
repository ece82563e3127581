// No file reaches itself through imports, type imports included: a cycle means that the two files
// are one idea cut in half, or that one of them knows too much.

import type { Problem, Tree } from "./tree.ts";
import { type Edge, edgesOf, packagesOf } from "./workspace.ts";

/** The file an import leads to; a package is entered through its door. */
function fileOf(tree: Tree, { target }: Edge): string | undefined {
  if (target.kind === "file") return tree.has(target.path) ? target.path : undefined;
  if (target.kind !== "package") return undefined;
  return `${target.package.folder}/src/${target.door === "light" ? "light" : "index"}.ts`;
}

type Step = { readonly to: string; readonly line: number };

/** Walks depth-first and reports each import that leads back to a file on the way. */
export function checkCycles(tree: Tree): Problem[] {
  const graph = new Map<string, Step[]>();
  for (const edge of edgesOf(tree, packagesOf(tree))) {
    const to = fileOf(tree, edge);
    if (to === undefined) continue;
    graph.set(edge.file, [...(graph.get(edge.file) ?? []), { to, line: edge.line }]);
  }
  const problems: Problem[] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (file: string): void => {
    way.push(file);
    for (const { to, line } of graph.get(file) ?? []) {
      const from = way.indexOf(to);
      if (from >= 0) {
        const cycle = [...way.slice(from), to].join(" → ");
        problems.push({ file, line, sentence: `This import closes a cycle: ${cycle}.` });
      } else if (!done.has(to)) visit(to);
    }
    way.pop();
    done.add(file);
  };
  for (const file of graph.keys()) if (!done.has(file)) visit(file);
  return problems;
}
