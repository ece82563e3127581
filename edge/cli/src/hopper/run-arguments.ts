// The arguments of an action as people type them: `name=value`, values in order, or one JSON object. Text needs no quotes;
// `@ann` is a policy that ann satisfies.

import { isJsonObject, type Json, type JsonObject, parseJsonText } from "@juno/base";
import { usage } from "../complaint.ts";

/** An action or a query, with types as they are written in its module. */
export type Callable = {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly result: { readonly type: string };
};

/** The type of what gives nothing. */
export const UNIT = "{}";

/** Types whose JSON is a text: what is typed for them is taken as it stands. */
const TEXTS = /^(?:Text|Bytes|Hash|Key|Time|Date|Percent|Decimal|Ratio|Money<.*>)$/;

/** `balance(name: Text) -> Money<USD>` */
export function signature({ name, parameters, result }: Callable): string {
  const head = `${name}(${parameters.map((one) => `${one.name}: ${one.type}`).join(", ")})`;
  return result.type === UNIT ? head : `${head} -> ${result.type}`;
}

/** The JSON of a policy that somebody of this name satisfies. */
export type PolicyOf = (name: string) => Json;

function jsonOf(text: string, type: string, policyOf: PolicyOf): Json {
  if (type === "Policy" && text.startsWith("@")) return policyOf(text.slice(1));
  if (TEXTS.test(type)) return text;
  const json = parseJsonText(text);
  // What is no JSON is a text: a constructor's name, for example.
  return json.ok ? json.value : text;
}

const NAMED = /^([a-z][A-Za-z0-9_]*)=([\s\S]*)$/;

export function readArguments(typed: readonly string[], callable: Callable, policyOf: PolicyOf): JsonObject {
  const { parameters } = callable;
  const [only] = typed;
  if (typed.length === 1 && only?.trimStart().startsWith("{")) {
    const json = parseJsonText(only);
    if (!json.ok || !isJsonObject(json.value)) throw usage(`${only} is no JSON object.`);
    const isWhole = [...json.value.keys()].every((key) => parameters.some(({ name }) => name === key));
    // Else it is the value of a single parameter.
    if (isWhole) return json.value;
  }
  const args = new Map<string, Json>();
  for (const [at, text] of typed.entries()) {
    const [, name, value] = NAMED.exec(text) ?? [];
    const byName = parameters.find((one) => one.name === name);
    const parameter = byName ?? parameters[at];
    if (parameter === undefined) {
      throw usage(`${callable.name} takes ${parameters.length} arguments: ${signature(callable)}`);
    }
    if (args.has(parameter.name)) throw usage(`${parameter.name} is given twice: ${signature(callable)}`);
    args.set(parameter.name, jsonOf(byName === undefined ? text : value!, parameter.type, policyOf));
  }
  return args;
}
