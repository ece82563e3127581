// Validates requests by the schemas of the contract and nothing else. Bodies are never coerced;
// paths and query strings are text by nature, so whole numbers in them are read as such when their
// schema asks for an integer, in one spelling only.

import { checkShape, type TSchema } from "@juno/api";
import type { FastifySchemaCompiler } from "fastify";

const WHOLE = /^(0|[1-9][0-9]{0,15})$/;

function integerNames(schema: TSchema): ReadonlySet<string> {
  const { properties } = schema as { properties?: Record<string, { type?: string }> };
  const names = Object.entries(properties ?? {}).filter(([, { type }]) => type === "integer");
  return new Set(names.map(([name]) => name));
}

/** A10: the first fault, in the words that the problem document shows. */
export class ShapeFault extends Error {
  readonly statusCode = 400;
}

export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const integers = httpPart === "body" ? new Set<string>() : integerNames(schema);
  return (value: unknown) => {
    const read = integers.size === 0 ? value : withIntegers(value, integers);
    const checked = checkShape(schema, read);
    return checked.ok ? { value: checked.value } : { error: new ShapeFault(checked.error.detail) };
  };
};

function withIntegers(value: unknown, integers: ReadonlySet<string>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]: [string, unknown]) => {
    const whole = integers.has(name) && typeof member === "string" && WHOLE.test(member);
    return [name, whole ? Number(member) : member];
  });
  return Object.fromEntries(members);
}
