// The machine: runs a function of an image on arguments, under a gas limit, with the world behind Effects. It
// can pause between any two instructions and go on. How it ends is a value: a result, or the error that
// ended the transaction, with its place. An exception that is no abort is a bug and goes on (L32).

import { assert } from "@juno/base";
import { Abort, type Failure, OutOfGas, outOfGas, type RaisedError, TRACE_MAX } from "./abort.ts";
import { OPCODE_BITS } from "./bytecode.ts";
import { execute } from "./execute.ts";
import { unwind } from "./foreign.ts";
import type { GasByKind } from "./gas.ts";
import { functionAt } from "./image.ts";
import { STACK_SLOTS_FIRST, STACK_SLOTS_MAX, slotsFor } from "./limits.ts";
import { FRAME_WORDS, MachineState } from "./machine-state.ts";
import type { Outcome, Start } from "./outcome.ts";

export class Machine {
  readonly state: MachineState;
  #outcome: Outcome = { kind: "running" };

  /** A machine at rest in the given state: a fresh one, or one that was suspended. */
  constructor(state: MachineState) {
    this.state = state;
  }

  static start({ image, fn, args, effects, gasLimit }: Start): Machine {
    assert(Number.isSafeInteger(gasLimit) && gasLimit >= 0, "a gas limit is a count");
    const { number, anf } = image.linkage.functionOf(fn);
    assert(anf.parameters === args.length && anf.captures === 0, `${fn.name} gets all its arguments`);
    const state = new MachineState(image, effects, gasLimit);
    assert(anf.slots <= STACK_SLOTS_MAX, "a frame fits the stack");
    state.growStack(slotsFor(STACK_SLOTS_FIRST, anf.slots));
    for (const [slot, value] of args.entries()) state.stack[slot] = value;
    state.pc = image.entries[number]!;
    return new Machine(state);
  }

  get gasUsed(): number {
    return this.state.gasLimit - this.state.gas;
  }

  get gasByKind(): GasByKind {
    return this.state.gasByKind;
  }

  /** Runs until the program has ended, or about `slice` gas is used; at least one instruction. */
  run(slice: number = Number.POSITIVE_INFINITY): Outcome {
    if (this.#outcome.kind !== "running") return this.#outcome;
    const { state } = this;
    state.floor = Math.max(0, state.gas - Math.max(slice, this.#nextGas()));
    for (;;) {
      const outcome = this.#advance();
      if (outcome === undefined) continue;
      this.#outcome = outcome;
      return outcome;
    }
  }

  /** The gas of the instruction that comes next. */
  #nextGas(): number {
    return this.state.image.bytecode.words[this.state.pc]! >>> OPCODE_BITS;
  }

  /** L13: the one place where aborts are caught. Undefined: by an attempt, and the program goes on. */
  #advance(): Outcome | undefined {
    const { state } = this;
    try {
      execute(state);
      if (state.result !== undefined) return { kind: "done", value: state.result };
      if (this.#nextGas() > state.gas) throw new OutOfGas();
      return { kind: "running" };
    } catch (thrown) {
      if (thrown instanceof OutOfGas) return this.#exhausted();
      if (!(thrown instanceof Abort)) throw thrown;
      const failure = this.#failureOf(thrown.raised);
      return unwind(state, failure.error, true) ? undefined : { kind: "failed", failure };
    }
  }

  /** L31: what cannot be paid uses up the rest, and no attempt survives it. */
  #exhausted(): Outcome {
    const failure = this.#failureOf(outOfGas(this.state.gasLimit));
    this.state.gas = 0;
    unwind(this.state, failure.error, false);
    return { kind: "failed", failure };
  }

  #failureOf(raised: RaisedError): Failure {
    const { image, pc, fp, frames } = this.state;
    const { module, anf } = functionAt(image, pc);
    const trace = [`${module}.${anf.name}`];
    for (let at = fp - FRAME_WORDS; at >= 0 && trace.length < TRACE_MAX; at -= FRAME_WORDS) {
      const caller = functionAt(image, frames[at]! - 1);
      trace.push(`${caller.module}.${caller.anf.name}`);
    }
    const offset = image.bytecode.positions[pc]!;
    return { ...raised, at: { module, function: anf.name, offset }, trace };
  }
}
