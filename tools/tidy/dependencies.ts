// A package imports what its package.json declares, and declares what it imports. Workspace
// resolution accepts undeclared imports, so nothing else would notice.

import { isTest, type Problem, type Tree } from "./tree.ts";
import {
  type Edge,
  edgesOf,
  manifestLine,
  type Package,
  packageOf,
  packagesOf,
  rootDevDependencies,
} from "./workspace.ts";

/** The declared name behind an import, or undefined for files and host modules. */
function declaredName({ target }: Edge): string | undefined {
  if (target.kind === "package") return target.package.name;
  return target.kind === "library" ? target.name : undefined;
}

/** `@types/x` is used by whoever uses `x`. */
function isUsed(name: string, used: ReadonlySet<string>): boolean {
  return used.has(name) || (name.startsWith("@types/") && used.has(name.slice("@types/".length)));
}

function undeclared(edge: Edge, known: { owner: Package; root: readonly string[] }): string | undefined {
  const name = declaredName(edge);
  const { owner, root } = known;
  if (name === undefined || owner.dependencies.includes(name)) return undefined;
  const forTests = owner.devDependencies.includes(name) || root.includes(name);
  if (isTest(edge.file) && forTests) return undefined;
  if (forTests) return `${name} is a development dependency: only tests may import it.`;
  return `${name} is not among the dependencies of ${owner.manifest}.`;
}

function unusedOf(tree: Tree, owner: Package, edges: readonly Edge[]): Problem[] {
  const names = (from: readonly Edge[]) => new Set(from.flatMap((edge) => declaredName(edge) ?? []));
  const own = edges.filter((edge) => packageOf([owner], edge.file) === owner);
  const inSource = names(own.filter((edge) => !isTest(edge.file)));
  const anywhere = names(own);
  const unused = [
    ...owner.dependencies.filter((name) => !isUsed(name, inSource)),
    ...owner.devDependencies.filter((name) => !isUsed(name, anywhere)),
  ];
  return unused.map((name) => ({
    file: owner.manifest,
    line: manifestLine(tree, owner.manifest, name),
    sentence: anywhere.has(name)
      ? `Only tests import ${name}: it belongs to devDependencies.`
      : `No file of ${owner.folder} imports ${name}: remove it.`,
  }));
}

export function checkDependencies(tree: Tree): Problem[] {
  const packages = packagesOf(tree);
  const edges = edgesOf(tree, packages);
  const root = rootDevDependencies(tree);
  const problems: Problem[] = [];
  for (const edge of edges) {
    const owner = packageOf(packages, edge.file);
    const sentence = owner === undefined ? undeclaredAtRoot(edge, root) : undeclared(edge, { owner, root });
    if (sentence !== undefined) problems.push({ file: edge.file, line: edge.line, sentence });
  }
  return [...problems, ...packages.flatMap((owner) => unusedOf(tree, owner, edges))];
}

/** Tools and root configuration stand in no package: they use the root's development dependencies. */
function undeclaredAtRoot({ target }: Edge, root: readonly string[]): string | undefined {
  if (target.kind !== "library" || root.includes(target.name)) return undefined;
  return `${target.name} is not among the devDependencies of package.json.`;
}
