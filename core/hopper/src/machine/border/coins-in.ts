// The coins within a value, summed by asset, along its shape: what the check of conservation at the
// end of a command counts (L41). Shapes say where coins can stand; nothing else is looked at.

import { assert } from "@juno/base";
import type { AssetCode } from "../module-code.ts";
import type { PersistentList } from "../persistent-list.ts";
import type { Shape } from "../shape.ts";
import type { Construct, Integer, Value } from "../value.ts";
import { type Crossing, declaredIn, type ShapeScope } from "./scope.ts";
import { type Spend, spellValue } from "./spell.ts";

/** Sums by the asset's canonical text; not limited in size, since no program sees them. */
export type AssetSums = Map<string, bigint>;

/** Texts of assets without arguments; most are currencies, and asked for with every row. */
const texts = new WeakMap<AssetCode, string>();

function plainText(code: AssetCode): string {
  let text = texts.get(code);
  if (text === undefined) {
    // Full names of declarations need no escapes.
    text = `{"asset":"${code.name}","of":[]}`;
    texts.set(code, text);
  }
  return text;
}

/** The canonical text of an asset: its name with its arguments. Arguments may be what has no text. */
export function spellAsset(scope: ShapeScope, asset: Value, spend?: Spend): Crossing<string> {
  const { fields } = asset as Construct;
  const code = fields.length === 1 ? scope.assets.get(fields[0] as string) : undefined;
  if (code === undefined) return spellValue({ kind: "asset" }, scope, asset, spend);
  const text = plainText(code);
  spend?.(text.length);
  return { ok: true, value: text };
}

/** Of an asset that was minted or stands in a row, and so has a text. */
export function assetText(scope: ShapeScope, asset: Value): string {
  const text = spellAsset(scope, asset);
  assert(text.ok, "an asset has a text");
  return text.value;
}

export function addTo(sums: AssetSums, asset: string, amount: bigint): void {
  sums.set(asset, (sums.get(asset) ?? 0n) + amount);
}

/** Adds the coins of the value to `sums`, `times` 1 or -1. */
export function countCoins(
  shape: Shape,
  scope: ShapeScope,
  value: Value,
  into: { readonly sums: AssetSums; readonly times: 1n | -1n },
): void {
  // L32: values are at most 1,024 deep, so the recursion is safe.
  const each = (item: Shape, list: PersistentList) => {
    for (const part of list) countCoins(item, scope, part, into);
  };
  switch (shape.kind) {
    case "coin": {
      const [asset, amount] = (value as Construct).fields as readonly [Value, Integer];
      return addTo(into.sums, assetText(scope, asset), into.times * BigInt(amount));
    }
    case "list":
      return each(shape.item, value as PersistentList);
    case "set":
      return each(shape.item, (value as Construct).fields[0] as PersistentList);
    case "map": {
      const pair: Shape = { kind: "tuple", parts: [shape.key, shape.value] };
      return each(pair, (value as Construct).fields[0] as PersistentList);
    }
    case "tuple":
      for (const [at, part] of shape.parts.entries()) {
        countCoins(part, scope, (value as Construct).fields[at]!, into);
      }
      return;
    case "named": {
      const { tag, fields } = value as Construct;
      for (const [at, field] of declaredIn(scope, shape.name).constructors[tag]!.fields.entries()) {
        countCoins(field.shape, scope, fields[at]!, into);
      }
      return;
    }
    default:
      return;
  }
}

/** Coins by asset within a value. */
export function coinsIn(shape: Shape, scope: ShapeScope, value: Value): AssetSums {
  const sums: AssetSums = new Map();
  countCoins(shape, scope, value, { sums, times: 1n });
  return sums;
}
