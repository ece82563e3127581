// A bundle of all programs and threads, so that a process that starts loads a few files instead of a
// thousand. It is a convenience that decides nothing: it is used only while every source is as it was when
// the bundle was made, and without one the programs run from their sources.

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** Holds a folder for each of the last bundles and `current.json`, which names the newest. */
export const BUNDLES = join(ROOT, "node_modules", ".cache", "juno-bundle");
export const CURRENT = join(BUNDLES, "current.json");

/** Size in bytes, and time of the last change in ms. */
export type Stamp = readonly [number, number];

export type Bundle = {
  /** Its name in `BUNDLES`. */
  readonly folder: string;
  /** By path from `ROOT`: all it was made of but libraries, which only change when it is made again. */
  readonly sources: Readonly<Record<string, Stamp>>;
};

export function stampOf(path: string): Stamp {
  const { size, mtimeMs } = statSync(join(ROOT, path));
  return [size, mtimeMs];
}

function isFresh({ sources }: Bundle): boolean {
  return Object.entries(sources).every(([path, [size, changed]]) => {
    const now = stampOf(path);
    return now[0] === size && now[1] === changed;
  });
}

/** The newest bundle, if it is fresh. One that cannot be read or lacks sources counts as none. */
export function freshBundle(): Bundle | undefined {
  try {
    const bundle = JSON.parse(readFileSync(CURRENT, "utf8")) as Bundle;
    return isFresh(bundle) ? bundle : undefined;
  } catch {
    return undefined;
  }
}

let fresh: Bundle | null | undefined;

/** URL of the bundled form of `<name>.ts`, a program or a thread; undefined without a fresh bundle. */
export function bundledFile(name: string): string | undefined {
  fresh ??= freshBundle() ?? null;
  if (fresh === null) return undefined;
  const path = join(BUNDLES, fresh.folder, `${name}.mjs`);
  return existsSync(path) ? pathToFileURL(path).href : undefined;
}
