// What is asked of bodies once they are elaborated: that resources are used exactly once, that matches are complete, that
// functions end, that types can have values. A body with errors is not asked: one mistake would be told twice.

import { COVERAGE_STEPS_MAX, checkCoverage } from "../kernel/coverage.ts";
import type { LookUp } from "../kernel/declared-type.ts";
import { Fuel } from "../kernel/fuel.ts";
import { checkDepth } from "../kernel/term-depth.ts";
import { checkTermination, TERMINATION_STEPS_MAX, type TerminationFunction } from "../kernel/termination.ts";
import { checkUsage } from "../kernel/usage.ts";
import { typeText } from "./agree.ts";
import type { CheckedFunction } from "./body.ts";
import type { Checker } from "./checker.ts";

export function lookUpOf(checker: Checker): LookUp {
  return (ref) => {
    const global = checker.global(ref);
    if (global.kind !== "data") return { constructors: [] };
    return {
      constructors: global.constructors.map(({ name, fields }) => {
        const arity = fields.length;
        return global.record
          ? { name, arity, fieldNames: fields.map((field) => field.name) }
          : { name, arity };
      }),
    };
  };
}

/** What the passes over one module may spend together. */
export type PassFuel = { readonly coverage: Fuel; readonly termination: Fuel };

export const passFuel = (steps: number): PassFuel => ({
  coverage: new Fuel(Math.min(steps, COVERAGE_STEPS_MAX)),
  termination: new Fuel(Math.min(steps, TERMINATION_STEPS_MAX)),
});

/** L11–L17 of one body. */
export function passBody(checker: Checker, fn: CheckedFunction, fuel: PassFuel): void {
  const lookUp = lookUpOf(checker);
  const { source } = checker;
  const deep = checkDepth(fn.body, source);
  checker.tell(deep);
  if (deep.length > 0) return;
  const usage = checkUsage(
    { binders: fn.binders, body: fn.body },
    {
      source,
      quantityOf: (term) => {
        const type = checker.termTypes.get(term);
        // What nobody has typed is held to the stricter rule: refused rather than lost.
        return type === undefined ? "1" : checker.quantityOf(type);
      },
      renderType: (variable) => typeText(checker, checker.typeOf(variable.id)),
      lookUp,
    },
  );
  checker.tell(usage);
  checker.tell(checkCoverage(fn.body, { source, lookUp, fuel: fuel.coverage }));
}

/** Functions of the library that give a list's items to a closure: what ends within does so for each of them. */
const FEEDING = {
  "std.list.fold": { list: 0, closure: 2, item: 1 },
  "std.list.map": { list: 0, closure: 1, item: 0 },
  "std.list.filter": { list: 0, closure: 1, item: 0 },
  "std.list.any": { list: 0, closure: 1, item: 0 },
  "std.list.all": { list: 0, closure: 1, item: 0 },
} as const;

/** L18, of all sound bodies of a module together. */
export function passTermination(
  checker: Checker,
  functions: readonly CheckedFunction[],
  fuel: PassFuel,
): void {
  const { module } = checker.names;
  const judged = functions.map(
    (fn): TerminationFunction => ({
      ref: { module, name: fn.name },
      range: fn.nameRange,
      kind: KIND[fn.role],
      partial: fn.partial,
      parameters: fn.binders.filter(({ quantity }) => quantity !== "0").map(({ variable }) => variable.id),
      body: fn.body,
    }),
  );
  checker.tell(
    checkTermination(judged, {
      source: checker.source,
      isPartial: (ref) => {
        const global = checker.names.global(ref);
        return global?.kind === "function" && global.signature.partial;
      },
      feedingOf: (ref) => FEEDING[`${ref.module}.${ref.name}` as keyof typeof FEEDING],
      fuel: fuel.termination,
    }),
  );
}

const KIND = {
  fn: "fn",
  builtin: "fn",
  invariant: "fn",
  const: "const",
  policy: "const",
  action: "entry",
  query: "entry",
  init: "entry",
  test: "entry",
  migrate: "entry",
} as const;
