// L30 on total terms without effects: what the kernel's normaliser computes while types are checked is what the machine
// computes when the code runs. It computes a fragment (no operators, `let`, `match`): within that, every term.

import fc from "fast-check";
import { expect, test } from "vitest";
import { checkProgram } from "../../src/elaborate/program.ts";
import { moduleCode } from "../../src/erase/module-code.ts";
import type { Normalizer } from "../../src/kernel/normalizer.ts";
import type { Semantic } from "../../src/kernel/value.ts";
import { library } from "../../src/library.ts";
import { PersistentVector } from "../../src/machine/persistent-vector.ts";
import { Construct, type Value } from "../../src/machine/value.ts";
import { parse } from "../../src/syntax/index.ts";
import { seeds } from "./dice.ts";
import { generateModule } from "./module.ts";
import { PATIENCE_MS, PROGRAMS } from "./programs.ts";
import { GeneratedRun } from "./running.ts";

/** A value in the one form that both sides are compared in. */
type Plain = string | { readonly tag: number; readonly parts: readonly Plain[] } | readonly Plain[];

function plainOf(value: Value): Plain {
  if (value instanceof Construct) return { tag: value.tag, parts: value.fields.map(plainOf) };
  if (value instanceof PersistentVector) return [...(value as PersistentVector<Value>)].map(plainOf);
  return `${typeof value === "bigint" ? "number" : typeof value} ${String(value)}`;
}

/** Undefined if it is stuck on what is not computed in types. */
function computed(normal: Normalizer, value: Semantic): Plain | undefined {
  const known = normal.force(value);
  const all = (parts: readonly Semantic[]): Plain[] | undefined => {
    const made = parts.map((part) => computed(normal, part));
    return made.every((one) => one !== undefined) ? made : undefined;
  };
  const constructed = (tag: number, fields: readonly Semantic[]): Plain | undefined => {
    const parts = all(fields);
    return parts && { tag, parts };
  };
  switch (known.kind) {
    case "literal":
      return plainOf(known.value);
    case "construct":
      return constructed(known.constructor_, known.fields);
    case "tuple":
      return constructed(0, known.parts);
    case "list":
      return all(known.items);
    default:
      return undefined;
  }
}

test(
  "a constant is to the checker what it is to the machine",
  () => {
    let decided = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const { text, constants } = generateModule(seed);
        const source = { name: "generated.hop", text };
        const [checked] = checkProgram([{ source, ...parse(source) }], library().interfaces).modules;
        const code = moduleCode(checked!, { tests: false });
        const run = new GeneratedRun({ name: code.name, source, code, interface: checked!.interface });
        const { normal } = checked!.checker;
        for (const { name, plain } of constants) {
          const { body } = checked!.functions.find((one) => one.name === name)!;
          const value = normal.evaluate(body, null);
          const known = value && computed(normal, value);
          if (plain) expect(known, `${name} in\n${text}`).toBeDefined();
          const ended = run.constant(name);
          if (known === undefined || ended.kind === "failed") continue;
          decided += 1;
          expect(known, `${name} in\n${text}`).toEqual(plainOf(ended.value));
        }
      }),
      { numRuns: PROGRAMS },
    );
    expect(decided).toBeGreaterThan(PROGRAMS);
  },
  PATIENCE_MS,
);
