// Who may see whom (ARCHITECTURE, "Direction"): core ← shell ← edge, lab sees all and nobody sees
// lab; consensus and ledger meet only where they are wired together; a package is entered through
// its door; core and the runtime know no host.

import { isTest, type Problem, type Tree } from "./tree.ts";
import { type Edge, edgesOf, manifestLine, type Package, packageOf, packagesOf } from "./workspace.ts";

/** Outside lab. A package that is not listed has no place in the architecture yet. */
const SEES: Readonly<Record<string, readonly string[]>> = {
  base: [],
  proof: ["base"],
  consensus: ["base", "proof"],
  hopper: ["base"],
  ledger: ["base", "hopper", "proof"],
  api: ["base", "proof"],
  failure: [],
  runtime: ["base", "consensus", "failure", "ledger", "proof"],
  node: ["api", "base", "consensus", "failure", "hopper", "ledger", "proof", "runtime"],
  client: ["api", "base", "proof"],
  console: ["api", "base", "hopper", "proof"],
  bundle: [],
  // `juno node` and `juno verify` start the node from the command line.
  cli: ["api", "base", "bundle", "client", "hopper", "ledger", "node", "proof", "runtime"],
};

const HOSTLESS = /^(?:core\/|shell\/(?:failure|runtime)\/)/;

function mayNotSee(from: Package, to: Package): string | undefined {
  if (from.zone === "lab") return undefined;
  if (to.zone === "lab") return `${from.folder} must not see lab: nobody does.`;
  if (SEES[from.short]?.includes(to.short)) return undefined;
  return `${from.folder} must not see ${to.folder} (tools/tidy/directions.ts lists who sees whom).`;
}

function wrongWay(edge: Edge, owner: Package | undefined): string | undefined {
  const { target, file } = edge;
  switch (target.kind) {
    case "package":
      if (target.door === "suites" && !isTest(file)) return `${edge.specifier} is for tests only.`;
      if (target.door === "none")
        return `Import ${target.package.name} through its door, not ${edge.specifier}.`;
      if (target.package === owner) return `Inside ${owner.folder} import the file itself, not the door.`;
      return owner && mayNotSee(owner, target.package);
    case "file": {
      const home = owner === undefined ? /^[^/]*(?:\/|$)/.exec(file)![0] : `${owner.folder}/`;
      if (target.path.startsWith(home) || !file.includes("/")) return undefined;
      return `${edge.specifier} leaves ${home.slice(0, -1)}: import through a package's door.`;
    }
    case "host":
      if (!HOSTLESS.test(file) || isTest(file)) return undefined;
      return `${target.name} is a host module: ${file.split("/", 2).join("/")} must not know the host.`;
    case "library":
      return undefined;
  }
}

export function checkDirections(tree: Tree): Problem[] {
  const packages = packagesOf(tree);
  const problems: Problem[] = [];
  for (const edge of edgesOf(tree, packages)) {
    const sentence = wrongWay(edge, packageOf(packages, edge.file));
    if (sentence !== undefined) problems.push({ file: edge.file, line: edge.line, sentence });
  }
  for (const owner of packages) {
    const at = (name: string) => ({ file: owner.manifest, line: manifestLine(tree, owner.manifest, name) });
    if (owner.zone !== "lab" && SEES[owner.short] === undefined) {
      const sentence = `${owner.folder} is not listed in tools/tidy/directions.ts: say whom it may see.`;
      problems.push({ ...at("name"), sentence });
      continue;
    }
    for (const name of [...owner.dependencies, ...owner.devDependencies]) {
      const other = packages.find((candidate) => candidate.name === name);
      const sentence = other && mayNotSee(owner, other);
      if (sentence !== undefined) problems.push({ ...at(name), sentence });
    }
  }
  return problems;
}
