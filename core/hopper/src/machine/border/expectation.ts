// What a shape expects, in words for whoever sent something else.

import { renderFixed } from "../digits.ts";
import type { CurrencyShape, Shape } from "../shape.ts";
import { integer } from "../value.ts";
import { declaredIn, type ShapeScope } from "./scope.ts";

export const amountExample = ({ symbol, decimals }: CurrencyShape): string =>
  `an amount such as "${renderFixed({ coefficient: integer(40n * 10n ** BigInt(decimals)), decimals })} ${symbol}"`;

const SIMPLE: ReadonlyMap<Shape["kind"], string> = new Map<Shape["kind"], string>([
  ["int", "an integer (beyond 2^53 as text)"],
  ["nat", "a whole number from 0 on (beyond 2^53 as text)"],
  ["bool", "true or false"],
  ["text", "a text in normal form (NFC) of at most 1 MiB"],
  ["bytes", "bytes in lower-case hex, at most 1 MiB"],
  ["hash", "a hash of 64 lower-case hex digits"],
  ["key", "a key of 64 lower-case hex digits"],
  ["time", 'a time such as "2026-01-31T12:00:00.000Z", of the years 1970 to 9999'],
  ["date", 'a date such as "2026-01-31", of the years 1970 to 9999'],
  ["duration", "a duration in milliseconds, an integer"],
  ["percent", 'a percentage such as "5%" or "0.25%", of at most 6 decimals'],
  ["decimal", 'a decimal number as text such as "1.5", of at most 18 decimals and none too many'],
  ["ratio", 'a reduced fraction as text such as "3/4", of at most 1,024 bits on each side'],
  ["policy", 'a policy: {"key": …}, {"role": …}, {"atLeast": k, "of": […]} or {"after": time, "policy": …}'],
  ["asset", 'an asset such as {"asset": "demo.depot.SEC", "of": ["XS1"]}'],
  ["list", "a list"],
  ["set", "a list in ascending order, each item once"],
  ["map", "a list of [key, value] in ascending order of the keys, each key once"],
]);

export function expectationOf(shape: Shape, scope: ShapeScope): string {
  switch (shape.kind) {
    case "money":
      return amountExample(shape.currency);
    case "coin":
      if (shape.currency !== undefined) return amountExample(shape.currency);
      return 'a coin such as {"amount": 5, "asset": {…}}';
    case "tuple":
      return `a list of ${shape.parts.length}`;
    case "named": {
      const { record, constructors } = declaredIn(scope, shape.name);
      if (record) {
        const names = constructors[0]!.fields.map(({ name }) => name).join(", ");
        return names === "" ? "an object without fields" : `an object of the fields ${names}`;
      }
      return `one of ${constructors.map(({ name, fields }) => (fields.length === 0 ? `"${name}"` : `{"${name}": …}`)).join(", ")}`;
    }
    default:
      return SIMPLE.get(shape.kind)!;
  }
}
