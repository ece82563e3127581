// A bundle of all programs and threads, so that a process that starts loads a few files instead of a
// thousand. It is a convenience that decides nothing: it is used only while every source is as it was when
// the bundle was made, and without one the programs run from their sources.

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Of the project. */
export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Holds a folder for each of the last bundles of a project. */
export const bundlesOf = (root: string): string => join(root, "node_modules", ".cache", "juno-bundle");
/** The file that tells the newest bundle. */
export const currentOf = (root: string): string => join(bundlesOf(root), "current.json");

/** Size in bytes, and time of the last change in whole seconds since 1970: archives and images keep no more. */
export type Stamp = readonly [number, number];

export type Bundle = {
  /** Its name among the bundles. */
  readonly folder: string;
  /** By path from the project's root: all it was made of; for the libraries stands the lock file. */
  readonly sources: Readonly<Record<string, Stamp>>;
};

export function stampOf(root: string, path: string): Stamp {
  const { size, mtimeMs } = statSync(`${root}/${path}`);
  return [size, Math.floor(mtimeMs / 1000)];
}

function isFresh(root: string, { sources }: Bundle): boolean {
  return Object.entries(sources).every(([path, [size, changed]]) => {
    const now = stampOf(root, path);
    return now[0] === size && now[1] === changed;
  });
}

/** The newest bundle, if it is fresh. One that cannot be read or lacks sources counts as none. */
export function freshBundle(root = ROOT): Bundle | undefined {
  try {
    const bundle = JSON.parse(readFileSync(currentOf(root), "utf8")) as Bundle;
    return isFresh(root, bundle) ? bundle : undefined;
  } catch {
    return undefined;
  }
}

/** URL of the bundled form of `<name>.ts`, a program or a thread; undefined without a fresh bundle. */
export function bundledFile(name: string, root = ROOT): string | undefined {
  const bundle = freshBundle(root);
  if (bundle === undefined) return undefined;
  const path = join(bundlesOf(root), bundle.folder, `${name}.mjs`);
  return existsSync(path) ? pathToFileURL(path).href : undefined;
}
