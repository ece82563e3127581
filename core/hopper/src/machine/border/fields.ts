// The fields of an error, an event or a capability as a JSON object, and back: what receipts show and what
// grants are read from.

import { assert, isJsonObject, type Json, type JsonObject, parseJsonText } from "@juno/base";
import type { RecordCode } from "../module-code.ts";
import type { DeclaredShape, Shape } from "../shape.ts";
import { Construct, type Value } from "../value.ts";
import { type Coins, fromJson } from "./read.ts";
import type { Crossing, ShapeScope } from "./scope.ts";
import { type Spend, spellValue } from "./spell.ts";

type Fields = RecordCode["fields"];

/** No source can write a type of this name. */
const SHAPE: Shape & { kind: "named" } = { kind: "named", name: "" };

const records = new WeakMap<Fields, DeclaredShape>();

function recordOf(fields: Fields): DeclaredShape {
  let record = records.get(fields);
  if (record === undefined) {
    record = { record: true, constructors: [{ name: "", fields }] };
    records.set(fields, record);
  }
  return record;
}

/** The scope with the fields as a declared record in it. */
function asRecord(fields: Fields, scope: ShapeScope): ShapeScope {
  const record = recordOf(fields);
  const shapes = { get: (name: string) => (name === "" ? record : scope.shapes.get(name)) };
  return { ...scope, shapes };
}

/** The canonical text of an object. `values` stand in the order of `fields`; `spend` is told of each byte of the text first. */
export const spellFields = (
  fields: Fields,
  scope: ShapeScope,
  values: readonly Value[],
  spend?: Spend,
): Crossing<string> => spellValue(SHAPE, asRecord(fields, scope), new Construct(0, values), spend);

/** As `spellFields`, the JSON itself. */
export function fieldsToJson(
  fields: Fields,
  scope: ShapeScope,
  values: readonly Value[],
  spend?: Spend,
): Crossing<JsonObject> {
  const text = spellFields(fields, scope, values, spend);
  if (!text.ok) return text;
  const json = parseJsonText(text.value);
  assert(json.ok && isJsonObject(json.value), "fields are spelled as an object");
  return { ok: true, value: json.value };
}

/** The values in the order of `fields`. */
export function readFields(
  fields: Fields,
  scope: ShapeScope,
  json: Json,
  coins: Coins,
): Crossing<readonly Value[]> {
  const value = fromJson(SHAPE, asRecord(fields, scope), json, coins);
  return value.ok ? { ok: true, value: (value.value as Construct).fields } : value;
}
