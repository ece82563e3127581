// Instructions that leave the machine: builtins, tables, events, and the commands and attempts of tests. What they
// charge is counted by kind, and what they give counts towards the heap (L31, L32).

import { assert } from "@juno/base";
import { abortWith } from "./abort.ts";
import { operand, store, valueAt, valuesAt } from "./current-instruction.ts";
import type { TestingEffects } from "./effects.ts";
import { HANDLERS_MAX } from "./limits.ts";
import type { Handler, MachineState } from "./machine-state.ts";
import { TABLE_OPERATIONS } from "./table-operations.ts";
import { UNIT } from "./value.ts";

const moduleName = (m: MachineState, number: number): string => m.image.linkage.modules[number]!.name;

export function builtin(m: MachineState): void {
  const record = m.image.linkage.builtins[operand(m, 3)]!;
  const args = valuesAt(m, 5);
  m.charging = "builtins";
  m.module = moduleName(m, operand(m, 4));
  const before = m.gas;
  m.charge(record.cost(args));
  const value = record.run(args, m);
  store(m, m.admit(value, before - m.gas), 6 + args.length);
}

export function table(m: MachineState): void {
  const args = valuesAt(m, 5);
  m.charging = "rows";
  const place = { module: moduleName(m, operand(m, 3)), table: operand(m, 4) };
  const before = m.gas;
  const value = m.effects.table(TABLE_OPERATIONS[operand(m, 2)]!, place, args, m);
  store(m, m.admit(value, before - m.gas), 6 + args.length);
}

export function emit(m: MachineState): void {
  m.charging = "events";
  const before = m.gas;
  m.effects.emit(valueAt(m, 2), m);
  store(m, m.admit(UNIT, before - m.gas), 3);
}

function beginHandler(m: MachineState, kind: Handler["kind"]): void {
  if (m.handlers.length === HANDLERS_MAX) abortWith("StackExceeded", { max: HANDLERS_MAX });
  const { presences } = testingOf(m);
  m.handlers.push({ kind, pc: m.pc, fp: m.fp, base: m.base, presences });
}

function testingOf(m: MachineState): TestingEffects {
  assert(m.effects.testing !== undefined, "commands and attempts stand in tests only");
  return m.effects.testing;
}

export function commandBegin(m: MachineState): void {
  beginHandler(m, "command");
  testingOf(m).begin(moduleName(m, operand(m, 1)));
  m.pc += 2;
}

export function commandEnd(m: MachineState): void {
  m.handlers.pop();
  testingOf(m).end(true);
  m.pc += 1;
}

export function attemptBegin(m: MachineState): void {
  beginHandler(m, "attempt");
  m.pc += 3;
}

/** What was attempted did not fail. */
export function attemptEnd(m: MachineState): void {
  m.handlers.pop();
  store(m, "", 2);
}

/**
 * Undoes the commands that the error ends, up to the attempt it ends: there the machine goes on with the error's
 * name. Without an attempt, or if the error is not `catchable`, all are undone and the answer is false.
 */
export function unwind(m: MachineState, error: string, catchable: boolean): boolean {
  for (let handler = m.handlers.pop(); handler !== undefined; handler = m.handlers.pop()) {
    if (handler.kind === "command") testingOf(m).end(false);
    else if (catchable) {
      testingOf(m).releaseTo(handler.presences);
      m.fp = handler.fp;
      m.base = handler.base;
      m.pc = handler.pc;
      m.stack[m.base + operand(m, 1)] = error;
      m.pc = operand(m, 2);
      return true;
    }
  }
  return false;
}
