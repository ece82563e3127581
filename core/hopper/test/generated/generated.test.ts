// Programs that are made at random, well typed by construction (L30): the checker accepts each of them, and whatever they are
// called with, they end in one of the language's own ways, the same on the machine, on the reference interpreter,
// and on a machine that is cut (L34).

import fc from "fast-check";
import { expect, test } from "vitest";
import { BUILT_IN_ERRORS } from "../../src/builtins/errors.ts";
import { type CompiledModule, compile } from "../../src/compile.ts";
import { render } from "../../src/diagnostic/render.ts";
import { argumentsFor } from "./arguments.ts";
import { Dice, type Seed, seeds } from "./dice.ts";
import { type GeneratedModule, generateModule, MODULE } from "./module.ts";
import { PATIENCE_MS, PROGRAMS } from "./programs.ts";
import { type Command, GeneratedRun, type Shown } from "./running.ts";

const COMMANDS = 6;

function accepted({ text }: GeneratedModule): CompiledModule {
  const { modules, diagnostics } = compile([{ name: "generated.hop", text }]);
  const refused = diagnostics.find(({ severity }) => severity === "error");
  if (refused !== undefined) expect.fail(`${render(refused)}\n\n${text}`);
  return modules[0]!;
}

function commandsOf({ entries }: GeneratedModule, { seed }: Seed): Command[] {
  const dice = new Dice({ seed: seed ^ 0x5eed, choices: Number.MAX_SAFE_INTEGER });
  return Array.from({ length: COMMANDS }, () => {
    const { name, params } = dice.pick(entries);
    return {
      entry: name,
      args: argumentsFor(dice, params),
      signers: dice.pick([[], ["risk"], ["risk", "cfo"]]),
      gasLimit: dice.pick([300_000, 300_000, dice.below(3_000)]),
      slices: Array.from({ length: 5 }, () => dice.below(dice.pick([30, 500]))),
    };
  });
}

/** Errors that a program of this module may end with. */
function mayEndWith({ declared }: GeneratedModule, name: string): boolean {
  if (name === "CheckFailed" || name === "OnlyInTests") return false;
  return BUILT_IN_ERRORS.has(name) || declared.errors.some((error) => `${MODULE}.${error.name}` === name);
}

test(
  "is accepted, and ends the same on both machines, cut or not",
  () => {
    const ends = new Map<string, number>();
    let cuts = 0;
    const note = ({ ended }: Shown): void => {
      const end = ended.kind === "failed" ? ended.failure.error : "done";
      ends.set(end, (ends.get(end) ?? 0) + 1);
    };
    fc.assert(
      fc.property(seeds, (seed) => {
        const generated = generateModule(seed);
        const run = new GeneratedRun(accepted(generated));
        for (const command of commandsOf(generated, seed)) {
          const shown = run.onMachine(command);
          note(shown);
          const { ended } = shown;
          if (ended.kind === "failed") expect(mayEndWith(generated, ended.failure.error)).toBe(true);
          expect(run.onReference(command)).toEqual(shown);
          const sliced = run.inSlices(command);
          expect(sliced.shown).toEqual(shown);
          cuts += sliced.cuts;
          run.keep(shown);
        }
      }),
      { numRuns: PROGRAMS },
    );
    expect(cuts).toBeGreaterThan(0);
    expect(ends.get("done")).toBeGreaterThan(PROGRAMS);
    expect(ends.size).toBeGreaterThan(1);
  },
  PATIENCE_MS,
);
