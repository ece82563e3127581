// Typed arguments as JSON, by what the module says that it takes. It spares people quotes, and keys: where
// a policy or a key is expected, the name of a key at hand stands for it. Whether a value fits its
// type, the ledger judges.

import type { ModuleJson } from "@juno/api";
import { hex } from "@juno/base";
import { Complaint } from "../complaint.ts";
import type { KeyRing } from "../network/key-ring.ts";
import { safeText } from "../terminal/safe-text.ts";
import type { Arguments } from "./call-text.ts";

export type Operation = ModuleJson["actions"][number];

const INTEGERS: ReadonlySet<string> = new Set(["Int", "Nat", "Duration"]);

/** "transfer(from: Text, to: Text)" */
export const signatureOf = ({ name, args }: Operation): string =>
  safeText(`${name}(${args.map((one) => `${one.name}: ${one.type}`).join(", ")})`);

/** The JSON of one argument; texts without quotes are taken for what their type makes of them. */
function jsonFrom(text: string, type: string, keys: Pick<KeyRing, "named">): unknown {
  if (/^["[{]/.test(text)) return JSON.parse(text) as unknown;
  if (INTEGERS.has(type) && /^-?\d+$/.test(text)) {
    const number = Number(text);
    return Number.isSafeInteger(number) ? number : text;
  }
  if (type === "Bool" && (text === "true" || text === "false")) return text === "true";
  if (type !== "Policy" && type !== "Key") return text;
  const key = keys.named(text)?.key;
  if (key === undefined) return text;
  return type === "Key" ? hex(key) : { key: hex(key) };
}

/** By name. `described` is asked for only where it is needed; throws a Complaint if the number is wrong. */
export async function argumentsOf(
  args: Arguments,
  described: () => Promise<Operation>,
  keys: Pick<KeyRing, "named">,
): Promise<Readonly<Record<string, unknown>>> {
  if (args.kind === "named") return args.values;
  const operation = await described();
  const { texts } = args;
  if (texts.length !== operation.args.length) {
    const given = `${texts.length} argument${texts.length === 1 ? " is" : "s are"} given`;
    throw new Complaint(`${given}; it is ${signatureOf(operation)}.`);
  }
  return Object.fromEntries(
    operation.args.map(({ name, type }, at) => [name, jsonFrom(texts[at]!, type, keys)]),
  );
}

/** The operation of this name; throws a Complaint that names those there are. */
export function operationIn(
  module: string,
  known: readonly Operation[],
  name: string,
  what: "action" | "query",
): Operation {
  const found = known.find((one) => one.name === name);
  if (found !== undefined) return found;
  const others = known.length === 0 ? "it has none" : `it has ${known.map((one) => one.name).join(", ")}`;
  throw new Complaint(safeText(`Module ${module} has no ${what} ${name}; ${others}.`));
}
