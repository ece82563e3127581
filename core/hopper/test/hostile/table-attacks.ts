// Attacks on the state and the receipt: rows, keys, events and coins without end, or as large as a value can be. All of
// it is paid for by the byte, and nothing of it stays when the gas is spent (L31, L44).

import { aborts, attack, type Hostile, RUNS } from "./hostile.ts";

/** 1 MiB of text, as large as a text may be: 2^16 times sixteen letters. */
const MEBIBYTE = `partial fn long(n: Nat, x: Text) -> Text = if n == 16 { x } else { long(n + 1, x ++ x) }
fn start() -> Text = "0123456789abcdef"`;

export const TABLE_ATTACKS: readonly Hostile[] = [
  {
    name: "key-of-a-mebibyte",
    must: "aborts at the limit of keys, or with its gas spent: a key is charged by its bytes",
    outcome: aborts(),
    sources: () =>
      attack(`${MEBIBYTE}
table rows: Text => Nat

partial fn fill(n: Nat, key: Text) -> Nat writes {
  rows.put(key, n)
  fill(n + 1, key)
}

action run() -> Nat {
  fill(0, long(0, start()))
}`),
  },
  {
    name: "row-of-a-mebibyte-many-times",
    must: "aborts with its gas spent: a row is charged by its bytes at each write",
    outcome: aborts(),
    sources: () =>
      attack(`${MEBIBYTE}
table rows: Nat => Text

partial fn fill(n: Nat, row: Text) -> Nat writes {
  rows.put(n, row)
  fill(n + 1, row)
}

action run() -> Nat {
  fill(0, long(0, start()))
}`),
  },
  {
    name: "rows-without-end",
    must: "aborts with its gas spent, and not one of the rows stays",
    outcome: aborts(),
    sources: () =>
      attack(`table rows: Nat => Nat

partial fn fill(n: Nat) -> Nat writes {
  rows.put(n, n)
  fill(n + 1)
}

action run() -> Nat {
  fill(0)
}`),
  },
  {
    name: "keys-read-again-and-again",
    must: "aborts with its gas spent: the keys are charged each time they are gathered",
    outcome: aborts(),
    sources: () =>
      attack(`table rows: Nat => Nat

partial fn fill(n: Nat) -> Nat writes {
  rows.put(n, rows.keys().length())
  fill(n + 1)
}

action run() -> Nat {
  fill(0)
}`),
  },
  {
    name: "events-without-end",
    must: "aborts with its gas spent, and not one of the events stays",
    outcome: aborts(),
    sources: () =>
      attack(`event Tick { n: Nat }

partial fn tick(n: Nat) -> Nat writes {
  emit Tick { n }
  tick(n + 1)
}

action run() -> Nat {
  tick(0)
}`),
  },
  {
    name: "coins-without-end",
    must: "aborts with its gas spent, and nothing was minted",
    outcome: aborts(),
    sources: () =>
      attack(`currency USD { decimals: 2, mint: self }

partial fn mint_all(n: Nat, coin: Coin<USD>) -> Coin<USD> writes =
  mint_all(n + 1, coin.join(mint(USD, 1.00 USD)))

action run() {
  burn(mint_all(0, zero(USD)))
}`),
  },
  {
    name: "coins-with-names-of-a-mebibyte",
    must: "aborts with its gas spent: coins are counted by the texts of their assets, and each pays for its own",
    outcome: aborts(),
    sources: () =>
      attack(`${MEBIBYTE}
asset SEC(isin: Text) { decimals: 0, mint: self }

partial fn coin_all(n: Nat, isin: Text) -> Nat writes {
  burn(mint(SEC(isin), 1))
  coin_all(n + 1, isin)
}

action run() -> Nat {
  coin_all(0, long(0, start()))
}`),
  },
  {
    name: "asset-of-a-shared-tree",
    must: "aborts with its gas spent: the name of an asset is charged while it is spelt",
    outcome: aborts(),
    sources: () =>
      attack(`type Tree { Leaf, Node(Tree, Tree) }
asset SHARE(of: Tree) { decimals: 0, mint: self }

partial fn grow(n: Nat, tree: Tree) -> Tree = if n == 40 { tree } else { grow(n + 1, Node(tree, tree)) }

action run() {
  let tree = grow(0, Leaf)
  burn(mint(SHARE(tree), 1))
}`),
  },
  {
    name: "row-changed-back-and-forth",
    must: "runs: the receipt names each row once, with its value before and after",
    outcome: RUNS,
    sources: () =>
      attack(`table rows: Nat => Nat

partial fn change(n: Nat) -> Nat writes {
  rows.put(0, n)
  if n == 1000 { n } else { change(n + 1) }
}

action run() -> Nat {
  change(0)
}`),
  },
];
