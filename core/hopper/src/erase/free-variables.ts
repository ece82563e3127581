// The variables a closure's body mentions at run time: what it must capture. Types and implicit arguments are erased
// and mention nothing. Ids are unique, so binders need no care: what is bound inside is not known outside.

import { subterms, visitTerms } from "../kernel/subterms.ts";
import type { Term } from "../kernel/term.ts";

export function freeVariables(term: Term): number[] {
  const found = new Set<number>();
  visitTerms(term, subterms, (one) => {
    if (one.kind === "local") found.add(one.id);
  });
  return [...found];
}
