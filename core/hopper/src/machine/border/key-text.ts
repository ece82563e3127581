// Row keys as text: a Text stands for itself, other scalars for their JSON text without quotes, everything else for
// its canonical JSON. So a key reads well in a receipt, and two keys of one shape never share a text.

import { canonicalText, parseJsonText } from "@juno/base";
import { parseInteger } from "../integer.ts";
import type { Shape } from "../shape.ts";
import { isText } from "../text-form.ts";
import type { Integer, Value } from "../value.ts";
import { expectationOf } from "./expectation.ts";
import { crossing, Place } from "./place.ts";
import { fromJson } from "./read.ts";
import type { Crossing, ShapeScope } from "./scope.ts";
import { type Spend, spellValue } from "./spell.ts";

/** UTF-8 bytes of a key's text; longer ones are the caller's to refuse. */
export const KEY_TEXT_BYTES_MAX = 1_024;

/** Whether the JSON of every value of the shape is a text, or digits that may be one. */
function isBare(shape: Shape): boolean {
  switch (shape.kind) {
    case "bool":
    case "policy":
    case "asset":
    case "coin":
    case "list":
    case "map":
    case "set":
    case "tuple":
    case "named":
      return false;
    default:
      return true;
  }
}

/** The key's text, however long; `spend` is told of its bytes first. */
export function keyText(shape: Shape, scope: ShapeScope, key: Value, spend?: Spend): Crossing<string> {
  const text = spellValue(shape, scope, key, spend);
  if (!text.ok || !isBare(shape)) return text;
  if (shape.kind === "text") return { ok: true, value: key as string };
  // Such texts need no escapes, so the quotes are all that surrounds them.
  return { ok: true, value: text.value.startsWith('"') ? text.value.slice(1, -1) : text.value };
}

/** The key of its text. */
export function parseKey(shape: Shape, scope: ShapeScope, text: string): Crossing<Value> {
  const refuse = () => new Place().refuse(expectationOf(shape, scope));
  switch (shape.kind) {
    case "text":
      return crossing(() => (isText(text) ? text : refuse()));
    case "int":
    case "nat":
    case "duration":
      return crossing(() => integerKey(shape, text) ?? refuse());
    default: {
      if (isBare(shape)) return fromJson(shape, scope, text, "refuse");
      const json = parseJsonText(text);
      if (!json.ok || canonicalText(json.value) !== text) return crossing(refuse);
      return fromJson(shape, scope, json.value, "refuse");
    }
  }
}

function integerKey(shape: Shape, text: string): Integer | undefined {
  const value = parseInteger(text);
  return value !== undefined && shape.kind === "nat" && value < 0 ? undefined : value;
}
