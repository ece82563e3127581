// The programs that the language is tested with: the examples, the good ones, and the bad ones with what is to be
// said of them. The folders are the truth; this file only reads them.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Source } from "../src/diagnostic/source.ts";

/**
 * What a bad program expects: `H0203`, or `H02??` where the last digits do not matter, and words that the message
 * has, each of them.
 */
export type Expectation = { readonly code: string; readonly words: readonly string[] };

export type BadProgram = {
  readonly group: string;
  readonly name: string;
  readonly source: Source;
  /** The first line: why it is refused. */
  readonly why: string;
  readonly expectation: Expectation;
};

const HERE = fileURLToPath(new URL(".", import.meta.url));
const EXAMPLES = fileURLToPath(new URL("../../../examples/contracts/", import.meta.url));
const HEADER = /^\/\/ (.+)\n\/\/ expect: (H[0-9?]{4})((?: \S+)*)\n/;

const foldersOf = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((item) => item.isDirectory())
    .map(({ name }) => name)
    .sort();

function load(folder: string, name: string): Source {
  return { name, text: readFileSync(`${folder}/${name}`, "utf8") };
}

export function examplePrograms(): readonly Source[] {
  return readdirSync(EXAMPLES)
    .filter((name) => name.endsWith(".hop"))
    .sort()
    .map((name) => load(EXAMPLES, name));
}

export function goodPrograms(): readonly Source[] {
  return foldersOf(`${HERE}good`).map((name) => load(`${HERE}good`, `${name}/source.hop`));
}

export function badPrograms(): readonly BadProgram[] {
  return foldersOf(`${HERE}bad`).flatMap((group) =>
    foldersOf(`${HERE}bad/${group}`).map((name) => {
      const source = load(`${HERE}bad`, `${group}/${name}/source.hop`);
      const header = HEADER.exec(source.text);
      if (header === null) throw new Error(`${source.name} does not begin with why and what is expected.`);
      const [, why, code, words] = header;
      const expectation = { code: code!, words: words!.split(" ").filter((word) => word !== "") };
      return { group, name, source, why: why!, expectation };
    }),
  );
}

/** Whether a diagnostic is the one that was expected. */
export function meets(expectation: Expectation, found: { code: string; message: string }): boolean {
  const { code, words } = expectation;
  const likes = [...code].every((character, at) => character === "?" || character === found.code[at]);
  return likes && words.every((word) => found.message.includes(word));
}

export type TourProgram = {
  readonly source: Source;
  /** What is said of it, if it is there to be refused. */
  readonly refused: Expectation | undefined;
};

const GUIDES = fileURLToPath(new URL("../../../docs/guides/", import.meta.url));
const FENCE = /^```hopper(?: (fragment)| refused (H\d{4})((?: \S+)*))?\n([\s\S]*?)^```$/gm;

/** Modules in the guides, in the order of the page: a later one of the same name replaces the earlier. */
export function tourPrograms(page: string): readonly TourProgram[] {
  const { text } = load(GUIDES, page);
  return [...text.matchAll(FENCE)].flatMap(([, fragment, code, words, body], at): TourProgram[] => {
    if (fragment !== undefined) return [];
    const source = { name: `${page}#${at + 1}`, text: body! };
    if (code === undefined) return [{ source, refused: undefined }];
    return [{ source, refused: { code, words: words!.split(" ").filter((word) => word !== "") } }];
  });
}
