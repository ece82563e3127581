// The files that tidy judges, as a value: read from disk once, or made up by a test. A rule is a
// function from a tree to problems; it never touches the disk.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Source, scan } from "./source.ts";

export type Problem = {
  readonly file: string;
  readonly line: number;
  /** What is wrong and, where it is not plain, what to do. */
  readonly sentence: string;
};

export type Rule = (tree: Tree) => Problem[];

/** Kept out of version control, so nobody's concern. */
const SKIPPED_FOLDERS = new Set(["node_modules", ".git", ".juno", "juno-dev", "coverage"]);
const TEXT_FILE = /(?:\.(?:ts|js|json|md|txt|sh|hop|html|css|yml|yaml|toml)|(?:^|\/)(?:LICENSE|run|\.\w+))$/;

export class Tree {
  /** Every file, sorted; a path is relative to the root, with slashes. */
  readonly paths: readonly string[];
  readonly #read: (path: string) => string;
  readonly #texts = new Map<string, string>();
  readonly #sources = new Map<string, Source>();

  constructor(paths: Iterable<string>, read: (path: string) => string) {
    this.paths = [...paths].sort();
    this.#read = read;
  }

  has(path: string): boolean {
    return this.paths.includes(path);
  }

  text(path: string): string {
    let text = this.#texts.get(path);
    if (text === undefined) {
      text = this.#read(path);
      this.#texts.set(path, text);
    }
    return text;
  }

  source(path: string): Source {
    let source = this.#sources.get(path);
    if (source === undefined) {
      source = scan(this.text(path));
      this.#sources.set(path, source);
    }
    return source;
  }

  /** Files of text, whatever the language; pictures and databases are not. */
  get texts(): readonly string[] {
    return this.paths.filter((path) => TEXT_FILE.test(path));
  }

  /** TypeScript and JavaScript. */
  get sources(): readonly string[] {
    return this.paths.filter((path) => /\.[jt]s$/.test(path));
  }
}

/** A tree made up by a test. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  return new Tree(Object.keys(files), (path) => files[path]!);
}

export function loadTree(root: string): Tree {
  const paths: string[] = [];
  const visit = (folder: string): void => {
    for (const item of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? item.name : `${folder}/${item.name}`;
      if (item.isDirectory() && !SKIPPED_FOLDERS.has(item.name)) visit(path);
      else if (item.isFile() && !item.name.endsWith(".log")) paths.push(path);
    }
  };
  visit("");
  return new Tree(paths, (path) => readFileSync(join(root, path), "utf8"));
}

/** Tests stand beside the code as `*.test.ts`, or in a package's `test/` folder. */
export const isTest = (path: string): boolean => path.endsWith(".test.ts") || /(?:^|\/)test\//.test(path);

/** Where every offset of a pattern's matches in the code of a file is a problem. */
export function problemsAt(
  tree: Tree,
  place: { file: string; pattern: RegExp; sentence: (match: string) => string },
): Problem[] {
  const source = tree.source(place.file);
  return [...source.code.matchAll(place.pattern)].map((match) => ({
    file: place.file,
    line: source.lineAt(match.index),
    sentence: place.sentence(match[0]),
  }));
}
