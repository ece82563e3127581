// The instruction at a machine's `pc`, for operations that are done outside the loop: its operands by their
// offset from the opcode, and how it ends.

import type { MachineState } from "./machine-state.ts";
import { gather, read } from "./operands.ts";
import type { Value } from "./value.ts";

export const operand = (m: MachineState, offset: number): number => m.image.bytecode.words[m.pc + offset]!;

export const valueAt = (m: MachineState, offset: number): Value =>
  read(m.stack, m.image.bytecode.constants, m.base, operand(m, offset));

/** The counted values whose count is at the offset. */
export const valuesAt = (m: MachineState, offset: number): Value[] =>
  gather(m.stack, m.image.bytecode.constants, m.image.bytecode.words, m.pc + offset, m.base);

/** Ends an instruction of `length` words that has a value; its destination is its first operand. */
export function store(m: MachineState, value: Value, length: number): void {
  m.stack[m.base + operand(m, 1)] = value;
  m.pc += length;
}
