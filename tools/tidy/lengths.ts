// One idea fits a file of at most 350 lines and a function of at most 70. Functions are found by
// matching braces in the code without its strings and comments: for each long block, the text
// before its brace tells whether it is a function's body.

import type { Source } from "./source.ts";
import { isTest, type Problem, type Tree } from "./tree.ts";

export const FILE_LINES_MAX = 350;
export const FUNCTION_LINES_MAX = 70;

const OPENERS: Readonly<Record<string, string>> = { "}": "{", ")": "(", "]": "[" };
/** A block that is part of a function, or declares something else; its function is judged itself. */
const NO_FUNCTION =
  /^(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:class|interface|enum|namespace|module|if|else|for|while|do|try|catch|finally|switch|case)\b/;
const LIST_OF_NAMES = /^(?:import|export)(?:\s+type)?$/;
const TYPE_ALIAS = /^(?:export\s+)?(?:declare\s+)?type\s/;
/** Before an object literal or an object type. */
const NO_BODY_BEFORE = /(?:[=([{,:?|&<]|\breturn|\bas|\bsatisfies|\bkeyof|\bthrow|\bdefault)$/;
/** In tests, what `describe` is given or what holds tests is a chapter; each test in it is judged. */
const SUITE = /\bdescribe(?:\.\w+)?\s*\((?:[^{}]|\$\{[^{}]*\})*=>$/;
const TITLE_LENGTH_MAX = 200;
const HOLDS_TESTS = /\b(?:describe|it|test)(?:\.\w+)*\s*\(/;
/** What a type may go on with after a closing brace. */
const TYPE_GOES_ON = /^(?:[|&>[\],)=]|is\b|extends\b|=>)/;

type Block = { readonly open: number; readonly close: number };

/** Every bracket's partner, both ways. */
function partnersOf(code: string): { partner: Map<number, number>; braces: Block[] } {
  const partner = new Map<number, number>();
  const braces: Block[] = [];
  const open: number[] = [];
  for (const match of code.matchAll(/[()[\]{}]/g)) {
    const character = match[0];
    const opener = OPENERS[character];
    if (opener === undefined) open.push(match.index);
    else if (code[open.at(-1) ?? -1] === opener) {
      const start = open.pop()!;
      partner.set(match.index, start);
      if (character === "}") braces.push({ open: start, close: match.index });
    }
  }
  return { partner, braces };
}

/** Whether more angle brackets close than open: a comma before is part of a type's arguments. */
function closesGeneric(code: string): boolean {
  const types = code.replaceAll("=>", "");
  return types.split(">").length > types.split("<").length;
}

/** Where the statement or member begins that ends in the brace at `open`. */
function headStart(code: string, partner: ReadonlyMap<number, number>, open: number): number {
  let at = open - 1;
  while (at >= 0) {
    const character = code[at]!;
    if (character === ";" || character === "{" || character === "(" || character === "[") break;
    if (character === "," && !closesGeneric(code.slice(at, open))) break;
    if (character === "}") {
      const rest = code.slice(at + 1, open).trim();
      // A closed brace ends the statement before, unless it closes a type within this one.
      if (rest !== "" && !TYPE_GOES_ON.test(rest)) break;
      if (rest === "" && !/(?:[:|&<,]|\bis)\s*$/.test(code.slice(0, partner.get(at) ?? 0))) break;
    }
    at = (partner.get(at) ?? at) - 1;
  }
  return at + 1;
}

function isFunction(head: string): boolean {
  if (head.endsWith("=>")) return true;
  if ([NO_FUNCTION, LIST_OF_NAMES, TYPE_ALIAS, NO_BODY_BEFORE].some((no) => no.test(head))) return false;
  return head.includes("(");
}

function isChapter(code: string, open: number, close: number): boolean {
  const before = code.slice(Math.max(0, open - TITLE_LENGTH_MAX), open).trim();
  return SUITE.test(before) || HOLDS_TESTS.test(code.slice(open, close));
}

/** The functions of a source that have too many lines. */
function longFunctions(source: Source, inTests: boolean): { line: number; lines: number }[] {
  const { code, lineAt } = source;
  const { partner, braces } = partnersOf(code);
  const found: { line: number; lines: number }[] = [];
  for (const { open, close } of braces) {
    if (lineAt(close) - lineAt(open) < FUNCTION_LINES_MAX - 30) continue;
    const start = headStart(code, partner, open);
    const head = code.slice(start, open).trim();
    if (!isFunction(head) || (inTests && isChapter(code, open, close))) continue;
    const line = lineAt(open - code.slice(start, open).trimStart().length);
    const lines = lineAt(close) - line + 1;
    if (lines > FUNCTION_LINES_MAX) found.push({ line, lines });
  }
  return found;
}

export function checkLengths(tree: Tree): Problem[] {
  const problems: Problem[] = [];
  for (const file of tree.sources) {
    const source = tree.source(file);
    const lines = source.text.replace(/\n$/, "").split("\n").length;
    if (lines > FILE_LINES_MAX) {
      const sentence = `${lines} lines, at most ${FILE_LINES_MAX}: one idea a file.`;
      problems.push({ file, line: FILE_LINES_MAX + 1, sentence });
    }
    for (const long of longFunctions(source, isTest(file))) {
      const sentence = `A function of ${long.lines} lines, at most ${FUNCTION_LINES_MAX}.`;
      problems.push({ file, line: long.line, sentence });
    }
  }
  return problems;
}
