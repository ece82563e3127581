// A machine run step by step, telling what it does: it is paused before every instruction, which changes neither its outcome nor
// its gas (vm.ts), and its effects are listened to. Whoever does not trace runs the machine as ever, and pays nothing.

import { assert } from "@juno/base";
import type { Place } from "../machine/abort.ts";
import { OPCODE, OPCODE_MASK } from "../machine/bytecode.ts";
import type { CommandEffects } from "../machine/command-effects.ts";
import { valueAt } from "../machine/current-instruction.ts";
import { declarationsOf } from "../machine/declarations.ts";
import type { Effects } from "../machine/effects.ts";
import { functionAt } from "../machine/image.ts";
import type { LinkedFunction } from "../machine/linkage.ts";
import { FRAME_WORDS, type MachineState } from "../machine/machine-state.ts";
import type { Outcome } from "../machine/outcome.ts";
import type { Program } from "../machine/program.ts";
import type { Value } from "../machine/value.ts";
import type { Machine } from "../machine/vm.ts";
import { placeOf } from "../testing/failed-places.ts";
import { type Closure, Signatures } from "./signatures.ts";
import type { TraceDeed, TraceSink } from "./trace-step.ts";
import { TracedEffects } from "./traced-effects.ts";

/** Places that are told of one step. */
const PLACES_MAX = 16;

const CALLS: ReadonlySet<number> = new Set([OPCODE.call, OPCODE.apply]);
const TAIL_CALLS: ReadonlySet<number> = new Set([OPCODE.tailCall, OPCODE.tailCallCrossed, OPCODE.tailApply]);

export class TracedRun {
  /** What the machine must be started with. */
  readonly effects: Effects;
  readonly #signatures: Signatures;
  readonly #sink: TraceSink;
  /** Functions that have not returned, innermost last. */
  readonly #open: LinkedFunction[] = [];
  #depth = 0;
  #machine: Machine | undefined;

  /** `closure`: the deployed modules of the program. */
  constructor(parts: {
    readonly program: Program;
    readonly closure: Closure;
    readonly effects: CommandEffects;
    readonly sink: TraceSink;
  }) {
    const { program, closure, effects, sink } = parts;
    this.#signatures = new Signatures(closure, effects.scope);
    this.#sink = sink;
    this.effects = new TracedEffects(effects, declarationsOf(program.codes), (deed) => this.#noteHere(deed));
  }

  /** Runs the machine to its end. */
  run(machine: Machine): Outcome {
    this.#machine = machine;
    const { state } = machine;
    this.#enter(state);
    for (;;) {
      const opcode = state.image.bytecode.words[state.pc]! & OPCODE_MASK;
      const returned = opcode === OPCODE.return ? valueAt(state, 1) : undefined;
      const outcome = machine.run(0);
      if (outcome.kind === "failed") {
        this.#noteHere({ kind: "abort", error: outcome.failure.error });
        return outcome;
      }
      if (returned !== undefined) this.#leave(returned);
      if (outcome.kind === "done") return outcome;
      if (TAIL_CALLS.has(opcode)) this.#close();
      if (CALLS.has(opcode) || TAIL_CALLS.has(opcode)) this.#enter(state);
    }
  }

  /** The machine stands at a function's beginning, with its arguments in its window. */
  #enter(state: MachineState): void {
    const linked = functionAt(state.image, state.pc);
    this.#open.push(linked);
    if (!this.#signatures.isDeployed(linked)) return;
    const { module, anf } = linked;
    const values = state.stack.slice(state.base, state.base + anf.parameters);
    const start = this.#signatures.startOf(linked);
    const places = start === undefined ? [] : [{ module, function: anf.name, offset: start }];
    this.#note({ kind: "enter", module, fn: anf.name, args: this.#signatures.args(linked, values) }, places);
    this.#depth += 1;
  }

  #close(): LinkedFunction {
    const linked = this.#open.pop();
    assert(linked !== undefined, "a function returns that was entered");
    if (this.#signatures.isDeployed(linked)) this.#depth -= 1;
    return linked;
  }

  #leave(returned: Value): void {
    const linked = this.#close();
    if (!this.#signatures.isDeployed(linked)) return;
    const value = this.#signatures.result(linked, returned);
    this.#note({ kind: "leave", module: linked.module, fn: linked.anf.name, value }, []);
  }

  #noteHere(deed: TraceDeed): void {
    this.#note(deed, placesIn(this.#machine!.state));
  }

  #note(deed: TraceDeed, places: readonly Place[]): void {
    this.#sink({ ...deed, depth: this.#depth, gas: this.#machine!.gasUsed, places });
  }
}

/** Where the machine stands, and the calls that have not returned. */
function placesIn({ image, pc, fp, frames }: MachineState): Place[] {
  const places = [placeOf(image, pc)];
  for (let at = fp - FRAME_WORDS; at >= 0 && places.length < PLACES_MAX; at -= FRAME_WORDS) {
    places.push(placeOf(image, frames[at]! - 1));
  }
  return places;
}
