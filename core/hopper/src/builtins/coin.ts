// std.coin: what can be done with coins (L41). Mint and burn change how much there is; all else moves it.

import { equalValues } from "../machine/compare.ts";
import { add, compareIntegers, isNegative, subtract } from "../machine/integer.ts";
import { Construct, type Integer, UNIT, type Value } from "../machine/value.ts";
import { linear } from "./cost.ts";
import { demand, ofModule, within } from "./record.ts";

const assetOf = (coin: Value): Value => (coin as Construct).fields[0]!;
const amountOf = (coin: Value): Integer => (coin as Construct).fields[1] as Integer;
const coin = (asset: Value, amount: Integer): Construct => new Construct(0, [asset, amount]);

export const COIN = ofModule("std.coin", [
  {
    declaration: "fn mint(a: Asset, n: Amount<a>) -> Coin<a> writes requires n >= 0",
    doc: "Makes a coin, if the asset's `mint` policy allows it; `self` allows the module that declares the asset.",
    examples: ["let made = mint(USD, 3.00 USD)\nlet n = made.amount\nburn(made)\nn == 3.00 USD"],
    // The policy is judged for what it takes, by the world.
    cost: ([, n]) => 10 + linear(n as Integer),
    run: ([asset, n], scope) => {
      demand(!isNegative(n as Integer), "n >= 0", scope);
      return scope.effects.mint(asset!, n!, scope.module, scope);
    },
  },
  {
    declaration: "fn burn<a: Asset>(coin: Coin<a>) writes",
    doc: "Destroys the coin: there is so much less of the asset.",
    examples: ["burn(mint(USD, 3.00 USD))\nsupply(USD) == 0 USD"],
    cost: ([one]) => 10 + linear(amountOf(one!)),
    run: ([one], scope) => {
      scope.effects.burn(one!, scope);
      return UNIT;
    },
  },
  {
    declaration: "fn zero(a: Asset) -> Coin<a>",
    doc: "A coin of nothing, to begin with.",
    examples: ["let nothing = zero(USD)\nlet n = nothing.amount\ndiscard(nothing)\nn == 0 USD"],
    cost: () => 4,
    run: ([asset]) => coin(asset!, 0),
  },
  {
    declaration:
      "fn split<a: Asset>(coin: Coin<a>, n: Amount<a>) -> (Coin<a>, Coin<a>) requires 0 <= n && n <= coin.amount",
    doc: "Two coins of one: the first of the amount asked for, the second of the rest.",
    examples: [
      "let (paid, rest) = mint(USD, 3.00 USD).split(1.00 USD)\nlet left = rest.amount\nburn(paid.join(rest))\nleft == 2.00 USD",
    ],
    cost: ([one]) => 12 + linear(amountOf(one!)),
    run: ([one, n], scope) => {
      const [whole, part] = [amountOf(one!), n as Integer];
      const fits = !isNegative(part) && compareIntegers(part, whole) <= 0;
      demand(fits, "0 <= n && n <= coin.amount", scope);
      const rest = within(subtract(whole, part), scope);
      return new Construct(0, [coin(assetOf(one!), part), coin(assetOf(one!), rest)]);
    },
  },
  {
    declaration: "fn join<a: Asset>(coin: Coin<a>, other: Coin<a>) -> Coin<a>",
    doc: "One coin of two.",
    examples: [
      "let both = mint(USD, 1.00 USD).join(mint(USD, 2.00 USD))\nlet n = both.amount\nburn(both)\nn == 3.00 USD",
    ],
    cost: ([one, other]) => 4 + linear(amountOf(one!), amountOf(other!)),
    run: ([one, other], scope) => {
      // The checker proves it. A coin that became another's by a mistake of the checker would stop every node (L41).
      demand(equalValues(assetOf(one!), assetOf(other!)), "both coins are of one asset", scope);
      return coin(assetOf(one!), within(add(amountOf(one!), amountOf(other!)), scope));
    },
  },
  {
    declaration: "fn discard<a: Asset>(coin: Coin<a>) requires coin.amount == 0",
    doc: "Lets a coin of nothing go. No other coin can be let go.",
    examples: ["discard(zero(USD))\nsupply(USD) == 0 USD"],
    cost: () => 1,
    run: ([one], scope) => {
      demand(amountOf(one!) === 0, "coin.amount == 0", scope);
      return UNIT;
    },
  },
]);
