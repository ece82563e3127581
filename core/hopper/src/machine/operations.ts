// Instructions that the machine's loop leaves to others: what is rare, what may fail, and frames that need more
// room. Each finds the registers written back, does one instruction and sets them for the next. Whatever
// fails, fails with `pc` still at the instruction.

import { assert } from "@juno/base";
import { Abort, declaredError } from "./abort.ts";
import { OPCODE } from "./bytecode.ts";
import { operand, store, valueAt, valuesAt } from "./current-instruction.ts";
import { attemptBegin, attemptEnd, builtin, commandBegin, commandEnd, emit, table } from "./foreign.ts";
import { apply, call, finish, tailApply, tailCall } from "./frames.ts";
import { closureWords, constructWords, listWords } from "./gas.ts";
import type { MachineState } from "./machine-state.ts";
import { PersistentList } from "./persistent-list.ts";
import { Closure, Construct } from "./value.ts";

/** Does the instruction at `pc`, whose gas is paid. */
export function perform(m: MachineState, opcode: number): void {
  switch (opcode) {
    case OPCODE.construct:
      return construct(m);
    case OPCODE.apply:
      return apply(m);
    case OPCODE.builtin:
      return builtin(m);
    case OPCODE.tailCallCrossed:
    case OPCODE.tailCall:
      return tailCall(m);
    case OPCODE.call:
      return call(m);
    case OPCODE.tailApply:
      return tailApply(m);
    case OPCODE.closure:
      return closure(m);
    case OPCODE.list:
      return list(m);
    case OPCODE.tag:
      return store(m, (valueAt(m, 2) as Construct).tag, 3);
    case OPCODE.table:
      return table(m);
    case OPCODE.return:
      return finish(m);
    default:
      // What the loop could not add or compare is the builtin's.
      return opcode < OPCODE.apply ? builtin(m) : performRare(m, opcode);
  }
}

function performRare(m: MachineState, opcode: number): void {
  switch (opcode) {
    case OPCODE.jump:
      m.pc = operand(m, 1);
      return;
    case OPCODE.sparseSwitch:
      return sparseSwitch(m);
    case OPCODE.abort:
      throw new Abort(declaredError(valueAt(m, 1)));
    case OPCODE.emit:
      return emit(m);
    case OPCODE.commandBegin:
      return commandBegin(m);
    case OPCODE.commandEnd:
      return commandEnd(m);
    case OPCODE.attemptBegin:
      return attemptBegin(m);
    case OPCODE.attemptEnd:
      return attemptEnd(m);
    default:
      assert(false, "a switch has an arm for every tag");
  }
}

function construct(m: MachineState): void {
  const fields = valuesAt(m, 3);
  m.allocate(constructWords(fields.length));
  store(m, m.checked(new Construct(operand(m, 2), fields)), 4 + fields.length);
}

function closure(m: MachineState): void {
  const captures = valuesAt(m, 3);
  m.allocate(closureWords(captures.length));
  store(m, m.checked(new Closure(operand(m, 2), captures)), 4 + captures.length);
}

function list(m: MachineState): void {
  const items = valuesAt(m, 2);
  m.allocate(listWords(items.length));
  store(m, m.checked(PersistentList.of(items)), 3 + items.length);
}

function sparseSwitch(m: MachineState): void {
  const { words } = m.image.bytecode;
  const wanted = (valueAt(m, 1) as Construct).tag;
  const first = m.pc + 4;
  let low = 0;
  let high = operand(m, 2) - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const tag = words[first + 2 * middle]!;
    if (tag === wanted) {
      m.pc = words[first + 2 * middle + 1]!;
      return;
    }
    if (tag < wanted) low = middle + 1;
    else high = middle - 1;
  }
  m.pc = operand(m, 3);
}
