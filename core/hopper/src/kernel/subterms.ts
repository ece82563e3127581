// The parts of a term: those that run, and those that are erased. The passes that look for something in a
// body walk it with these and need no recursion of their own.

import { unreachable } from "@juno/base";
import type { Term, TermPattern, TermStatement } from "./term.ts";

/** The parts that are computed, in the order in which they are. Of a type, none is. */
export function subterms(term: Term): readonly Term[] {
  switch (term.kind) {
    case "lambda":
      return [term.body];
    case "call":
    case "command":
    case "asset":
    case "table":
      return term.args;
    case "apply":
      return [term.closure, ...term.args];
    case "construct":
    case "record":
      return term.fields;
    case "tuple":
      return term.parts;
    case "list":
      return term.rest === undefined ? term.items : [...term.items, term.rest];
    case "field":
      return [term.of];
    case "if":
      return [term.condition, term.then, term.else];
    case "match":
      return [term.scrutinee, ...term.arms.map((arm) => arm.body)];
    case "block":
      return [...term.statements.map(statementTerm), term.result];
    case "require":
      return term.otherwise === undefined ? [term.condition] : [term.condition, term.otherwise];
    case "abort":
      return [term.error];
    case "emit":
      return [term.event];
    case "update":
      return [term.key, ...term.fields.map(({ value }) => value)];
    case "attempt":
      return [term.closure];
    case "local":
    case "global":
    case "literal":
    case "name":
    case "sort":
    case "primitive":
    case "data":
    case "function":
    case "telescope":
    case "meta":
      return [];
    default:
      return unreachable(term);
  }
}

/** The parts that only the checker computes: types, and the values that types mention. */
export function erasedSubterms(term: Term): readonly Term[] {
  switch (term.kind) {
    case "lambda":
    case "telescope":
      return term.binders.map(({ type }) => type);
    case "call":
      return term.implicit;
    case "construct":
      return term.params;
    case "primitive":
    case "data":
      return term.args;
    case "function":
      return [...term.binders.map(({ type }) => type), term.result];
    case "update":
      return term.fields.map(({ bound }) => bound.type);
    default:
      return [];
  }
}

export function subpatterns(pattern: TermPattern): readonly TermPattern[] {
  switch (pattern.kind) {
    case "construct":
      return pattern.fields;
    case "tuple":
      return pattern.parts;
    case "list":
      return pattern.rest === undefined ? pattern.items : [...pattern.items, pattern.rest];
    case "wildcard":
    case "variable":
    case "literal":
      return [];
    default:
      return unreachable(pattern);
  }
}

export const statementTerm = (statement: TermStatement): Term =>
  statement.kind === "let" ? statement.value : statement.term;

/** Visits a term and all that `partsOf` finds below it, each before its parts, in the order of the source. */
export function visitTerms(
  root: Term,
  partsOf: (term: Term) => readonly Term[],
  visit: (term: Term) => void,
): void {
  const waiting = [root];
  for (let term = waiting.pop(); term !== undefined; term = waiting.pop()) {
    visit(term);
    const parts = partsOf(term);
    for (let i = parts.length - 1; i >= 0; i--) waiting.push(parts[i]!);
  }
}
