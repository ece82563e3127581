// The diff of an entry out of its receipt (C13): receipts carry every change, so whoever has a receipt
// whose hash is proved can follow the state without executing anything.

import {
  canonicalJson,
  isJsonObject,
  type Json,
  ok,
  parseJson,
  type Refusal,
  type Result,
  refuse,
} from "@juno/base";
import { combineChanges } from "./diff.ts";
import type { RowChange } from "./view.ts";

const member = (value: Json | undefined, name: string): Json | undefined =>
  value !== undefined && isJsonObject(value) ? value.get(name) : undefined;

const items = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

const rowBytes = (value: Json | undefined): Uint8Array | undefined =>
  value === undefined || value === null ? undefined : canonicalJson(value);

function readChange(change: Json): RowChange | undefined {
  const [module, table, key] = ["module", "table", "key"].map((name) => member(change, name));
  if (typeof module !== "string" || typeof table !== "string" || typeof key !== "string") return undefined;
  return {
    module,
    table,
    key,
    before: rowBytes(member(change, "before")),
    after: rowBytes(member(change, "after")),
  };
}

/** The net changes that a receipt tells, in order of address. */
export function receiptChanges(receipt: Uint8Array): Result<RowChange[], Refusal> {
  const parsed = parseJson(receipt, { bytesMax: receipt.length });
  if (!parsed.ok) return parsed;
  const told: RowChange[] = [];
  // C17: a config entry has no actions, and changes of its own.
  for (const part of [parsed.value, ...items(member(parsed.value, "actions"))]) {
    for (const json of items(member(part, "changes"))) {
      const change = readChange(json);
      if (change === undefined) return refuse("malformed", "a change names no row");
      told.push(change);
    }
  }
  return ok(combineChanges([], told));
}
