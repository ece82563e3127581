// Codes H06xx, what functions do besides giving a value.

import type { CodeEntry } from "./entry.ts";

export const EFFECTS: readonly CodeEntry[] = [
  {
    code: "H0600",
    title: "something done that the head does not say",
    explain:
      "Behind the result's type a function says what else it does: `fails` if it may end the transaction, `reads` if it looks at the ledger, the time or the signers, `writes` if it changes rows, makes coins or emits events. Each includes the ones before. A plain `fn` only computes. A constant, an invariant and a migration only compute as well, and a query only reads.",
    wrong: "table names: Text => Text\nfn name(key: Text) -> Text = names.get(key)",
    right: "table names: Text => Text\nfn name(key: Text) -> Text reads = names.get(key)",
  },
  {
    code: "H0601",
    title: "more said than done",
    explain:
      "The head says that the function does more than it does, so its callers must say so too, without need. This is a warning.",
    wrong: "fn next(n: Nat) -> Nat writes = n + 1",
    right: "fn next(n: Nat) -> Nat = n + 1",
  },
  {
    code: "H0603",
    title: "a resource that would arrive from outside",
    explain:
      "An action, query or `init` is called by a command, and a command is signed data: no coin can travel in it. Take the coin from a table, by a key that the command names.",
    wrong: "action keep(coin: Coin<USD>) {\n  burn(coin)\n}",
    right:
      "resource Purse { funds: Coin<USD> }\ntable purses: Text => Purse\naction drop(name: Text) {\n  let Purse { funds } = purses.take(name)\n  burn(funds)\n}",
  },
  {
    code: "H0604",
    title: "an answer that is a resource",
    explain:
      "The answer of a query or an action leaves the ledger, and a resource cannot. Answer with Data, such as an amount.",
    wrong: "query nothing() -> Coin<USD> = zero(USD)",
    right: "query nothing() -> Money<USD> = 0 USD",
  },
];
