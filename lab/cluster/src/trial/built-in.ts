// The manifests that stand in lab/cluster/manifests, by their file's name, and any other by its path.

import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Unusable } from "./ending.ts";
import { type Manifest, parseManifest } from "./manifest.ts";

const FOLDER = fileURLToPath(new URL("../../manifests", import.meta.url));
const EXTENSION = ".txt";

/** Throws an `Unusable` that says what is wrong with it. */
export function loadManifest(path: string): Manifest {
  try {
    return parseManifest(basename(path, EXTENSION), readFileSync(path, "utf8"));
  } catch (error) {
    throw new Unusable(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

export const builtInManifests = (): Manifest[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(EXTENSION))
    .sort()
    .map((file) => loadManifest(join(FOLDER, file)));

/** The built-in manifest of this name, or the one in this file. */
export function findManifest(all: readonly Manifest[], named: string): Manifest {
  if (named.endsWith(EXTENSION)) return loadManifest(named);
  const found = all.find(({ name }) => name === named);
  if (found === undefined) throw new Unusable(`there is no manifest ${named}; --list shows them`);
  return found;
}
