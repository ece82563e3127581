// The machine's loop. What programs do most stands here, with registers in locals and nothing allocated but what
// programs make; everything else is handed to operations.ts with the registers written back. A case that
// continues is done; one that breaks without a value is left to the slow way. Cases are the numbers of OPCODE.

import { OPCODE, OPCODE_BITS, OPCODE_MASK } from "./bytecode.ts";
import type { MachineState } from "./machine-state.ts";
import { arithmetic, armOf, fieldOf, passArguments, read } from "./operands.ts";
import { perform } from "./operations.ts";
import type { Construct, Value } from "./value.ts";

/** Runs until the program has a result, or its next instruction would go below the floor of gas. */
export function execute(m: MachineState): void {
  const { stack, floor } = m;
  const { words: code, constants } = m.image.bytecode;
  let { pc, base, fp, gas, frames } = m;
  for (;;) {
    const word = code[pc]!;
    gas -= word >>> OPCODE_BITS;
    if (gas < floor) return m.leave(pc, base, fp, gas + (word >>> OPCODE_BITS));
    let value: Value | undefined;
    switch (word & OPCODE_MASK) {
      case 0: // move
        stack[base + code[pc + 1]!] = read(stack, constants, base, code[pc + 2]!);
        pc += 3;
        continue;
      case 1: // give
        stack[base + code[pc + 1]!] = read(stack, constants, base, code[pc + 2]!);
        pc = code[pc + 3]!;
        continue;
      case 2: // branch
        pc = read(stack, constants, base, code[pc + 1]!) === false ? code[pc + 2]! : pc + 3;
        continue;
      case 3: // switch
        pc = armOf(read(stack, constants, base, code[pc + 1]!) as Construct, code, pc);
        continue;
      case 4: // field
        stack[base + code[pc + 1]!] = fieldOf(read(stack, constants, base, code[pc + 2]!), code[pc + 3]!);
        pc += 4;
        continue;
      case 5: // call
        if (fp === frames.length || base + code[pc + 3]! > stack.length) break;
        passArguments(stack, constants, code, pc + 4, base, base + code[pc + 2]!);
        frames[fp] = pc + 6 + code[pc + 4]!;
        frames[fp + 1] = base;
        fp += 2;
        base += code[pc + 2]!;
        pc = code[pc + 1]!;
        continue;
      case 6: // return
        if (fp === 0) break;
        fp -= 2;
        stack[frames[fp + 1]! + code[frames[fp]! - 1]!] = read(stack, constants, base, code[pc + 1]!);
        pc = frames[fp]!;
        base = frames[fp + 1]!;
        continue;
      case 7: // tailCall
        if (base + code[pc + 2]! > stack.length) break;
        passArguments(stack, constants, code, pc + 3, base, base);
        pc = code[pc + 1]!;
        continue;
      default:
        if ((word & OPCODE_MASK) < OPCODE.apply) {
          value = arithmetic(word & OPCODE_MASK, stack, constants, code, pc + 6, base);
        }
    }
    if (value !== undefined && gas >= code[pc + 2]!) {
      stack[base + code[pc + 1]!] = value;
      gas -= code[pc + 2]!;
      m.builtins += code[pc + 2]!;
      pc += 6 + code[pc + 5]!;
    } else {
      m.leave(pc, base, fp, gas);
      perform(m, word & OPCODE_MASK);
      if (m.result !== undefined) return;
      ({ pc, base, fp, gas, frames } = m);
    }
  }
}
