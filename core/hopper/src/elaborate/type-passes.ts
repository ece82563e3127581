// Whether a module's recursive types are sound (L17): strictly positive. Types of other modules count for the polarity of
// their parameters, and are judged already.

import { checkInhabitation } from "../kernel/inhabitation.ts";
import { checkPositivity, type TypeDeclaration } from "../kernel/positivity.ts";
import { erasedSubterms, subterms, visitTerms } from "../kernel/subterms.ts";
import type { GlobalRef, Term } from "../kernel/term.ts";
import type { Checker } from "./checker.ts";
import type { DataGlobal } from "./global.ts";

export function passTypes(checker: Checker): void {
  const declarations: TypeDeclaration[] = [];
  const seen = new Map<string, DataGlobal>();
  for (const global of checker.names.own().values()) {
    if (global.kind === "data") seen.set(keyOf(global.ref), global);
  }
  const own = seen.size;
  // What is added to a map while it is iterated is visited as well.
  for (const global of seen.values()) {
    const place = declarations.length;
    declarations.push({
      ref: global.ref,
      range: global.range,
      parameters: global.params.map(({ id }) => apart(id, place)),
      constructors: global.constructors.map(({ fields }) => ({
        fields: fields.map(({ type }) => {
          visitTerms(
            type,
            (term) => [...erasedSubterms(term), ...subterms(term)],
            (term) => {
              const other = term.kind === "data" ? checker.global(term.ref) : undefined;
              if (other?.kind === "data") seen.set(keyOf(other.ref), other);
            },
          );
          return withIdsApart(type, place);
        }),
      })),
    });
  }
  checker.tell(checkPositivity(declarations, checker.source));
  checker.tell(checkInhabitation(declarations.slice(0, own), checker.source));
}

const keyOf = (ref: GlobalRef): string => `${ref.module} ${ref.name}`;

/** Ids are unique within a module; here declarations of several stand together. */
const apart = (id: number, place: number): number => place * 2 ** 32 + id;

function withIdsApart(term: Term, place: number): Term {
  const walk = (one: Term): Term => withIdsApart(one, place);
  switch (term.kind) {
    case "local":
      return { ...term, id: apart(term.id, place) };
    case "primitive":
    case "data":
    case "asset":
    case "call":
      return { ...term, args: term.args.map(walk) };
    case "field":
      return { ...term, of: walk(term.of) };
    case "construct":
      return { ...term, fields: term.fields.map(walk) };
    case "telescope":
      return { ...term, binders: term.binders.map((binder) => ({ ...binder, type: walk(binder.type) })) };
    case "function":
      return {
        ...term,
        binders: term.binders.map((binder) => ({ ...binder, type: walk(binder.type) })),
        result: walk(term.result),
      };
    default:
      return term;
  }
}
