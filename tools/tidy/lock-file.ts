// What `npm ci` will refuse on a fresh clone, found before anybody makes one: a lock file that does
// not list what a package.json declares, or that promises an optional package it has no entry for.
// (npm writes such promises when a registry lacks the binaries of some platform.)

import type { Problem, Tree } from "./tree.ts";

const LOCK_FILE = "package-lock.json";
const KINDS = ["dependencies", "devDependencies", "optionalDependencies"] as const;

type Declared = Readonly<Partial<Record<(typeof KINDS)[number], Readonly<Record<string, string>>>>>;
type LockFile = { readonly packages?: Readonly<Record<string, Declared>> };

/** Whether a package that stands at `path` finds `name` there or in a folder above. */
function isLocked(packages: Readonly<Record<string, Declared>>, path: string, name: string): boolean {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    if (Object.hasOwn(packages, `${at}/node_modules/${name}`)) return true;
  }
  return Object.hasOwn(packages, `node_modules/${name}`);
}

function lineOf(text: string, word: string): number {
  return text.slice(0, Math.max(0, text.indexOf(word))).split("\n").length;
}

function emptyPromises(text: string, packages: Readonly<Record<string, Declared>>): Problem[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {})
      .filter((name) => !isLocked(packages, path, name))
      .map((name) => ({
        file: LOCK_FILE,
        line: lineOf(text, `"${name}":`),
        sentence: `${name} is promised but not locked, so npm ci refuses: remove it from "${path}".`,
      })),
  );
}

const spelled = (declared: Declared): string =>
  KINDS.flatMap((kind) => Object.entries(declared[kind] ?? {}).map((pair) => `${kind} ${pair.join(" ")}`))
    .sort()
    .join("\n");

export function checkLockFile(tree: Tree): Problem[] {
  if (!tree.has(LOCK_FILE)) return [];
  const text = tree.text(LOCK_FILE);
  const { packages = {} } = JSON.parse(text) as LockFile;
  const manifests = tree.paths.filter((path) => /^(?:[^/]+\/[^/]+\/)?package\.json$/.test(path));
  const stale = manifests.filter((path) => {
    const folder = path.replace(/\/?package\.json$/, "");
    return spelled(JSON.parse(tree.text(path)) as Declared) !== spelled(packages[folder] ?? {});
  });
  return [
    ...stale.map((file) => ({
      file,
      line: 1,
      sentence: "The lock file has other dependencies for this package: run npm install.",
    })),
    ...emptyPromises(text, packages),
  ];
}
