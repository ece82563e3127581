// The packages of the tree and what an import leads to. Packages are grouped by temperature: core,
// shell, edge, lab.

import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { type Import, importsOf } from "./imports.ts";
import type { Tree } from "./tree.ts";

export type Zone = "core" | "shell" | "edge" | "lab";

export type Package = {
  readonly zone: Zone;
  /** `core/base`. */
  readonly folder: string;
  /** `@juno/base`. */
  readonly name: string;
  /** `base`. */
  readonly short: string;
  readonly manifest: string;
  /** A second door, for tests: suites that every implementation of a port runs. */
  readonly hasSuites: boolean;
  /** Another, for programs that end in a moment: `src/light.ts`, what is quick to load. */
  readonly hasLight: boolean;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
};

export type Door = "main" | "light" | "suites" | "none";

export type Target =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "host"; readonly name: string }
  | { readonly kind: "package"; readonly package: Package; readonly door: Door }
  | { readonly kind: "library"; readonly name: string };

const MANIFEST = /^(core|shell|edge|lab)\/([^/]+)\/package\.json$/;
const ROOT_MANIFEST = "package.json";

type Manifest = { name?: string; exports?: object; dependencies?: object; devDependencies?: object };

function readManifest(tree: Tree, path: string): Manifest {
  return tree.has(path) ? (JSON.parse(tree.text(path)) as Manifest) : {};
}

export function packagesOf(tree: Tree): Package[] {
  const packages: Package[] = [];
  for (const path of tree.paths) {
    const match = MANIFEST.exec(path);
    if (match === null) continue;
    const manifest = readManifest(tree, path);
    packages.push({
      zone: match[1] as Zone,
      folder: posix.dirname(path),
      name: manifest.name ?? "",
      short: match[2]!,
      manifest: path,
      hasSuites: Object.hasOwn(manifest.exports ?? {}, "./suites"),
      hasLight: Object.hasOwn(manifest.exports ?? {}, "./light"),
      dependencies: Object.keys(manifest.dependencies ?? {}),
      devDependencies: Object.keys(manifest.devDependencies ?? {}),
    });
  }
  return packages;
}

export const rootDevDependencies = (tree: Tree): string[] =>
  Object.keys(readManifest(tree, ROOT_MANIFEST).devDependencies ?? {});

export function packageOf(packages: readonly Package[], path: string): Package | undefined {
  return packages.find((candidate) => path.startsWith(`${candidate.folder}/`));
}

/** `@scope/name/deep/path` → `@scope/name`. */
function libraryName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function doorOf({ name, hasLight, hasSuites }: Package, specifier: string): Door {
  if (specifier === name) return "main";
  if (hasLight && specifier === `${name}/light`) return "light";
  return hasSuites && specifier === `${name}/suites` ? "suites" : "none";
}

export function targetOf(packages: readonly Package[], from: string, specifier: string): Target {
  if (specifier.startsWith(".")) {
    return { kind: "file", path: posix.normalize(posix.join(posix.dirname(from), specifier)) };
  }
  if (isBuiltin(specifier)) return { kind: "host", name: specifier };
  const name = libraryName(specifier);
  const found = packages.find((candidate) => candidate.name === name);
  if (found !== undefined) {
    return { kind: "package", package: found, door: doorOf(found, specifier) };
  }
  return { kind: "library", name };
}

export type Edge = Import & { readonly file: string; readonly target: Target };

/** Every import of every source. */
export function edgesOf(tree: Tree, packages: readonly Package[]): Edge[] {
  return tree.sources.flatMap((file) =>
    importsOf(tree.source(file)).map((found) => ({
      ...found,
      file,
      target: targetOf(packages, file, found.specifier),
    })),
  );
}

/** The line of a manifest on which a name stands, to point at. */
export function manifestLine(tree: Tree, manifest: string, name: string): number {
  const lines = tree.text(manifest).split("\n");
  return (
    Math.max(
      0,
      lines.findLastIndex((line) => line.includes(`"${name}"`)),
    ) + 1
  );
}
