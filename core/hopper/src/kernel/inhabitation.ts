// Types that can never have a value, because making one takes another one first: `type T { next: T }`. Such a
// type is sound and useless, so it is a mistake. A value needs what its fields are, not what a list,
// an option or a function in it may hold.

import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Source } from "../diagnostic/source.ts";
import { componentsOf } from "./components.ts";
import type { TypeDeclaration } from "./positivity.ts";
import type { Term } from "./term.ts";

/** One complaint for each type that needs itself; types of other modules are taken to have values. */
export function checkInhabitation(declarations: readonly TypeDeclaration[], source: Source): Diagnostic[] {
  const needs = needsOf(declarations);
  const empty = emptyTypes(needs);
  const edges = needs.map(({ constructors }, place) =>
    empty.has(place) ? constructors.flat().map(({ of }) => of) : [],
  );
  return componentsOf(edges).flatMap((members) => {
    const [place] = members as readonly [number];
    const around = new Set(members);
    const needed = needs[place]!.constructors.flat().find(({ of }) => around.has(of) && empty.has(place));
    if (needed === undefined) return [];
    const { ref, range } = declarations[place]!;
    const others = members.slice(1).map((member) => `\`${declarations[member]!.ref.name}\``);
    return [
      {
        code: "H0524",
        severity: "error",
        message: `\`${ref.name}\` can never have a value: to make one takes another one first`,
        span: { source, start: range.start, end: range.end },
        notes: [
          {
            span: { source, start: needed.range.start, end: needed.range.end },
            label: others.length === 0 ? "needed here" : `needed here, by way of ${others.join(", ")}`,
          },
        ],
        known: [],
        help: "let it end: with an `Option`, a `List`, or a constructor that does not need it",
      } as const,
    ];
  });
}

type Need = { readonly of: number; readonly range: Term["range"] };

/** For each constructor, the declared types of which a value must be there first. */
type Needs = { readonly constructors: readonly (readonly Need[])[] };

function needsOf(declarations: readonly TypeDeclaration[]): Needs[] {
  const places = new Map(declarations.map(({ ref }, place) => [`${ref.module} ${ref.name}`, place]));
  return declarations.map(({ constructors }) => ({
    constructors: constructors.map(({ fields }) => {
      const found: Need[] = [];
      const waiting = [...fields].reverse();
      for (let term = waiting.pop(); term !== undefined; term = waiting.pop()) {
        if (term.kind === "telescope") for (const { type } of term.binders) waiting.push(type);
        if (term.kind !== "data") continue;
        const of = places.get(`${term.ref.module} ${term.ref.name}`);
        if (of !== undefined) found.push({ of, range: term.range });
      }
      return found;
    }),
  }));
}

/** All but those that can be made from nothing: from constructors of which every need can be made before. */
function emptyTypes(needs: readonly Needs[]): ReadonlySet<number> {
  const empty = new Set(needs.keys());
  const made: number[] = [];
  const make = (place: number): void => {
    if (empty.delete(place)) made.push(place);
  };
  type Waiting = { readonly place: number; missing: number };
  const waitingFor = new Map<number, Waiting[]>();
  needs.forEach(({ constructors }, place) => {
    for (const needed of constructors) {
      if (needed.length === 0) make(place);
      const waiting: Waiting = { place, missing: needed.length };
      for (const { of } of needed) {
        const others = waitingFor.get(of);
        if (others === undefined) waitingFor.set(of, [waiting]);
        else others.push(waiting);
      }
    }
  });
  for (let at = 0; at < made.length; at++)
    for (const waiting of waitingFor.get(made[at]!) ?? []) {
      waiting.missing -= 1;
      if (waiting.missing === 0) make(waiting.place);
    }
  return empty;
}
