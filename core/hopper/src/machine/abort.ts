// How running code fails (L13): a transaction ends with an error value, of the program or of the machine
// itself. Inside a machine an abort travels as an exception of a class of its own, caught in one place;
// outside it is a value. Any other exception is a bug and is not caught.

import { BUILT_IN_ERRORS } from "../builtins/errors.ts";
import type { Construct, Value } from "./value.ts";

/** Facts of a built-in error, by name. */
export type Facts = Readonly<Record<string, string | number>>;

/** An error with its fields: in the order of its declaration, or by name if the machine or a builtin raised it. */
export type RaisedError = {
  /** Full name: `demo.bank.Insufficient`; a built-in one has no module: `RowMissing`. */
  readonly error: string;
  readonly fields:
    | { readonly kind: "declared"; readonly values: readonly Value[] }
    | { readonly kind: "built-in"; readonly facts: Facts };
};

/** Where in a source: `offset` is that of the expression's start. */
export type Place = { readonly module: string; readonly function: string; readonly offset: number };

export type Failure = RaisedError & {
  readonly at: Place;
  /** Full names of the functions that had not returned, innermost first; at most `TRACE_MAX`. */
  readonly trace: readonly string[];
};

export const TRACE_MAX = 16;

/** Ends the command, or the attempt around it. Never leaves a machine. */
export class Abort {
  readonly raised: RaisedError;

  constructor(raised: RaisedError) {
    this.raised = raised;
  }
}

/** Ends the command whatever is around it: there is no gas left to go on with. Never leaves a machine. */
export class OutOfGas {}

export function abortWith(error: string, facts: Facts): never {
  throw new Abort({ error, fields: { kind: "built-in", facts } });
}

/** The error whose layout (value.ts) the program made; a built-in one looks as if the machine had raised it. */
export function declaredError(value: Value): RaisedError {
  const [name, ...values] = (value as Construct).fields;
  const error = name as string;
  const builtIn = BUILT_IN_ERRORS.get(error);
  if (builtIn === undefined) return { error, fields: { kind: "declared", values } };
  const facts = Object.fromEntries(
    builtIn.fields.map((field, at) => [field.name, values[at] as string | number]),
  );
  return { error, fields: { kind: "built-in", facts } };
}

export const outOfGas = (limit: number): RaisedError => ({
  error: "OutOfGas",
  fields: { kind: "built-in", facts: { limit } },
});
