// The table of all diagnostic codes, in the order of their numbers; each group stands in a file of its own.
// It is what `hopper explain` reads. Invariant: a code stands in it once.

import { assert } from "@juno/base";
import { DEPLOYMENT } from "./codes/deployment.ts";
import { EFFECTS } from "./codes/effects.ts";
import type { CodeEntry } from "./codes/entry.ts";
import { LEXICAL } from "./codes/lexical.ts";
import { NAMES } from "./codes/names.ts";
import { OBLIGATIONS } from "./codes/obligations.ts";
import { PATTERNS } from "./codes/patterns.ts";
import { STATE } from "./codes/state.ts";
import { SYNTAX } from "./codes/syntax.ts";
import { TERMINATION } from "./codes/termination.ts";
import { TYPES } from "./codes/typing.ts";
import { USAGE } from "./codes/usage.ts";

export type { CodeEntry } from "./codes/entry.ts";

const ALL: readonly CodeEntry[] = [
  LEXICAL,
  SYNTAX,
  USAGE,
  OBLIGATIONS,
  NAMES,
  TYPES,
  EFFECTS,
  PATTERNS,
  TERMINATION,
  STATE,
  DEPLOYMENT,
].flat();

export const CODES: ReadonlyMap<string, CodeEntry> = new Map(ALL.map((entry) => [entry.code, entry]));

assert(CODES.size === ALL.length, "no diagnostic code has two meanings");

const indented = (program: string): string =>
  program
    .split("\n")
    .map((line) => (line === "" ? "" : `    ${line}`))
    .join("\n");

/** What `hopper explain CODE` prints; undefined if there is no such code. `h12` means `H0012`. */
export function explain(code: string): string | undefined {
  const digits = /^[Hh]?(\d{1,4})$/.exec(code.trim())?.[1];
  const entry = digits === undefined ? undefined : CODES.get(`H${digits.padStart(4, "0")}`);
  if (entry === undefined) return undefined;
  const parts = [`${entry.code}: ${entry.title}`, entry.explain];
  if (entry.wrong !== undefined) parts.push("Refused:", indented(entry.wrong));
  if (entry.right !== undefined) parts.push("Accepted:", indented(entry.right));
  return `${parts.join("\n\n")}\n`;
}
