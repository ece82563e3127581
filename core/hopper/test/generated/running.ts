// A generated program on the machine, on the reference interpreter, and on a machine that is cut, written down and taken
// up elsewhere: what each of them shows of one command.

import { createHash } from "node:crypto";
import { assert, decodeWith, Hash, parseJsonText, type Sha256, Writer } from "@juno/base";
import type { CompiledModule } from "../../src/compile.ts";
import { fromJson } from "../../src/machine/border/read.ts";
import { interpret } from "../../src/machine/cek.ts";
import type { CommandEffects } from "../../src/machine/command-effects.ts";
import type { GasByKind } from "../../src/machine/gas.ts";
import { imageHash } from "../../src/machine/image-hash.ts";
import type { Ended } from "../../src/machine/outcome.ts";
import { readEffectsState, writeEffectsState } from "../../src/machine/state/effects-state.ts";
import { readMachine, writeMachine } from "../../src/machine/suspend.ts";
import type { Value } from "../../src/machine/value.ts";
import type { Machine } from "../../src/machine/vm.ts";
import { SessionState } from "../../src/session/session-state.ts";
import { ProgramImage } from "../../src/testing/program-image.ts";

const sha256: Sha256 = (bytes) => Hash(new Uint8Array(createHash("sha256").update(bytes).digest()));

export type Command = {
  readonly entry: string;
  readonly args: Record<string, unknown>;
  readonly signers: readonly string[];
  readonly gasLimit: number;
  /** Gas between two cuts. */
  readonly slices: readonly number[];
};

/** All that can be seen of a command. */
export type Shown = {
  readonly ended: Ended;
  readonly gas: GasByKind;
  readonly changes: ReturnType<CommandEffects["changes"]>;
  readonly events: ReturnType<CommandEffects["events"]>;
  readonly supply: ReturnType<CommandEffects["supplyChanges"]>;
};

export class GeneratedRun {
  readonly #program: ProgramImage;
  readonly #module: CompiledModule;
  readonly #hash: Hash;
  state = new SessionState();

  constructor(module: CompiledModule) {
    this.#module = module;
    this.#program = new ProgramImage([module]);
    this.#hash = imageHash(this.#program.image, sha256);
  }

  #effects({ signers }: Command): CommandEffects {
    return this.#program.effects({ world: this.state.world(sha256, signers), entry: this.#module.name });
  }

  #start(command: Command, effects: CommandEffects) {
    const { code } = this.#module;
    const entry = [...code.actions, ...code.queries].find(({ name }) => name === command.entry);
    assert(entry !== undefined, `there is ${command.entry}`);
    const args = entry.parameters.map(({ name, shape }): Value => {
      const json = parseJsonText(JSON.stringify(command.args[name]));
      assert(json.ok, "an argument is JSON");
      const value = fromJson(shape, effects.scope, json.value, "refuse");
      assert(value.ok, `${JSON.stringify(command.args[name])} is an argument`);
      return value.value;
    });
    const fn = { module: this.#module.name, name: entry.fn };
    return { fn, args, effects, gasLimit: command.gasLimit };
  }

  constant(name: string): Ended {
    const world = this.state.world(sha256, []);
    const effects = this.#program.effects({ world, entry: this.#module.name });
    const fn = { module: this.#module.name, name };
    const ended = this.#program.start({ fn, args: [], effects, gasLimit: 1_000_000 }).run();
    assert(ended.kind !== "running", "a machine without slices runs to its end");
    return ended;
  }

  onMachine(command: Command): Shown {
    const effects = this.#effects(command);
    const machine = this.#program.start(this.#start(command, effects));
    const ended = machine.run();
    assert(ended.kind !== "running", "a machine without slices runs to its end");
    if (ended.kind === "done") effects.assertConserved();
    return shown(ended, machine.gasByKind, effects);
  }

  onReference(command: Command): Shown {
    const effects = this.#effects(command);
    const { ended, gas } = interpret({ ...this.#start(command, effects), image: this.#program.image });
    return shown(ended, gas, effects);
  }

  /** L34: through bytes at every cut, on effects of its own each time. */
  inSlices(command: Command): { readonly shown: Shown; readonly cuts: number } {
    let effects = this.#effects(command);
    let machine = this.#program.start(this.#start(command, effects));
    for (let cuts = 0; ; cuts++) {
      const ended = machine.run(command.slices[cuts % command.slices.length]);
      if (ended.kind !== "running") return { shown: shown(ended, machine.gasByKind, effects), cuts };
      const bytes = this.#written(machine, effects);
      effects = this.#effects(command);
      machine = this.#revived(bytes, effects);
      assert(
        Buffer.compare(bytes, this.#written(machine, effects)) === 0,
        "what was read is written the same",
      );
    }
  }

  #written(machine: Machine, effects: CommandEffects): Uint8Array {
    const writer = new Writer();
    writeMachine(writer, machine, this.#hash);
    writeEffectsState(writer, effects.state());
    return writer.finish();
  }

  #revived(bytes: Uint8Array, effects: CommandEffects): Machine {
    const { image } = this.#program;
    const read = decodeWith(bytes, (reader) => {
      const machine = readMachine(reader, { image, hash: this.#hash, effects });
      effects.resume(readEffectsState(reader));
      return machine;
    });
    assert(read.ok, "what was written can be read");
    return read.value;
  }

  /** The state after the command; the same if it failed. */
  keep({ changes, supply }: Shown): void {
    this.state = this.state.after({ time: this.state.time, changes, supply });
  }
}

function shown(ended: Ended, gas: GasByKind, effects: CommandEffects): Shown {
  if (ended.kind === "failed") return { ended, gas, changes: [], events: [], supply: [] };
  const [changes, events, supply] = [effects.changes(), [...effects.events()], effects.supplyChanges()];
  return { ended, gas, changes, events, supply };
}
