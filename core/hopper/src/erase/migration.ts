// L45: what the ledger runs for each old row of a table that changes its form: a new row is made of it, asked about like any
// that is written, and put in its place.

import { FunctionBuilder, type Lowering, returning, UNIT_ATOM } from "./function-builder.ts";
import { askInvariants } from "./invariants.ts";

/** Adds the function (key, old row) → {}, whose name it gives. `fn` makes a row of a row. */
export function lowerMigration(
  lowering: Lowering,
  migration: { readonly table: string; readonly fn: string; readonly at: number },
): string {
  const { table: name, fn, at } = migration;
  const { module, globals } = lowering;
  const table = { module, name };
  const builder = new FunctionBuilder(lowering, `replace$${name}`);
  const [key, old] = [builder.receiveNameless(), builder.receiveNameless()];
  const body = builder.body(() => {
    const row = builder.push({ kind: "call", fn: { module, name: fn }, args: [old] }, at);
    askInvariants(builder, { table, at }, row);
    const { index } = globals.table(table);
    builder.push({ kind: "table", operation: "put", table: index, args: [key, row] }, at);
    return returning(UNIT_ATOM);
  });
  lowering.functions.push({ name: builder.name, parameters: 2, captures: 0, slots: builder.slots, body });
  return builder.name;
}
