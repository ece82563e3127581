// Runs a program on the machine and on the reference interpreter, each with a world of its own, and demands that
// they agree on everything that can be seen: result or error, its place, gas by kind, what the world heard.

import { expect } from "vitest";
import { interpret } from "../../src/machine/cek.ts";
import type { GasByKind } from "../../src/machine/gas.ts";
import { type Image, link } from "../../src/machine/image.ts";
import type { Modules } from "../../src/machine/linkage.ts";
import type { Ended } from "../../src/machine/outcome.ts";
import type { Value } from "../../src/machine/value.ts";
import { Machine } from "../../src/machine/vm.ts";
import { here } from "./anf-notation.ts";
import { MemoryEffects } from "./memory-effects.ts";
import { SAMPLE_BUILTINS } from "./sample-builtins.ts";

export type Run = { readonly ended: Ended; readonly gas: GasByKind; readonly diary: readonly string[] };

export const GAS_LIMIT = 1_000_000;

export const imageOf = (modules: Modules): Image => link(modules, SAMPLE_BUILTINS);

type Program = {
  readonly image: Image;
  readonly name?: string;
  readonly args?: readonly Value[];
  readonly gasLimit?: number;
};

export function onMachine({ image, name = "main", args = [], gasLimit = GAS_LIMIT }: Program): Run {
  const effects = new MemoryEffects();
  const machine = Machine.start({ image, fn: here(name), args, effects, gasLimit });
  const ended = machine.run();
  if (ended.kind === "running") expect.fail("a machine without a slice runs to its end");
  return { ended, gas: machine.gasByKind, diary: effects.diary };
}

export function onReference({ image, name = "main", args = [], gasLimit = GAS_LIMIT }: Program): Run {
  const effects = new MemoryEffects();
  const { ended, gas } = interpret({ image, fn: here(name), args, effects, gasLimit });
  return { ended, gas, diary: effects.diary };
}

export function onBoth(program: Program): Run {
  const run = onMachine(program);
  expect(run).toEqual(onReference(program));
  return run;
}
