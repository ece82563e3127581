// Runs what was compiled: tests of the language, and an action on an empty ledger. It has no opinion on results.

import { createHash } from "node:crypto";
import { Hash, type Sha256 } from "@juno/base";
import { type CompiledModule, libraryCode } from "../src/compile.ts";
import { Program } from "../src/machine/program.ts";
import { effectsForTest } from "../src/machine/testing-effects.ts";

const sha256: Sha256 = (bytes) => Hash(new Uint8Array(createHash("sha256").update(bytes).digest()));

/** Gas of a test: it may be many commands. */
const TEST_GAS = 50_000_000;

/** How a run ended. */
export type Ending = {
  readonly title: string;
  /** The error's name; undefined if it succeeded. */
  readonly error: string | undefined;
  /** Where that was, and what the machine knows; never the program's own values, which may be endless. */
  readonly story: string;
  readonly gas: number;
};

export class Runner {
  readonly #program: Program;
  readonly #modules: readonly CompiledModule[];

  constructor(modules: Iterable<CompiledModule>) {
    this.#modules = [...modules];
    this.#program = new Program([...libraryCode(), ...this.#modules.map(({ code }) => code)]);
  }

  /** Every test of a module, each on an empty ledger. */
  tests(module: string): Ending[] {
    const found = this.#modules.find(({ name }) => name === module);
    return (found?.code.tests ?? []).map(({ title, fn }) => this.#run({ module, title, fn, gas: TEST_GAS }));
  }

  /** An action without parameters, as one command of nobody's. */
  action(module: string, name: string, gas: number): Ending {
    const found = this.#modules.find((one) => one.name === module);
    const entry = found?.code.actions.find((one) => one.name === name);
    if (entry === undefined) throw new Error(`${module} has no action ${name}.`);
    return this.#run({ module, title: name, fn: entry.fn, gas });
  }

  #run(what: { module: string; title: string; fn: string; gas: number }): Ending {
    const { module, title, fn, gas } = what;
    const effects = effectsForTest({ ...this.#program.effectParts(), sha256, module });
    const machine = this.#program.start({ fn: { module, name: fn }, args: [], effects, gasLimit: gas });
    const outcome = machine.run();
    if (outcome.kind === "running") throw new Error(`${module}: ${title} did not end.`);
    const failure = outcome.kind === "failed" ? outcome.failure : undefined;
    const facts = failure?.fields.kind === "built-in" ? Object.values(failure.fields.facts).join(", ") : "";
    const place = failure && `${failure.at.module}.${failure.at.function} at ${failure.at.offset}`;
    const story = failure === undefined ? "ok" : `${failure.error}(${facts}) in ${place}`;
    return { title, error: failure?.error, story, gas: machine.gasUsed };
  }
}
