// Entering and leaving functions: calls, closures, tail calls, returns. A frame's window begins where its caller's
// ends; a tail call's where its own begins, so that it takes no stack (L30). Room is made before anything
// is written, so that a machine whose stack is full fails where it stands (L32).

import { assert } from "@juno/base";
import { operand, valueAt, valuesAt } from "./current-instruction.ts";
import { ARGUMENT_GAS } from "./gas.ts";
import { FRAME_WORDS, type MachineState } from "./machine-state.ts";
import { passArguments } from "./operands.ts";
import type { Closure } from "./value.ts";

function makeRoom(m: MachineState, top: number): void {
  if (top > m.stack.length) m.extendStack(top);
}

/** From here the callee runs, and returns to `resume`. */
function enter(m: MachineState, entry: number, window: number, resume: number): void {
  m.frames[m.fp] = resume;
  m.frames[m.fp + 1] = m.base;
  m.fp += FRAME_WORDS;
  m.base += window;
  m.pc = entry;
}

export function call(m: MachineState): void {
  const { words, constants } = m.image.bytecode;
  const window = operand(m, 2);
  makeRoom(m, m.base + operand(m, 3));
  if (m.fp === m.frames.length) m.extendFrames();
  passArguments(m.stack, constants, words, m.pc + 4, m.base, m.base + window);
  enter(m, operand(m, 1), window, m.pc + 6 + operand(m, 4));
}

/** The closure at the offset, with the gas for its captures paid. */
function closureFor(m: MachineState, offset: number, args: number): Closure {
  const closure = valueAt(m, offset) as Closure;
  m.pay(ARGUMENT_GAS * closure.captures.length);
  const { anf } = m.image.linkage.functions[closure.fn]!;
  assert(anf.parameters === args, "a closure is applied to as many arguments as it has parameters");
  return closure;
}

/** Captures stand behind the arguments. */
function passCaptures(m: MachineState, { captures }: Closure, to: number): void {
  for (let i = 0; i < captures.length; i++) m.stack[to + i] = captures[i]!;
}

export function apply(m: MachineState): void {
  const { words, constants } = m.image.bytecode;
  const count = operand(m, 3);
  const closure = closureFor(m, 1, count);
  const window = operand(m, 2);
  const callee = m.base + window;
  makeRoom(m, callee + m.image.windows[closure.fn]!);
  if (m.fp === m.frames.length) m.extendFrames();
  passArguments(m.stack, constants, words, m.pc + 3, m.base, callee);
  passCaptures(m, closure, callee + count);
  enter(m, m.image.entries[closure.fn]!, window, m.pc + 5 + count);
}

export function tailCall(m: MachineState): void {
  const args = valuesAt(m, 3);
  makeRoom(m, m.base + operand(m, 2));
  for (let i = 0; i < args.length; i++) m.stack[m.base + i] = args[i]!;
  m.pc = operand(m, 1);
}

export function tailApply(m: MachineState): void {
  const args = valuesAt(m, 2);
  const closure = closureFor(m, 1, args.length);
  makeRoom(m, m.base + m.image.windows[closure.fn]!);
  for (let i = 0; i < args.length; i++) m.stack[m.base + i] = args[i]!;
  passCaptures(m, closure, m.base + args.length);
  m.pc = m.image.entries[closure.fn]!;
}

/** Out of the outermost function: the program has ended. */
export function finish(m: MachineState): void {
  m.result = valueAt(m, 1);
}
