// What a receipt says of a command's actions, read as an outsider reads it.

import { minorOf } from "./contracts.ts";

type Amount = number | string;

type Action = {
  readonly error?: { readonly name: string; readonly place?: { readonly module: string } };
  readonly changes: readonly {
    readonly module: string;
    readonly after: { readonly version?: number } | null;
  }[];
  readonly supply: readonly {
    readonly asset: { readonly asset: string };
    readonly minted: Amount;
    readonly burned: Amount;
  }[];
};

export type ReadReceipt = {
  /** Of each action: "ok", or the name of the error that ended it. */
  readonly results: readonly string[];
  /** By asset: how much more of it there is, or less. */
  readonly supply: ReadonlyMap<string, bigint>;
  readonly actions: readonly Action[];
};

const unitsOf = (amount: Amount): bigint => (typeof amount === "number" ? BigInt(amount) : minorOf(amount));

export function readReceipt(bytes: Uint8Array): ReadReceipt {
  const receipt = JSON.parse(new TextDecoder().decode(bytes)) as { readonly actions?: readonly Action[] };
  const { actions = [] } = receipt;
  const supply = new Map<string, bigint>();
  for (const { asset, minted, burned } of actions.flatMap((action) => action.supply)) {
    supply.set(asset.asset, (supply.get(asset.asset) ?? 0n) + unitsOf(minted) - unitsOf(burned));
  }
  return { results: actions.map(({ error }) => error?.name ?? "ok"), supply, actions };
}
