// Patterns as tests and projections. A match tries its arms in order; a test is one chain of conditions that ends with
// false at the first that does not hold, so nothing is written twice.

import type { TermPattern } from "../kernel/term.ts";
import type { Atom, Body } from "../machine/anf.ts";
import { constant, type FunctionBuilder, returning } from "./function-builder.ts";

type Pending = readonly [TermPattern, Atom];

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

/** Whether the value matches, as an atom. */
export function testPattern(builder: FunctionBuilder, pattern: TermPattern, value: Atom): Atom {
  const at = pattern.range.start;
  const body = testAll(builder, [[pattern, value]]);
  return builder.push(
    { kind: "branch", condition: constant(true), then: body, else: body_(builder, false) },
    at,
  );
}

const body_ = (builder: FunctionBuilder, value: boolean): Body =>
  builder.body(() => returning(constant(value)));

function testAll(builder: FunctionBuilder, pending: readonly Pending[]): Body {
  return builder.body(() => {
    const [first, ...rest] = pending.filter(([pattern]) => !isIrrefutable(builder, pattern));
    if (first === undefined) return returning(constant(true));
    const [pattern, value] = first;
    const at = pattern.range.start;
    const condition = conditionOf(builder, pattern, value);
    const inner = (): Body => testAll(builder, [...partsOf(builder, pattern, value), ...rest]);
    if (condition === undefined) {
      const whole = builder.push(
        { kind: "branch", condition: constant(true), then: inner(), else: body_(builder, false) },
        at,
      );
      return returning(whole);
    }
    const then = builder.body(() => {
      const body = inner();
      return returning(
        builder.push(
          { kind: "branch", condition: constant(true), then: body, else: body_(builder, false) },
          at,
        ),
      );
    });
    return returning(builder.push({ kind: "branch", condition, then, else: body_(builder, false) }, at));
  });
}

/** What must hold of the value itself, its parts apart. */
function conditionOf(builder: FunctionBuilder, pattern: TermPattern, value: Atom): Atom | undefined {
  const at = pattern.range.start;
  const builtin = (name: string, ...args: Atom[]): Atom => builder.push({ kind: "builtin", name, args }, at);
  switch (pattern.kind) {
    case "literal":
      return builtin("std.value.equal", value, constant(pattern.value));
    case "construct": {
      if (builder.lowering.globals.constructorCount(pattern.type) === 1) return undefined;
      const tag = builder.push({ kind: "tag", of: value }, at);
      return builtin("std.value.equal", tag, constant(pattern.constructor_));
    }
    case "list": {
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

/** The parts of a value that is known to match, with their patterns; pushes what gets them. */
function partsOf(builder: FunctionBuilder, pattern: TermPattern, value: Atom): Pending[] {
  const at = pattern.range.start;
  const needed = (part: TermPattern): boolean => part.kind !== "wildcard";
  switch (pattern.kind) {
    case "construct":
    case "tuple": {
      const parts = pattern.kind === "tuple" ? pattern.parts : pattern.fields;
      return parts.flatMap((part, index): Pending[] =>
        needed(part) ? [[part, builder.push({ kind: "field", of: value, index }, at)]] : [],
      );
    }
    case "list": {
      const items = pattern.items.flatMap((part, index): Pending[] =>
        needed(part)
          ? [
              [
                part,
                builder.push({ kind: "builtin", name: "std.list.at", args: [value, constant(index)] }, at),
              ],
            ]
          : [],
      );
      if (pattern.rest === undefined || !needed(pattern.rest)) return items;
      const args = [value, constant(pattern.items.length)];
      return [...items, [pattern.rest, builder.push({ kind: "builtin", name: "std.list.drop", args }, at)]];
    }
    default:
      return [];
  }
}

/** Gives the pattern's variables their atoms; the value is known to match. */
export function bindPattern(builder: FunctionBuilder, pattern: TermPattern, value: Atom): void {
  if (pattern.kind === "variable") builder.bind(pattern.variable.id, value);
  for (const [part, atom] of partsOf(builder, pattern, value)) bindPattern(builder, part, atom);
}
