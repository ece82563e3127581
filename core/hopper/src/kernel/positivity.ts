// Recursive types must be strictly positive (L17): a type that takes itself as an argument of a function in its
// own definition gives a way to compute for ever without recursion, and so a proof of anything. Judges
// declarations together; a parameter that stands left of an arrow makes its arguments stand there too.

import { assert } from "@juno/base";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Range, Source } from "../diagnostic/source.ts";
import { componentsOf } from "./components.ts";
import { erasedSubterms, subterms } from "./subterms.ts";
import type { GlobalRef, Term } from "./term.ts";
import { TERM_DEPTH_MAX } from "./term-depth.ts";

export type TypeDeclaration = {
  readonly ref: GlobalRef;
  /** Its name where it is declared. */
  readonly range: Range;
  /** The ids of its parameters' variables, in order; unique among all declarations that are judged together. */
  readonly parameters: readonly number[];
  /** The types of each constructor's fields. */
  readonly constructors: readonly { readonly fields: readonly Term[] }[];
};

/**
 * The places where a type is not strictly positive in itself. To be judged together: a module's declarations and,
 * for the polarity of their parameters, those of other modules that they mention.
 */
export function checkPositivity(declarations: readonly TypeDeclaration[], source: Source): Diagnostic[] {
  const { types, parameters } = occurrencesIn(declarations);
  const negative = negativeParameters(parameters);
  const component: number[] = [];
  const edges = types.map((found) => found.map(({ of }) => of));
  componentsOf(edges).forEach((members, number) => {
    for (const member of members) component[member] = number;
  });
  return types.flatMap((found, inside) =>
    found
      .filter(({ of }) => component[of] === component[inside])
      .filter(({ isNegative, within }) => isNegative || within.some((place) => negative.has(place)))
      .map(({ of, range }) => complaint(declarations[inside]!, declarations[of]!, { source, ...range })),
  );
}

/** A parameter's place: `2:0` is the first parameter of declaration 2. */
type ParameterPlace = string;

/** Where something is mentioned: left of an arrow or not, and as part of which arguments of declared types. */
type Position = { readonly isNegative: boolean; readonly within: readonly ParameterPlace[] };

type TypeOccurrence = Position & { readonly of: number; readonly range: Range };
type ParameterOccurrence = Position & { readonly of: ParameterPlace };

type Occurrences = {
  /** By the declaration in which they stand. */
  readonly types: readonly (readonly TypeOccurrence[])[];
  readonly parameters: readonly ParameterOccurrence[];
};

function occurrencesIn(declarations: readonly TypeDeclaration[]): Occurrences {
  const places = new Map(declarations.map(({ ref }, place) => [keyOf(ref), place]));
  const parameterPlaces = new Map<number, ParameterPlace>();
  declarations.forEach((declaration, place) => {
    declaration.parameters.forEach((id, i) => {
      parameterPlaces.set(id, `${place}:${i}`);
    });
  });
  const types: TypeOccurrence[][] = declarations.map(() => []);
  const parameters: ParameterOccurrence[] = [];

  const walk = (term: Term, position: Position, inside: number, depth: number): void => {
    assert(depth < TERM_DEPTH_MAX, "a type is no deeper than its source allows");
    const below = (part: Term, at: Position): void => walk(part, at, inside, depth + 1);
    switch (term.kind) {
      case "local": {
        const of = parameterPlaces.get(term.id);
        if (of !== undefined) parameters.push({ ...position, of });
        return;
      }
      case "data": {
        const of = places.get(keyOf(term.ref));
        if (of !== undefined) types[inside]!.push({ ...position, of, range: term.range });
        term.args.forEach((arg, i) => {
          below(
            arg,
            of === undefined ? position : { ...position, within: [...position.within, `${of}:${i}`] },
          );
        });
        return;
      }
      case "primitive":
        for (const arg of term.args) below(arg, position);
        return;
      case "telescope":
        for (const { type } of term.binders) below(type, position);
        return;
      case "function":
        for (const { type } of term.binders) below(type, { ...position, isNegative: true });
        below(term.result, position);
        return;
      default:
        // A value that a type mentions: whatever types stand in it, nothing is known of how they are used.
        for (const part of [...subterms(term), ...erasedSubterms(term)])
          below(part, { ...position, isNegative: true });
    }
  };
  declarations.forEach((declaration, inside) => {
    for (const { fields } of declaration.constructors)
      for (const field of fields) walk(field, { isNegative: false, within: [] }, inside, 0);
  });
  return { types, parameters };
}

/** Parameters that stand left of an arrow, there or by way of the declarations that they are handed to. */
function negativeParameters(parameters: readonly ParameterOccurrence[]): ReadonlySet<ParameterPlace> {
  const handedTo = new Map<ParameterPlace, ParameterPlace[]>();
  const negative = new Set<ParameterPlace>();
  for (const { of, isNegative, within } of parameters) {
    if (isNegative) negative.add(of);
    for (const place of within) {
      const known = handedTo.get(place);
      if (known === undefined) handedTo.set(place, [of]);
      else known.push(of);
    }
  }
  // What is added to a set while it is iterated is visited as well.
  for (const place of negative) for (const of of handedTo.get(place) ?? []) negative.add(of);
  return negative;
}

function complaint(inside: TypeDeclaration, of: TypeDeclaration, span: Diagnostic["span"]): Diagnostic {
  const [name, other] = [inside.ref.name, of.ref.name];
  const note = { span: { source: span.source, ...inside.range }, label: `\`${name}\` is declared here` };
  return {
    code: "H0523",
    severity: "error",
    message: `\`${name}\` is declared by means of functions that take ${inside === of ? "itself" : `\`${other}\``}`,
    span,
    label: "left of an arrow here",
    notes:
      inside === of
        ? [note]
        : [note, { span: { source: span.source, ...of.range }, label: `and \`${other}\` contains it` }],
    known: [],
    help: "keep what the function needs as data, and write the function outside of the type",
  };
}

const keyOf = (ref: GlobalRef): string => `${ref.module} ${ref.name}`;
