// The sources a command speaks of: the files given, those in the folders given, and the modules these import,
// looked for beside the file that imports them. A module is known by its `module` line, not by its file's name.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Module, moduleName, parse, type Source } from "@juno/hopper";
import { usage } from "../complaint.ts";

export const EXTENSION = ".hop";
const LIBRARY = "std.";

export type SourceFile = {
  /** Named by its path, as it was given. */
  readonly source: Source;
  readonly module: Module;
  /** Whether it was asked for, and not only imported by what was. */
  readonly given: boolean;
};

function unreadable(path: string, cause: unknown): never {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT")
    throw usage(`There is no ${path}: give ${EXTENSION} files, or folders that hold some.`);
  throw usage(`${path} cannot be read (${code ?? String(cause)}).`);
}

/** A text file; anything but UTF-8 is refused, because nobody could deploy it. */
export function readSource(path: string): Source {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    return unreadable(path, cause);
  }
  try {
    return { name: path, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    throw usage(`${path} is not UTF-8 text.`);
  }
}

/** The sources in a folder and below it, in order of name; hidden folders and installed packages are passed over. */
function sourcesBelow(folder: string): string[] {
  const found: string[] = [];
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const inside = readdirSync(next, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const item of inside) {
      const path = join(next, item.name);
      if (item.isFile() && item.name.endsWith(EXTENSION)) found.push(path);
      else if (item.isDirectory() && !item.name.startsWith(".") && item.name !== "node_modules")
        waiting.push(path);
    }
  }
  return found.sort();
}

/** The files given, and those in folders given, each once; refused if there are none. */
export function sourcePaths(given: readonly string[]): string[] {
  const places = given.length === 0 ? ["."] : given;
  const paths = new Map<string, string>();
  for (const place of places) {
    let isFolder: boolean;
    try {
      isFolder = statSync(place).isDirectory();
    } catch (cause) {
      unreadable(place, cause);
    }
    const found = isFolder ? sourcesBelow(place) : [place];
    if (found.length === 0) {
      throw usage(`${place} holds no ${EXTENSION} files: \`hopper new NAME\` makes a first one.`);
    }
    for (const path of found) if (!paths.has(resolve(path))) paths.set(resolve(path), path);
  }
  return [...paths.values()];
}

const load = (path: string, given: boolean): SourceFile => {
  const source = readSource(path);
  return { source, module: parse(source).module, given };
};

/** The modules that stand in one folder, by name; read when first asked for. */
class Neighbours {
  readonly #folders = new Map<string, Map<string, SourceFile>>();

  find(folder: string, name: string): SourceFile | undefined {
    let modules = this.#folders.get(folder);
    if (modules === undefined) {
      modules = new Map();
      for (const file of readdirSync(folder).sort()) {
        if (!file.endsWith(EXTENSION)) continue;
        const path = join(folder, file);
        if (!statSync(path).isFile()) continue;
        const found = load(path, false);
        const itsName = moduleName(found.module);
        if (itsName !== undefined && !modules.has(itsName)) modules.set(itsName, found);
      }
      this.#folders.set(folder, modules);
    }
    return modules.get(name);
  }
}

const importsOf = ({ module }: SourceFile): string[] =>
  module.imports.map(({ path }) => path.parts.map(({ text }) => text).join("."));

/** The sources given, and after them what they import and was found beside them. */
export function loadSources(given: readonly string[]): SourceFile[] {
  const files = sourcePaths(given).map((path) => load(path, true));
  const known = new Set(files.map(({ module }) => moduleName(module)));
  const neighbours = new Neighbours();
  // The list grows while it is gone through: what an imported module imports is looked for as well.
  for (const file of files) {
    for (const name of importsOf(file)) {
      if (known.has(name) || name.startsWith(LIBRARY)) continue;
      const found = neighbours.find(dirname(file.source.name), name);
      if (found === undefined) continue;
      known.add(name);
      files.push(found);
    }
  }
  return files;
}
