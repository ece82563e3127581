// Checks a value against a schema of the contract and says in a sentence what is wrong. Server and
// client use the same check, so neither accepts what the published contract does not describe.

import { err, ok, type Refusal, type Result } from "@juno/base";
import type { Static, TSchema } from "typebox";
import { Compile, type Validator } from "typebox/schema";

const validators = new WeakMap<TSchema, Validator>();

function validatorOf(schema: TSchema): Validator {
  let validator = validators.get(schema);
  if (validator === undefined) {
    validator = Compile(schema);
    validators.set(schema, validator);
  }
  return validator;
}

/** Where in the value, in words; the whole value is called `body`. */
const placeOf = (instancePath: string): string => instancePath.slice(1).replaceAll("/", ".") || "the value";

function sentenceOf(fault: { instancePath: string; keyword: string; message: string }): string {
  // A member that the schema does not name fails against the schema `false`.
  const message = fault.keyword === "boolean" ? "is not known here" : fault.message;
  return `${placeOf(fault.instancePath)} ${message}`;
}

/** A10: refused values name the first place that does not fit. */
export function checkShape<T extends TSchema>(schema: T, value: unknown): Result<Static<T>, Refusal> {
  const validator = validatorOf(schema);
  if (validator.Check(value)) return ok(value as Static<T>);
  // A union reports every branch that failed; the deepest place is the one the sender meant.
  const [, [first, ...rest]] = validator.Errors(value);
  let worst = first;
  for (const error of rest) {
    if (worst === undefined || error.instancePath.length > worst.instancePath.length) worst = error;
  }
  return err({ code: "malformed", detail: worst === undefined ? "does not fit" : sentenceOf(worst) });
}

/** A50: the same, but for members that the schema does not name: whoever sent them is of a newer version. */
export function tolerant<T extends TSchema>(schema: T): T {
  const open = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(open);
    if (typeof part !== "object" || part === null) return part;
    const kept = Object.entries(part).filter(([name, value]) => {
      return name !== "additionalProperties" || value !== false;
    });
    return Object.fromEntries(kept.map(([name, value]) => [name, open(value)]));
  };
  return open(schema) as T;
}
