// Coins made and destroyed, by asset (L44): what one action did, and what the actions of an atomic command did together.

import { compareText, type Json, jsonObject, parseJsonText } from "@juno/base";
import {
  type CommandEffects,
  type Integer,
  integer,
  type ShapeScope,
  type SupplyChange,
  spellValue,
} from "@juno/hopper";

/** `asset` is its canonical text; `scope` is one in which it is declared. */
export type Supply = SupplyChange & { readonly scope: ShapeScope };

export const suppliesOf = (effects: CommandEffects): Supply[] =>
  effects.supplyChanges().map((change) => ({ ...change, scope: effects.scope }));

const sum = (a: Integer, b: Integer): Integer => integer(BigInt(a) + BigInt(b));

/** Ascending by asset. */
export function addSupplies(supplies: readonly Supply[]): Supply[] {
  const sums = new Map<string, Supply>();
  for (const supply of supplies) {
    const { asset, minted, burned } = sums.get(supply.asset) ?? { ...supply, minted: 0, burned: 0 };
    sums.set(asset, { ...supply, minted: sum(minted, supply.minted), burned: sum(burned, supply.burned) });
  }
  return [...sums.values()].sort((a, b) => compareText(a.asset, b.asset));
}

function parsed(text: string): Json {
  const json = parseJsonText(text);
  if (!json.ok) throw new Error("what was spelled is JSON");
  return json.value;
}

/** An amount as it stands in rows: `"40.00 USD"`, or a count. */
function amountJson(scope: ShapeScope, asset: string, amount: Integer): Json {
  const code = scope.assets.get(asset);
  const shape =
    code?.currency === true
      ? ({ kind: "money", currency: { asset, symbol: code.symbol, decimals: code.decimals } } as const)
      : ({ kind: "int" } as const);
  const text = spellValue(shape, scope, amount);
  return parsed(text.ok ? text.value : "null");
}

export function supplyJson({ asset, minted, burned, scope }: Supply): Json {
  const named = parsed(asset) as ReadonlyMap<string, Json>;
  const amount = (value: Integer) => amountJson(scope, named.get("asset") as string, value);
  return jsonObject({ asset: named, minted: amount(minted), burned: amount(burned) });
}
