// Coins that were made and destroyed, as people say it.

import { canonicalText, isJsonObject, parseJsonText } from "@juno/base";
import { renderAmount } from "../machine/border/scalar-text.ts";
import type { ShapeScope } from "../machine/border/scope.ts";
import type { SupplyChange } from "../machine/state/coin-tally.ts";
import type { Integer } from "../machine/value.ts";

/** `100.00 USD`, `10 SEC("XS1")` */
function amountText(scope: ShapeScope, asset: string, amount: Integer): string {
  const json = parseJsonText(asset);
  if (!json.ok || !isJsonObject(json.value)) return `${amount} ${asset}`;
  const code = scope.assets.get(String(json.value.get("asset")));
  if (code === undefined) return `${amount} ${asset}`;
  const { symbol, decimals, name } = code;
  if (code.currency) return renderAmount(amount, { asset: name, symbol, decimals });
  const of = json.value.get("of");
  const parts = Array.isArray(of) ? of.map(canonicalText) : [];
  return `${amount} ${symbol}${parts.length === 0 ? "" : `(${parts.join(", ")})`}`;
}

export function coinTexts(scope: ShapeScope, { asset, minted, burned }: SupplyChange): string[] {
  return [
    ...(minted === 0 ? [] : [`minted ${amountText(scope, asset, minted)}`]),
    ...(burned === 0 ? [] : [`burned ${amountText(scope, asset, burned)}`]),
  ];
}
