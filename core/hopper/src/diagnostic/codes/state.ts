// Codes H09xx, tables, state and authority.

import type { CodeEntry } from "./entry.ts";

export const STATE: readonly CodeEntry[] = [
  {
    code: "H0901",
    title: "a resource of another module",
    explain:
      "A resource is made and taken apart only in the module that declares it. That module's functions are all the ways there are to get at what it holds, so its promises hold whatever other modules do.",
  },
  {
    code: "H0902",
    title: "a table used as a value",
    explain:
      "A table is a place, not a value: its rows are reached one by one. `t[key]` looks at a row, `t.take(key)` moves it out, `t.get(key)` reads a row of Data, `t.has(key)` asks, `t.keys()` lists.",
    wrong: "table names: Text => Text\nquery all() -> List<Text> {\n  let t = names\n  []\n}",
    right: "table names: Text => Text\nquery all() -> List<Text> = names.keys()",
  },
  {
    code: "H0903",
    title: "an action called from code",
    explain:
      "Actions are what commands call, each as a whole transaction; code calls functions. Move what both need into a `fn` (`pub` if other modules need it). Tests are the exception: there each call of an action is a command.",
    wrong: "action pay() {}\naction pay_twice() {\n  pay()\n  pay()\n}",
    right: "fn do_pay() {}\naction pay() {\n  do_pay()\n}\naction pay_twice() {\n  do_pay()\n  do_pay()\n}",
  },
  {
    code: "H0904",
    title: "something that is no table",
    explain:
      "`x[key]`, `update x[key] { … }`, `invariant x: …` and `migrate x` speak of a table of this module. A list is indexed by `.get(n)`.",
    wrong: "fn first(xs: List<Nat>) -> Nat = xs[0]",
    right: "table ages: Text => Nat\nfn age(name: Text) -> Nat reads = ages[name]",
  },
  {
    code: "H0905",
    title: "a table operation that does not exist",
    explain:
      "Tables have `take`, `get`, `find`, `put`, `insert`, `remove`, `has` and `keys`. `put` overwrites a row of Data, `insert` refuses to; `find` gives an `Option`.",
    wrong: 'table ages: Text => Nat\naction f() {\n  ages.set("ann", 1)\n}',
    right: 'table ages: Text => Nat\naction f() {\n  ages.put("ann", 1)\n}',
  },
  {
    code: "H0906",
    title: "a table operation that does not fit the rows",
    explain:
      "Rows that are resources are moved: `take` them out, and `put` or `insert` them. To `get`, `find` or `remove` one would copy or lose what it holds. Rows of Data are read by `get`, and go by `remove`.",
    wrong:
      'resource Purse { funds: Coin<USD> }\ntable purses: Text => Purse\naction f() {\n  purses.remove("ann")\n}',
    right:
      'resource Purse { funds: Coin<USD> }\ntable purses: Text => Purse\naction f() {\n  let Purse { funds } = purses.take("ann")\n  burn(funds)\n}',
  },
  {
    code: "H0907",
    title: "rows that are no records",
    explain:
      "`update` and `invariant` speak of a row's fields by name, and the rows of this table have none. Take or get the row, and put another.",
    wrong: 'table ages: Text => Nat\naction f() {\n  update ages["ann"] { age => age + 1 }\n}',
    right: 'table ages: Text => Nat\naction f() {\n  ages.put("ann", ages.get("ann") + 1)\n}',
  },
  {
    code: "H0908",
    title: "`allowed` outside a condition that must hold",
    explain:
      "`allowed(owner, Capability { … })` spends a grant. If it could stand in an `if`, an `||` or a variable, a grant might be spent for nothing. It stands in a `require` or `requires`, alone or joined by `&&`: if the condition fails, nothing happened.",
    wrong:
      'import std.auth {allowed, role}\ncapability Debit { amount: Nat } spends amount\naction f() {\n  let ok = allowed(role("risk"), Debit { amount: 1 })\n  require ok\n}',
    right:
      'import std.auth {allowed, role}\ncapability Debit { amount: Nat } spends amount\naction f() {\n  require allowed(role("risk"), Debit { amount: 1 })\n}',
  },
  {
    code: "H0909",
    title: "decimals that do not fit",
    explain:
      "A currency says how many decimals it has, from 0 to 18. An asset is counted in whole units, `decimals: 0`; what has decimals is a currency.",
    wrong: "asset SHARE { decimals: 2, mint: self }",
    right: "asset SHARE { decimals: 0, mint: self }",
  },
  {
    code: "H0910",
    title: "money that nobody is said to make",
    explain:
      "A currency or asset says who may mint it: `mint: self` for this module's code alone, or `mint: POLICY` for this module's code with those signatures.",
    wrong: "currency EUR { decimals: 2 }",
    right: "currency EUR { decimals: 2, mint: self }",
  },
  {
    code: "H0911",
    title: "a key that is a resource",
    explain:
      "Keys are compared, listed and written down, so they are Data: texts, numbers, hashes, tuples of them.",
    wrong: "table owners: Coin<USD> => Text",
    right: "table owners: Text => Text",
  },
  {
    code: "H0912",
    title: "a capability that spends no amount",
    explain:
      "`spends` names the field that a grant limits: each use takes its amount from what was granted. It is a field of the capability, of type Money, Nat or Int.",
    wrong: "capability Debit { account: Text } spends account",
    right: "capability Debit { account: Text, amount: Money<USD> } spends amount",
  },
  {
    code: "H0913",
    title: "a type without a form outside",
    explain:
      "Rows, arguments, answers, events and errors are written as JSON, so their types must have such a form. Functions have none, and money must be of a known currency.",
    wrong: "table rules: Text => fn(Nat) -> Nat",
    right: "table rules: Text => Nat",
  },
  {
    code: "H0914",
    title: "what only tests may do",
    explain:
      "`signer`, `signing`, `granting`, `wait`, `check` and the like make up signers and let time pass. On the ledger, signers and time are what the log says, so these stand only in `test` blocks.",
    wrong: 'import std.testing {signer}\naction f() {\n  require signer("ann") == signer("bob")\n}',
    right:
      'import std.testing {check, signer}\ntest "two signers" {\n  check(signer("ann") != signer("bob"))\n}',
  },
  {
    code: "H0915",
    title: "another module's money",
    explain:
      "Only the code of the module that declares an asset can mint it, so that module says all there is to say about how much there is. Take coins from where they are, with what that module offers.",
  },
];
