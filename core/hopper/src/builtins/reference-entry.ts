// What the library offers, one entry for each name, whether it is a builtin's record or written in the language.
// The reference and the tests of the examples are made from these.

import { PRELUDE } from "../prelude/modules.ts";
import { BUILTINS } from "./table.ts";

export type ReferenceEntry = {
  readonly module: string;
  readonly name: string;
  /** As in a source, without `pub` and body. */
  readonly declaration: string;
  readonly doc: string;
  readonly examples: readonly string[];
  /** Of a type with constructors. */
  readonly constructors: readonly string[];
  /** The language version that has it first; undefined: all have it. */
  readonly since?: number;
};

export type ReferenceModule = {
  readonly name: string;
  readonly doc: string;
  readonly entries: readonly ReferenceEntry[];
};

const EXAMPLE = "// example: ";
const COMMENT = "// ";
/** Words that begin what other modules can see, with how to cut the body off. */
const HEADS: readonly (readonly [start: string, cut: boolean])[] = [
  ["pub fn ", true],
  ["pub const ", true],
  ["type ", false],
  ["error ", false],
];

function withoutBody(line: string): string {
  const equals = line.indexOf(" = ");
  if (equals >= 0) return line.slice(0, equals);
  return line.endsWith(" {") || line.endsWith(" =") ? line.slice(0, -2) : line;
}

/** The word that follows the keywords. */
const nameOf = (declaration: string): string => /^(?:fn|const|type|error) (\w+)/.exec(declaration)?.[1] ?? "";

function constructorsOf(declaration: string): string[] {
  const body = /^type [^{]*\{(.*)\}$/.exec(declaration)?.[1];
  return body === undefined ? [] : body.split(",").map((part) => part.trim().split("(")[0]!);
}

function entryOf(module: string, line: string, comments: readonly string[]): ReferenceEntry | undefined {
  const head = HEADS.find(([start]) => line.startsWith(start));
  if (head === undefined) return undefined;
  const whole = line.startsWith("pub ") ? line.slice("pub ".length) : line;
  const declaration = head[1] ? withoutBody(whole) : whole;
  return {
    module,
    name: nameOf(declaration),
    declaration,
    doc: comments
      .filter((comment) => !comment.startsWith(EXAMPLE))
      .map((comment) => comment.slice(COMMENT.length))
      .join(" "),
    examples: comments
      .filter((comment) => comment.startsWith(EXAMPLE))
      .map((comment) => comment.slice(EXAMPLE.length)),
    constructors: constructorsOf(declaration),
  };
}

/** What a source of the library declares for others, read by lines, as those sources are written. */
function entriesOfSource(module: string, text: string): { doc: string; entries: ReferenceEntry[] } {
  const entries: ReferenceEntry[] = [];
  let doc = "";
  let comments: string[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith(COMMENT)) {
      comments.push(line);
      continue;
    }
    if (line.startsWith("module ")) doc = comments.map((comment) => comment.slice(COMMENT.length)).join(" ");
    const entry = entryOf(module, line, comments);
    if (entry !== undefined) entries.push(entry);
    comments = [];
  }
  return { doc, entries };
}

/** All modules in the order of the prelude: types first, then builtins, then what is written in the language. */
export function referenceModules(): readonly ReferenceModule[] {
  return PRELUDE.map(({ name, source }) => {
    const { doc, entries } = entriesOfSource(name, source.text);
    const builtins = [...BUILTINS.values()]
      .filter(({ module }) => module === name)
      .map((one): ReferenceEntry => ({ ...one, constructors: [] }));
    const isType = ({ declaration }: ReferenceEntry): boolean => !declaration.startsWith("fn ");
    return {
      name,
      doc,
      entries: [...entries.filter(isType), ...builtins, ...entries.filter((one) => !isType(one))],
    };
  });
}
