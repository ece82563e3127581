// Values of a trace as text: by their shape where it is known, else as they are in the machine, where names of
// fields and constructors are gone. Nothing is charged for it; what is long is left out.

import { canonicalText, hex } from "@juno/base";
import type { ShapeScope } from "../machine/border/scope.ts";
import { spellValue } from "../machine/border/spell.ts";
import { renderInteger } from "../machine/integer.ts";
import type { PersistentList } from "../machine/persistent-list.ts";
import type { Shape } from "../machine/shape.ts";
import { Closure, Construct, type Value } from "../machine/value.ts";
import type { Told } from "./trace-step.ts";

/** Units of the text of one value. */
export const TOLD_MAX = 4_096;
const DEPTH_MAX = 32;

/** Ends a text that is too long. Never leaves this file. */
class TooLong {}

/** Runs `write`, which tells of units before it writes them; undefined if they are too many. */
export function withinLimit(write: (spend: (units: number) => void) => Told): Told {
  let left = TOLD_MAX;
  const spend = (units: number) => {
    left -= units;
    if (left < 0) throw new TooLong();
  };
  try {
    return write(spend);
  } catch (thrown) {
    if (thrown instanceof TooLong) return undefined;
    throw thrown;
  }
}

export const told = (shape: Shape, scope: ShapeScope, value: Value): Told =>
  withinLimit((spend) => {
    const text = spellValue(shape, scope, value, spend);
    return text.ok ? text.value : undefined;
  });

/**
 * A value of a type that has no form outside, or none that is known here: what has parts as a list of them, behind `#n`
 * if it is not its type's first variant; a function as `"function"`.
 */
export const toldAsIs = (value: Value): Told => withinLimit((spend) => asIs(value, spend, 1));

function asIs(value: Value, spend: (units: number) => void, depth: number): string {
  if (depth > DEPTH_MAX) throw new TooLong();
  const piece = (text: string): string => {
    spend(text.length);
    return text;
  };
  const list = (items: Iterable<Value>): string => {
    const texts: string[] = [];
    for (const item of items) texts.push(asIs(item, spend, depth + 1));
    spend(texts.length + 1);
    return `[${texts.join(",")}]`;
  };
  if (typeof value === "number" || typeof value === "boolean") return piece(String(value));
  if (typeof value === "bigint") return piece(`"${renderInteger(value)}"`);
  if (typeof value === "string") {
    spend(value.length);
    return canonicalText(value);
  }
  if (value instanceof Uint8Array) {
    spend(2 * value.length);
    return `"${hex(value)}"`;
  }
  if (value instanceof Closure) return piece('"function"');
  if (!(value instanceof Construct)) return list(value as PersistentList);
  if (value.tag === 0) return list(value.fields);
  return value.fields.length === 0 ? piece(`"#${value.tag}"`) : `{"#${value.tag}":${list(value.fields)}}`;
}
