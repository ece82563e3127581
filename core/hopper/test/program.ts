// A body with parameters, written by hand, and what the usage pass says of it.

import type { Diagnostic } from "../src/diagnostic/diagnostic.ts";
import type { Binder, Quantity, Term, Variable } from "../src/kernel/term.ts";
import { checkUsage } from "../src/kernel/usage.ts";
import { TermWriter } from "./terms.ts";

export class Program extends TermWriter {
  readonly binders: Binder[] = [];

  param(name: string, quantity: Quantity = "1", type?: string): Variable {
    const variable = this.variable(name, type ?? (quantity === "1" ? "Coin<USD>" : "Text"));
    this.binders.push(this.binder(variable, quantity));
    return variable;
  }

  binder(variable: Variable, quantity: Quantity = "1"): Binder {
    return { variable, quantity, type: this.term({ kind: "meta", id: 0 }) };
  }

  /** A linear binder's variable with its binder. */
  linearBinder(name: string): [Variable, Binder] {
    const variable = this.variable(name);
    return [variable, this.binder(variable)];
  }
}

export type Write = (p: Program) => Term;

export function check(write: Write): Diagnostic[] {
  const program = new Program();
  const body = write(program);
  return checkUsage({ binders: program.binders, body }, program.context());
}

/** A condition that is Data. */
export const some = (p: Program): Term => p.term({ kind: "literal", value: true }, "paid == total");
