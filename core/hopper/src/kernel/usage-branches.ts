// How the branches of an `if` or `match` are called in messages: as they read in the source.

import type { Source } from "../diagnostic/source.ts";
import type { Term } from "./term.ts";
import { type BranchLabel, quote } from "./usage-report.ts";

export type Branching = Extract<Term, { kind: "if" | "match" }>;

/** Branch 0 of an `if` is `then`, branch 1 `else`; those of a `match` are its arms. */
export function branchLabel(source: Source, term: Branching, index: number): BranchLabel {
  if (term.kind === "match") {
    const { pattern } = term.arms[index]!;
    return { label: `\`${quote(source, pattern.range)} =>\``, range: pattern.range };
  }
  const { condition, then, else: otherwise } = term;
  if (index === 0) return { label: `\`if ${quote(source, condition.range)}\``, range: condition.range };
  const between = source.text.slice(then.range.end, otherwise.range.start);
  const written = otherwise.range.start >= then.range.end && between.trim() === "else";
  return written
    ? { label: "`else`", range: otherwise.range }
    : { label: "without an `else`", range: condition.range };
}
