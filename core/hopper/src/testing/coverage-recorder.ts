// What tests reach of a program, and what each action costs: the machine is paused before every instruction, and where it
// stands is noted. Slower than a plain run, with the same outcome and the same gas.

import { assert } from "@juno/base";
import type { CommandEffects } from "../machine/command-effects.ts";
import { functionAt, type Image } from "../machine/image.ts";
import type { Outcome } from "../machine/outcome.ts";
import type { Machine } from "../machine/vm.ts";
import { HeardTesting } from "./heard-testing.ts";

/** Gas of one action over all commands that called it and did not fail. */
export type ActionGas = {
  readonly module: string;
  readonly action: string;
  calls: number;
  total: number;
  least: number;
  most: number;
};

type OpenCommand = { readonly startGas: number; module: string; action: string | undefined };

export class CoverageRecorder {
  /** Places in the code where the machine has stood. */
  readonly reached = new Set<number>();
  readonly actions = new Map<string, ActionGas>();
  readonly #image: Image;
  readonly #places: ReadonlySet<string>;
  #command: OpenCommand | undefined;

  /** `actions`: full names of what may be called as a command. */
  constructor(image: Image, actions: ReadonlySet<string>) {
    this.#image = image;
    this.#places = actions;
  }

  /** Hears of the commands that the test calls. */
  watch(machine: Machine, effects: CommandEffects): void {
    const { testing } = effects;
    assert(testing !== undefined, "a test runs on testing effects");
    effects.testing = new HeardTesting(testing, {
      begun: (module) => {
        this.#command = { startGas: machine.gasUsed, module, action: undefined };
      },
      ended: (kept) => {
        if (kept) this.#count(machine.gasUsed);
        this.#command = undefined;
      },
    });
  }

  run(machine: Machine): Outcome {
    for (;;) {
      this.#note(machine.state.pc);
      const outcome = machine.run(0);
      if (outcome.kind !== "running") return outcome;
    }
  }

  #note(pc: number): void {
    this.reached.add(pc);
    if (this.#command === undefined || this.#command.action !== undefined) return;
    const { module, anf } = functionAt(this.#image, pc);
    if (module === this.#command.module && this.#places.has(`${module}.${anf.name}`)) {
      this.#command.action = anf.name;
    }
  }

  #count(gasNow: number): void {
    const command = this.#command;
    if (command?.action === undefined) return;
    const { module, action } = command;
    const gas = gasNow - command.startGas;
    const name = `${module}.${action}`;
    const known = this.actions.get(name);
    if (known === undefined) {
      this.actions.set(name, { module, action, calls: 1, total: gas, least: gas, most: gas });
      return;
    }
    known.calls += 1;
    known.total += gas;
    known.least = Math.min(known.least, gas);
    known.most = Math.max(known.most, gas);
  }
}
