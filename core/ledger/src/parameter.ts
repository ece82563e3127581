// The parameters of a native module's actions and queries: their types as data, from which both the
// reading of arguments and the module's public description are made. What does not fit ends the
// action with an error value that names the argument.

import { isJsonObject, type Json, type JsonObject, readJson } from "@juno/base";
import { type Policy, readPolicy } from "@juno/proof";
import { Abort } from "./contract-error.ts";
import { type Currencies, type Money, parseMoney } from "./money.ts";

export type Parameter<T> = {
  /** As in the language that will replace native modules: "Text", "Money", "List<Text>". */
  readonly type: string;
  readonly optional: boolean;
  /** The value, or undefined if the JSON is not of the type. */
  readonly read: (json: Json, currencies: Currencies) => T | undefined;
};

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

export type Arguments<P extends Parameters> = {
  readonly [N in keyof P]: P[N] extends Parameter<infer T> ? T : never;
};

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.:@/]{0,63}$/;

const readName = (json: Json): string | undefined =>
  typeof json === "string" && NAME.test(json) ? json : undefined;

/** C14: 1 to 64 letters, digits and `_ . : @ /`; so no dash, no arrow, no comma, no space. */
export const nameParameter: Parameter<string> = { type: "Text", optional: false, read: readName };

export const namesParameter: Parameter<readonly string[]> = {
  type: "List<Text>",
  optional: false,
  read: (json) => {
    if (!Array.isArray(json)) return undefined;
    const names = json.map(readName);
    return names.every((name) => name !== undefined) ? names : undefined;
  },
};

export const moneyParameter: Parameter<Money> = {
  type: "Money",
  optional: false,
  read: (json, currencies) => (typeof json === "string" ? parseMoney(json, currencies) : undefined),
};

export const policyParameter: Parameter<Policy> = {
  type: "Policy",
  optional: false,
  read: (json) => {
    const policy = readJson(json, "bad_policy", readPolicy);
    return policy.ok ? policy.value : undefined;
  },
};

export const currencyParameter: Parameter<string> = {
  type: "Currency",
  optional: false,
  read: (json, currencies) => (typeof json === "string" && currencies.has(json) ? json : undefined),
};

export const countParameter = (max: number): Parameter<number> => ({
  type: "Nat",
  optional: false,
  read: (json) => (typeof json === "number" && json >= 1 && json <= max ? json : undefined),
});

export const optional = <T>(parameter: Parameter<T>): Parameter<T | undefined> => ({
  ...parameter,
  optional: true,
});

/** The arguments by name: each parameter's, and no others. */
export function readArguments<P extends Parameters>(
  place: { readonly module: string; readonly currencies: Currencies },
  parameters: P,
  args: Json,
): Arguments<P> {
  const { module, currencies } = place;
  if (!isJsonObject(args))
    throw new Abort(module, "BadArgument", { argument: "args", expected: "an object" });
  // The names are the module's own, never the command's, so a plain object is safe here.
  const values: Record<string, unknown> = {};
  let read = 0;
  for (const name in parameters) {
    const parameter = parameters[name]!;
    const json = args.get(name);
    if (json === undefined) {
      if (!parameter.optional) throw new Abort(module, "MissingArgument", { argument: name });
      continue;
    }
    const value = parameter.read(json, currencies);
    if (value === undefined) {
      throw new Abort(module, "BadArgument", { argument: name, expected: parameter.type });
    }
    values[name] = value;
    read += 1;
  }
  if (read < args.size)
    throw new Abort(module, "UnknownArgument", { argument: unknownName(parameters, args) });
  return values as Arguments<P>;
}

/** The first name, in the payload's order, that is no parameter. */
function unknownName(parameters: Parameters, args: JsonObject): string {
  for (const name of args.keys()) if (!Object.hasOwn(parameters, name)) return name;
  return "?";
}
