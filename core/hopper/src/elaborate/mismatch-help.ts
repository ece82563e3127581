// What to do where a value of one type stands and another is expected: the pairs that people meet.

import type { Semantic } from "../kernel/value.ts";

type Kind = (value: Semantic) => boolean;

const is =
  (...names: readonly string[]): Kind =>
  (value) =>
    value.kind === "primitive" && names.includes(value.name);
const isOption: Kind = (value) => value.kind === "data" && value.ref.module === "std.option";
const isNothing: Kind = (value) => value.kind === "telescope" && value.binders.length === 0;
const isAnything: Kind = () => true;

/** Found, expected, advice; the first that fits is given. */
const ADVICE: readonly (readonly [Kind, Kind, string])[] = [
  [is("Int"), is("Nat"), "an Int may be negative: use `.to_nat()`, which fails below zero, or `.abs()`"],
  [is("Coin"), is("Money"), "a coin is not its amount: write `.amount` to look at how much it is"],
  [
    is("Coin"),
    is("Coin"),
    "coins of two assets can never be mixed; where the asset depends on a value, it must be the same value",
  ],
  [is("Money"), is("Money"), "amounts of two currencies have neither a sum nor an order"],
  [is("Nat", "Int"), is("Money"), "write the amount with its currency, such as `40.00 USD`"],
  [is("Money"), is("Coin"), "an amount is not a coin: coins come out of a table's row, or are minted"],
  [is("Text"), is("Policy"), 'a policy is made of roles and keys, such as `role("treasury")`'],
  [is("Nat", "Int"), is("Text"), "write `.to_text()` to make a text of a number"],
  [isNothing, isAnything, "end the block with the value that it gives"],
  [isOption, isAnything, "it may be `None`: take it apart with `match`"],
  [isAnything, isOption, "write `Some(…)` around it"],
  [isAnything, is("Bool"), "a condition is a comparison, such as `amount > 0 USD`, or a Bool"],
];

export const mismatchHelp = (found: Semantic, expected: Semantic): string | undefined =>
  ADVICE.find(([isFound, isExpected]) => isFound(found) && isExpected(expected))?.[2];
