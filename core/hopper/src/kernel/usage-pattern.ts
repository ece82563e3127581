// What a pattern binds and what it ignores, as far as usage is concerned. A resource that a pattern ignores
// is like a variable without a name: nobody can move it, so only an abort can excuse it (L13).

import { assert, unreachable } from "@juno/base";
import type { Source } from "../diagnostic/source.ts";
import type { LookUp } from "./declared-type.ts";
import type { Quantity, TermPattern, Variable } from "./term.ts";
import { TERM_DEPTH_MAX } from "./term-depth.ts";
import type { Obligation } from "./usage-scope.ts";

export type Bound = { readonly variable: Variable; readonly quantity: Quantity };

export type PatternContext = {
  readonly source: Source;
  readonly lookUp: LookUp;
  /** Declares a variable; gives what the end of its scope owes for it. */
  bind(bound: Bound): Obligation[];
};

export function obligationsOf(pattern: TermPattern, context: PatternContext, depth = 0): Obligation[] {
  assert(depth < TERM_DEPTH_MAX, "a pattern is no deeper than its source allows");
  const below = (part: TermPattern, what: string): Obligation[] =>
    part.kind === "wildcard" ? ignored(part, what) : obligationsOf(part, context, depth + 1);
  switch (pattern.kind) {
    case "wildcard":
      return ignored(pattern, "what `_` stands for");
    case "variable":
      return context.bind(pattern);
    case "construct":
      return pattern.fields.flatMap((field, index) => below(field, fieldText(pattern, index, context)));
    case "tuple":
      return pattern.parts.flatMap((part) => below(part, "what `_` stands for"));
    case "list":
      return [
        ...pattern.items.flatMap((item) => below(item, "what `_` stands for")),
        ...(pattern.rest === undefined ? [] : below(pattern.rest, "the rest of the list")),
      ];
    case "literal":
      return [];
    default:
      return unreachable(pattern);
  }
}

function ignored(pattern: Extract<TermPattern, { kind: "wildcard" }>, what: string): Obligation[] {
  return pattern.quantity === "1" ? [{ kind: "ignored", range: pattern.range, what }] : [];
}

/** L17: a field that the source left out is a wildcard here, and there is no `_` to point to. */
function fieldText(
  pattern: Extract<TermPattern, { kind: "construct" }>,
  index: number,
  context: PatternContext,
): string {
  const { name, fieldNames } = context.lookUp(pattern.type).constructors[pattern.constructor_]!;
  const field = fieldNames?.[index];
  return field === undefined ? `what \`_\` stands for in \`${name}\`` : `field \`${field}\` of \`${name}\``;
}
