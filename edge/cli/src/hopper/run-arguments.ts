// The arguments of an action as people type them: `name=value`, values in order, or one JSON object. Text needs no quotes;
// `@ann` is the policy of the made-up signer ann.

import { isJsonObject, type Json, type JsonObject, parseJsonText } from "@juno/base";
import { type Entry, signerKey } from "@juno/hopper";
import { usage } from "../complaint.ts";
import { sha256 } from "./sha256.ts";

/** The type of what gives nothing. */
export const UNIT = "{}";

/** Shapes whose JSON is a text: what is typed for them is taken as it stands. */
const TEXTS: ReadonlySet<string> = new Set([
  "text",
  "bytes",
  "hash",
  "key",
  "time",
  "date",
  "percent",
  "decimal",
  "ratio",
  "money",
]);

/** `balance(name: Text) -> Money<USD>` */
export function signature({ name, parameters, result }: Entry): string {
  const head = `${name}(${parameters.map((one) => `${one.name}: ${one.type}`).join(", ")})`;
  return result.type === UNIT ? head : `${head} -> ${result.type}`;
}

function jsonOf(text: string, shape: Entry["parameters"][number]["shape"]): Json {
  if (shape.kind === "policy" && text.startsWith("@")) {
    return new Map([["key", signerKey(sha256, text.slice(1))]]);
  }
  if (TEXTS.has(shape.kind)) return text;
  const json = parseJsonText(text);
  // What is no JSON is a text: a constructor's name, for example.
  return json.ok ? json.value : text;
}

const NAMED = /^([a-z][A-Za-z0-9_]*)=([\s\S]*)$/;

export function readArguments(typed: readonly string[], entry: Entry): JsonObject {
  const [only] = typed;
  if (typed.length === 1 && only?.trimStart().startsWith("{")) {
    const json = parseJsonText(only);
    if (!json.ok || !isJsonObject(json.value)) throw usage(`${only} is no JSON object.`);
    const isWhole = [...json.value.keys()].every((key) => entry.parameters.some(({ name }) => name === key));
    // Else it is the value of a single parameter.
    if (isWhole) return json.value;
  }
  const args = new Map<string, Json>();
  for (const [at, text] of typed.entries()) {
    const [, name, value] = NAMED.exec(text) ?? [];
    const byName = entry.parameters.find((one) => one.name === name);
    const parameter = byName ?? entry.parameters[at];
    if (parameter === undefined) {
      throw usage(`${entry.name} takes ${entry.parameters.length} arguments: ${signature(entry)}`);
    }
    if (args.has(parameter.name)) throw usage(`${parameter.name} is given twice: ${signature(entry)}`);
    args.set(parameter.name, jsonOf(byName === undefined ? text : value!, parameter.shape));
  }
  return args;
}
