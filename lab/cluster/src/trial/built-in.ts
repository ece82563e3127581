// The manifests that stand in lab/cluster/manifests, by their file's name.

import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Manifest, parseManifest } from "./manifest.ts";

const FOLDER = fileURLToPath(new URL("../../manifests", import.meta.url));
const EXTENSION = ".txt";

export const builtInManifests = (): Manifest[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(EXTENSION))
    .sort()
    .map((file) => parseManifest(basename(file, EXTENSION), readFileSync(join(FOLDER, file), "utf8")));
