// Coins made and destroyed, by asset (L41), and whether the rows account for them: what rows hold after is what they
// held before, plus what was minted, minus what was burned. The type checker proves it; this is the second
// look, and a mismatch is a fault of the system, never of a program.

import { compareText } from "@juno/base";
import { type AssetSums, addTo, assetText, countCoins, spellAsset } from "../border/coins-in.ts";
import type { ShapeScope } from "../border/scope.ts";
import type { Meter } from "../effects.ts";
import { COIN_GAS } from "../row-gas.ts";
import { type Construct, type Integer, integer, type Value } from "../value.ts";
import type { Journal } from "./journal.ts";
import type { OverlayTable } from "./row-overlay.ts";

/** `asset` is its canonical text. */
export type SupplyChange = { readonly asset: string; readonly minted: Integer; readonly burned: Integer };

export class CoinTally {
  readonly #scope: ShapeScope;
  readonly #journal: Journal;
  readonly #minted: AssetSums = new Map();
  readonly #burned: AssetSums = new Map();

  constructor(scope: ShapeScope, journal: Journal) {
    this.#scope = scope;
    this.#journal = journal;
  }

  mint(asset: Value, amount: Integer, meter: Meter): void {
    this.#count(this.#minted, { asset, amount, meter });
  }

  burn(asset: Value, amount: Integer, meter: Meter): void {
    this.#count(this.#burned, { asset, amount, meter });
  }

  #count(sums: AssetSums, parts: { asset: Value; amount: Integer; meter: Meter }): void {
    const { asset, meter } = parts;
    meter.charge(COIN_GAS.tally);
    const spelled = spellAsset(this.#scope, asset, (bytes) => meter.charge(COIN_GAS.assetByte * bytes));
    if (!spelled.ok) {
      const { path, expected } = spelled.error;
      const [name] = (asset as Construct).fields as readonly [string];
      return meter.fail("NotRepresentable", { asset: name, path, expected });
    }
    const [text, amount] = [spelled.value, BigInt(parts.amount)];
    addTo(sums, text, amount);
    this.#journal.note(() => addTo(sums, text, -amount));
  }

  /** What was minted and burned so far, in the order in which assets came. */
  sums(): { readonly minted: AssetSums; readonly burned: AssetSums } {
    return { minted: new Map(this.#minted), burned: new Map(this.#burned) };
  }

  resume({ minted, burned }: { readonly minted: AssetSums; readonly burned: AssetSums }): void {
    for (const [asset, amount] of minted) addTo(this.#minted, asset, amount);
    for (const [asset, amount] of burned) addTo(this.#burned, asset, amount);
  }

  /** What was minted and not burned of an asset. */
  supplyOf(asset: Value): Integer {
    const text = assetText(this.#scope, asset);
    return integer((this.#minted.get(text) ?? 0n) - (this.#burned.get(text) ?? 0n));
  }

  /** Ascending by asset, without those of which there was none. */
  changes(): SupplyChange[] {
    const assets = new Set([...this.#minted.keys(), ...this.#burned.keys()]);
    return [...assets]
      .map((asset) => {
        const [minted, burned] = [this.#minted.get(asset) ?? 0n, this.#burned.get(asset) ?? 0n];
        return { asset, minted: integer(minted), burned: integer(burned) };
      })
      .filter(({ minted, burned }) => minted !== 0 || burned !== 0)
      .sort((a, b) => compareText(a.asset, b.asset));
  }

  /** By asset what the rows hold too much or too little; nothing if coins are conserved. */
  imbalance(tables: Iterable<OverlayTable>): AssetSums {
    const sums: AssetSums = new Map();
    for (const table of tables) {
      const { worldShape } = table;
      const { row, resource } = table.code;
      if (!resource && worldShape === row) continue;
      for (const { before, now } of table.changed()) {
        if (now !== undefined) countCoins(row, this.#scope, now.value(), { sums, times: 1n });
        if (before !== undefined) countCoins(worldShape, this.#scope, before.value(), { sums, times: -1n });
      }
    }
    for (const [asset, amount] of this.#minted) addTo(sums, asset, -amount);
    for (const [asset, amount] of this.#burned) addTo(sums, asset, amount);
    for (const [asset, amount] of sums) if (amount === 0n) sums.delete(asset);
    return sums;
  }
}
