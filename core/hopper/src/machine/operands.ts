// How instructions get at values: reading operands, handing arguments to a frame, and arithmetic on safe
// numbers. Small functions that the host inlines into the machine's loop. An undefined result
// means: not here, the builtin itself must say.

import type { Construct, Value } from "./value.ts";

/** A slot of the frame at `base`, or a constant. */
export function read(
  stack: readonly Value[],
  constants: readonly Value[],
  base: number,
  operand: number,
): Value {
  return operand >= 0 ? stack[base + operand]! : constants[~operand]!;
}

/** Where a switch goes on: the places by tag stand behind the one for all other tags. */
export function armOf({ tag }: Construct, code: Int32Array, pc: number): number {
  return tag < code[pc + 2]! ? code[pc + 4 + tag]! : code[pc + 3]!;
}

export function fieldOf(construct: Value, index: number): Value {
  return (construct as Construct).fields[index]!;
}

/** Copies the counted operands at `at` from the frame at `base` to slots from `to` on, first to last. */
export function passArguments(
  stack: Value[],
  constants: readonly Value[],
  code: Int32Array,
  at: number,
  base: number,
  to: number,
): void {
  const count = code[at]!;
  for (let i = 0; i < count; i++) stack[to + i] = read(stack, constants, base, code[at + 1 + i]!);
}

/** The counted operands at `at`. */
export function gather(
  stack: readonly Value[],
  constants: readonly Value[],
  code: Int32Array,
  at: number,
  base: number,
): Value[] {
  switch (code[at]!) {
    case 1:
      return [read(stack, constants, base, code[at + 1]!)];
    case 2:
      return [read(stack, constants, base, code[at + 1]!), read(stack, constants, base, code[at + 2]!)];
    case 3:
      return [
        read(stack, constants, base, code[at + 1]!),
        read(stack, constants, base, code[at + 2]!),
        read(stack, constants, base, code[at + 3]!),
      ];
    default: {
      const values: Value[] = [];
      for (let i = at + 1; i <= at + code[at]!; i++) values.push(read(stack, constants, base, code[i]!));
      return values;
    }
  }
}

/** The one form of a safe integer; what may have been rounded is not safe. */
const safe = (value: number): number | undefined =>
  value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER ? value : undefined;

/** Arithmetic on safe numbers, by opcode, on the two operands from `at` on. */
export function arithmetic(
  opcode: number,
  stack: readonly Value[],
  constants: readonly Value[],
  code: Int32Array,
  at: number,
  base: number,
): Value | undefined {
  const x = read(stack, constants, base, code[at]!);
  const y = read(stack, constants, base, code[at + 1]!);
  if (typeof x !== "number" || typeof y !== "number") return undefined;
  switch (opcode) {
    case 16: // add
      return safe(x + y);
    case 17: // subtract
      return safe(x - y);
    case 18: // subtractNat
      return x < y ? undefined : safe(x - y);
    case 19: // multiply; there is one zero
      return safe(x * y + 0);
    case 20: // less
      return x < y;
    case 21: // lessOrEqual
      return x <= y;
    case 22: // greater
      return x > y;
    case 23: // greaterOrEqual
      return x >= y;
    default: // equal
      return x === y;
  }
}
