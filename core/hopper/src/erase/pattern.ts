// Patterns as tests and projections. A match tries its arms in order; a test is one chain of conditions that ends with
// false at the first that does not hold, so nothing is written twice. Only what is asked of or bound is taken out.

import type { TermPattern } from "../kernel/term.ts";
import type { Atom, End, Operation } from "../machine/anf.ts";
import { constant, type FunctionBuilder, returning } from "./function-builder.ts";

type Pending = readonly [TermPattern, Atom];
/** How a test's body ends: with the answer, or with a condition on which more depend. */
type Test = End & { readonly kind: "return" | "branch" };

export function isIrrefutable(builder: FunctionBuilder, pattern: TermPattern): boolean {
  switch (pattern.kind) {
    case "wildcard":
    case "variable":
      return true;
    case "tuple":
      return pattern.parts.every((part) => isIrrefutable(builder, part));
    case "construct":
      return (
        builder.lowering.globals.constructorCount(pattern.type) === 1 &&
        pattern.fields.every((field) => isIrrefutable(builder, field))
      );
    case "list":
      return pattern.items.length === 0 && pattern.rest !== undefined;
    case "literal":
      return false;
  }
}

/** Whether the value matches, as an atom; pushes what finds it out. */
export function testPattern(builder: FunctionBuilder, pattern: TermPattern, value: Atom): Atom {
  const end = testAll(builder, [[pattern, value]]);
  return end.kind === "return" ? end.value : builder.push(end, pattern.range.start);
}

/** The first condition stands in the body at hand, each further one in what follows if those before it hold. */
function testAll(builder: FunctionBuilder, pending: readonly Pending[]): Test {
  const [first, ...others] = pending.filter(([pattern]) => !isIrrefutable(builder, pattern));
  if (first === undefined) return { kind: "return", value: constant(true) };
  const [pattern, value] = first;
  const asked = (part: TermPattern): boolean => !isIrrefutable(builder, part);
  const condition = conditionOf(builder, pattern, value);
  if (condition === undefined) {
    return testAll(builder, [...partsOf(builder, { pattern, value, wanted: asked }), ...others]);
  }
  if (others.length === 0 && !partPatterns(pattern).some(asked)) return { kind: "return", value: condition };
  const then = builder.body(() =>
    testAll(builder, [...partsOf(builder, { pattern, value, wanted: asked }), ...others]),
  );
  return { kind: "branch", condition, then, else: builder.body(() => returning(constant(false))) };
}

/** What must hold of the value itself, its parts apart. */
function conditionOf(builder: FunctionBuilder, pattern: TermPattern, value: Atom): Atom | undefined {
  const at = pattern.range.start;
  const builtin = (name: string, ...args: Atom[]): Atom => builder.push({ kind: "builtin", name, args }, at);
  switch (pattern.kind) {
    case "literal":
      return pattern.value === true ? value : builtin("std.value.equal", value, constant(pattern.value));
    case "construct": {
      if (builder.lowering.globals.constructorCount(pattern.type) === 1) return undefined;
      const tag = builder.push({ kind: "tag", of: value }, at);
      return builtin("std.value.equal", tag, constant(pattern.constructor_));
    }
    case "list": {
      if (pattern.items.length === 0) return builtin("std.list.is_empty", value);
      const length = builtin("std.list.length", value);
      const wanted = constant(pattern.items.length);
      return pattern.rest === undefined
        ? builtin("std.value.equal", length, wanted)
        : builtin("std.int.less_or_equal", wanted, length);
    }
    default:
      return undefined;
  }
}

function partPatterns(pattern: TermPattern): readonly TermPattern[] {
  switch (pattern.kind) {
    case "construct":
      return pattern.fields;
    case "tuple":
      return pattern.parts;
    case "list":
      return pattern.rest === undefined ? pattern.items : [...pattern.items, pattern.rest];
    default:
      return [];
  }
}

/** The wanted parts of a value that is known to match, with their patterns; pushes what gets them. */
function partsOf(
  builder: FunctionBuilder,
  whole: {
    readonly pattern: TermPattern;
    readonly value: Atom;
    readonly wanted: (part: TermPattern) => boolean;
  },
): Pending[] {
  const { pattern, value, wanted } = whole;
  return partPatterns(pattern).flatMap((part, index): Pending[] =>
    wanted(part) ? [[part, builder.push(partOf(pattern, value, index), pattern.range.start)]] : [],
  );
}

function partOf(pattern: TermPattern, of: Atom, index: number): Operation {
  if (pattern.kind !== "list") return { kind: "field", of, index };
  if (index < pattern.items.length)
    return { kind: "builtin", name: "std.list.at", args: [of, constant(index)] };
  return { kind: "builtin", name: "std.list.drop", args: [of, constant(index)] };
}

const bindsSome = (pattern: TermPattern): boolean =>
  pattern.kind === "variable" || partPatterns(pattern).some(bindsSome);

/** Gives the pattern's variables their atoms; the value is known to match. */
export function bindPattern(builder: FunctionBuilder, pattern: TermPattern, value: Atom): void {
  if (pattern.kind === "variable") builder.bind(pattern.variable.id, value);
  for (const [part, atom] of partsOf(builder, { pattern, value, wanted: bindsSome })) {
    bindPattern(builder, part, atom);
  }
}
