// How deep a term may nest for the passes that walk it by recursion: well under half of what the host's smallest
// stack can take. Brackets nest 128 levels at most, but a chain of a thousand operators is as deep, so a body
// is measured before all else, without recursion; the passes then assert that it was.

import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Range, Source } from "../diagnostic/source.ts";
import { erasedSubterms, subpatterns, subterms } from "./subterms.ts";
import type { Term, TermPattern } from "./term.ts";

export const TERM_DEPTH_MAX = 1_000;

/** Refuses a term that is too deep, at a part that is; no other pass may be asked about it then. */
export function checkDepth(term: Term, source: Source): Diagnostic[] {
  const range = tooDeep(term);
  if (range === undefined) return [];
  return [
    {
      code: "H0290",
      severity: "error",
      message: `this is nested more than ${TERM_DEPTH_MAX} levels deep`,
      span: { source, start: range.start, end: range.end },
      notes: [],
      known: [],
      help: "give parts of it names with `let`, or make them functions of their own",
    },
  ];
}

/** Goes down level by level; gives where the first part stands that is one level too deep. */
function tooDeep(root: Term): Range | undefined {
  let terms: readonly Term[] = [root];
  let patterns: readonly TermPattern[] = [];
  for (let depth = 0; depth < TERM_DEPTH_MAX && terms.length + patterns.length > 0; depth++) {
    const below = [...terms.flatMap(patternsOf), ...patterns.flatMap(subpatterns)];
    terms = terms.flatMap((term) => [...subterms(term), ...erasedSubterms(term)]);
    patterns = below;
  }
  return (terms[0] ?? patterns[0])?.range;
}

function patternsOf(term: Term): readonly TermPattern[] {
  if (term.kind === "match") return term.arms.map(({ pattern }) => pattern);
  if (term.kind !== "block") return [];
  return term.statements.flatMap((statement) => (statement.kind === "let" ? [statement.pattern] : []));
}
