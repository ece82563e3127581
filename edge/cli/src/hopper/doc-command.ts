// `hopper doc`: the library's reference, or that of modules, from the comments in them; as Markdown.

import { writeFileSync } from "node:fs";
import { libraryReference, moduleReference } from "@juno/hopper";
import { usage } from "../complaint.ts";
import type { Output } from "../output.ts";
import { readSource, sourcePaths } from "./source-files.ts";

export type DocOptions = { readonly out?: string };

const LIBRARY = "std.";
const CHAPTER = "\n## ";

/** One module of the library: a chapter of the whole. */
function libraryModule(name: string): string {
  const chapters = libraryReference().split(CHAPTER);
  const found = chapters.find((chapter) => chapter.startsWith(`${name}\n`));
  if (found !== undefined) return `# ${found.trimEnd()}\n`;
  const names = chapters
    .map((chapter) => chapter.split("\n", 1)[0]!)
    .filter((one) => one.startsWith(LIBRARY));
  throw usage(`The library has no module ${name}. It has ${names.join(", ")}.`);
}

export function runDoc(what: readonly string[], options: DocOptions, output: Output): void {
  const parts =
    what.length === 0
      ? [libraryReference()]
      : what.flatMap((one) =>
          one.startsWith(LIBRARY)
            ? [libraryModule(one)]
            : sourcePaths([one]).map((path) => moduleReference(readSource(path))),
        );
  const text = parts.map((part) => part.trimEnd()).join("\n\n");
  if (options.out === undefined) {
    output.print(text);
    return;
  }
  writeFileSync(options.out, `${text}\n`);
  output.remark(`Written to ${options.out}.`);
}
