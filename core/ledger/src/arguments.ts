// Arguments of a call or a query (C14, rule 12 of the language's section 5a): JSON by parameter name, read by the shapes
// that the checker found. Coins never come in (L2). What does not fit ends the action with an error value that
// names the argument.

import { assert, isJsonObject, type Json } from "@juno/base";
import { type Entry, fromJson, type ShapeScope, type Value } from "@juno/hopper";
import { Abort } from "./contract-error.ts";

const badArgument = (argument: string, expected: string): Abort =>
  new Abort({ name: "BadArgument", fields: { argument, expected } });

/** `via` and `[2].name` together. */
const placeIn = (parameter: string, path: string): string =>
  path === "" || path.startsWith("[") ? `${parameter}${path}` : `${parameter}.${path}`;

/** The values in the order of the parameters: each parameter's, and no others. */
export function readArguments({ parameters }: Entry, scope: ShapeScope, args: Json): Value[] {
  if (!isJsonObject(args)) throw badArgument("args", "an object");
  const values = parameters.map(({ name, shape }) => {
    const json = args.get(name);
    if (json === undefined) throw new Abort({ name: "MissingArgument", fields: { argument: name } });
    const value = fromJson(shape, scope, json, "refuse");
    if (!value.ok) throw badArgument(placeIn(name, value.error.path), value.error.expected);
    return value.value;
  });
  if (values.length < args.size) {
    const argument = [...args.keys()].find((known) => !parameters.some(({ name }) => name === known));
    assert(argument !== undefined, "a name more than there are parameters is none of theirs");
    throw new Abort({ name: "UnknownArgument", fields: { argument } });
  }
  return values;
}
