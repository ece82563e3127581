// L59: what holds of every row is asked before it is written. A table's conditions are asked by one function that every
// write calls, so that the code does not grow with the product of writes and conditions.

import type { GlobalRef } from "../kernel/term.ts";
import type { Atom, End } from "../machine/anf.ts";
import { constant, FunctionBuilder, type Lowering, returning, UNIT_ATOM } from "./function-builder.ts";

const nameOf = (table: string): string => `invariants$${table}`;

/** Before the row is written to a table of the module. */
export function askInvariants(
  builder: FunctionBuilder,
  write: { readonly table: GlobalRef; readonly at: number },
  row: Atom,
): void {
  const { module, globals } = builder.lowering;
  if (globals.table(write.table).invariants.length === 0) return;
  const fn = { module, name: nameOf(write.table.name) };
  builder.push({ kind: "call", fn, args: [row] }, write.at);
}

/** The function (row) → {} that ends as `InvariantFailed` at the first condition that does not hold. */
export function lowerInvariants(
  lowering: Lowering,
  table: {
    readonly name: string;
    readonly at: number;
    readonly invariants: readonly { readonly fn: string; readonly clause: string }[];
  },
): void {
  const { name, at, invariants } = table;
  if (invariants.length === 0) return;
  const builder = new FunctionBuilder(lowering, nameOf(name));
  const row = builder.receiveNameless();
  const { module } = lowering;
  const body = builder.body(() => {
    for (const { fn, clause } of invariants) {
      const condition = builder.push({ kind: "call", fn: { module, name: fn }, args: [row] }, at);
      const then = builder.body(() => returning(UNIT_ATOM));
      const otherwise = builder.body((): End => {
        const fields = [constant("InvariantFailed"), constant(name), constant(clause)];
        const error = builder.push({ kind: "construct", tag: 0, fields }, at);
        return { kind: "abort", error, at };
      });
      builder.push({ kind: "branch", condition, then, else: otherwise }, at);
    }
    return returning(UNIT_ATOM);
  });
  lowering.functions.push({ name: builder.name, parameters: 1, captures: 0, slots: builder.slots, body });
}
