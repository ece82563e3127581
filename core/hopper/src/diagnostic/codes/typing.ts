// Codes H05xx, types.

import type { CodeEntry } from "./entry.ts";

export const TYPES: readonly CodeEntry[] = [
  {
    code: "H0500",
    title: "a value of another type",
    explain:
      "What stands here has one type, and another is expected. Nothing is converted in silence, except that a Nat may stand for an Int. Types may mention values: `Coin<SEC(a)>` and `Coin<SEC(b)>` are the same type only if `a` and `b` are known to be the same.",
    wrong: "fn label(n: Nat) -> Text = n",
    right: "fn label(n: Nat) -> Text = n.to_text()",
  },
  {
    code: "H0501",
    title: "a name that is no type",
    explain:
      "An asset or currency is a value. The types that speak of it are `Coin<USD>`, a coin that can be neither copied nor lost, and `Money<USD>`, an amount.",
    wrong: "type Price { amount: USD }",
    right: "type Price { amount: Money<USD> }",
  },
  {
    code: "H0502",
    title: "too many or too few between `<` and `>`",
    explain: "A type that has parameters is given all of them: `Money<USD>`, `Map<Text, Nat>`.",
    wrong: "fn f(xs: List) -> Nat = 1",
    right: "fn f(xs: List<Nat>) -> Nat = 1",
  },
  {
    code: "H0503",
    title: "a type where a value belongs, or a value where a type does",
    explain:
      "Some parameters of types are types (`List<Nat>`), others are values (`Coin<USD>`, `Holding<id>`). The declaration says which.",
    wrong: "fn f(xs: List<1>) -> Nat = 1",
    right: "fn f(xs: List<Nat>) -> Nat = 1",
  },
  {
    code: "H0504",
    title: "a resource where only Data may be",
    explain:
      "What copies or drops its argument takes Data: a list, a map, a generic function whose parameter is not declared `<a: Type>`. A resource can be neither copied nor dropped. Many coins live in the rows of a table; one that may be missing lives in an `Option`.",
    wrong: "fn f(coins: List<Coin<USD>>) -> Nat = 1",
    right: "fn f(amounts: List<Money<USD>>) -> Nat = 1",
  },
  {
    code: "H0505",
    title: "a type that would have to run something",
    explain:
      "Two types are compared without running the program, so a type mentions only what is known without it: parameters, fields, constants, and total functions of them. Calls that read the ledger, may fail or may not end are not allowed.",
    wrong:
      'asset SEC(isin: Text) { decimals: 0, mint: self }\ntable current: Text => Text\nfn f(c: Coin<SEC(current.get("x"))>) -> Nat = 1',
  },
  {
    code: "H0506",
    title: "too many or too few arguments",
    explain:
      "A function, constructor, asset or table operation is given as many arguments as it has parameters. In `x.f(y)` the first argument is `x`.",
    wrong: "fn f(n: Nat) -> Nat = n.min()",
    right: "fn f(n: Nat) -> Nat = n.min(10)",
  },
  {
    code: "H0507",
    title: "a call of something that is no function",
    explain:
      "Only functions are called. The fields of a record, error or event stand between braces: `Insufficient { have, need }`.",
    wrong: "fn f(n: Nat) -> Nat = n(1)",
    right: "fn f(n: Nat) -> Nat = n + 1",
  },
  {
    code: "H0508",
    title: "a field that does not exist",
    explain: "The type has no field of this name; the message lists those it has. Only records have fields.",
    wrong: "type Point { x: Nat, y: Nat }\nfn f(p: Point) -> Nat = p.z",
    right: "type Point { x: Nat, y: Nat }\nfn f(p: Point) -> Nat = p.y",
  },
  {
    code: "H0509",
    title: "a field given twice",
    explain: "In a record, and in an `update`, each field is given once.",
    wrong: "type Point { x: Nat, y: Nat }\nfn f() -> Point = Point { x: 1, y: 2, x: 3 }",
    right: "type Point { x: Nat, y: Nat }\nfn f() -> Point = Point { x: 1, y: 2 }",
  },
  {
    code: "H0510",
    title: "a type that cannot be told",
    explain:
      "The types of most expressions follow from what is around them. Here nothing says what it is, as with an empty list that nobody uses. Write the type down, on the `let` or on the parameter.",
    wrong: "fn f() -> Nat {\n  let none = []\n  1\n}",
    right: "fn f() -> Nat {\n  let none: List<Nat> = []\n  1\n}",
  },
  {
    code: "H0511",
    title: "a record without some of its fields",
    explain: "A record is made with all its fields; there are no default values.",
    wrong: "type Point { x: Nat, y: Nat }\nfn f() -> Point = Point { x: 1 }",
    right: "type Point { x: Nat, y: Nat }\nfn f() -> Point = Point { x: 1, y: 2 }",
  },
  {
    code: "H0512",
    title: "`with` on something that cannot be copied",
    explain:
      "`r with { field: value }` makes a changed copy of a record and forgets the old value of the field. A resource can neither be copied nor forgotten: take it apart with `let`, and make it anew.",
    wrong:
      'resource Purse { owner: Text, funds: Coin<USD> }\nfn rename(p: Purse) -> Purse = p with { owner: "bob" }',
    right:
      'resource Purse { owner: Text, funds: Coin<USD> }\nfn rename(p: Purse) -> Purse {\n  let Purse { funds } = p\n  Purse { owner: "bob", funds }\n}',
  },
  {
    code: "H0513",
    title: "values that cannot be compared",
    explain:
      "`==`, `!=`, `hash`, looking for an item, the keys of maps and the items of sets compare Data that holds no functions: a function has no equality. Comparing two coins would use them up: compare their amounts.",
    wrong: "fn f(a: fn() -> Nat, b: fn() -> Nat) -> Bool = a == b",
    right: "fn f(a: fn() -> Nat, b: fn() -> Nat) -> Bool = a() == b()",
  },
  {
    code: "H0514",
    title: "an operator that does not fit",
    explain:
      "`+`, `-`, `*`, `<` and the like are defined for certain kinds of operands: numbers with numbers, money with money of the same currency, times with durations. There is no `/`: a quotient says how it rounds, or `fails`.",
    wrong: "fn raise(amount: Money<USD>) -> Money<USD> = amount + 1",
    right: "fn raise(amount: Money<USD>) -> Money<USD> = amount + 1 USD",
  },
  {
    code: "H0515",
    title: "a type that leaves the place where it means something",
    explain:
      "The type of what a function value gives back mentions something that is known only inside it, so nobody outside could say what it is. Give back a pair that carries the value too, or do the whole work inside.",
  },
  {
    code: "H0516",
    title: "a value that nobody asked for",
    explain:
      "The body gives a value, and its head promises none. Either the head lacks `-> T`, or the last line is not needed.",
    wrong: "fn f(n: Nat) {\n  n + 1\n}",
    right: "fn f(n: Nat) -> Nat {\n  n + 1\n}",
  },
  {
    code: "H0517",
    title: "a function that the type does not have",
    explain:
      "`x.f(…)` means the function `f` of the module that declares the type of `x`, with `x` first. Functions of this module, and imported ones, are called by name: `f(x, …)`.",
    wrong: "fn twice(n: Nat) -> Nat = n + n\nfn f(n: Nat) -> Nat = n.twice()",
    right: "fn twice(n: Nat) -> Nat = n + n\nfn f(n: Nat) -> Nat = twice(n)",
  },
  {
    code: "H0518",
    title: "a resource that would leave the ledger",
    explain:
      "Errors, events and capabilities are written down and read by anybody, so they hold Data only. Tell the amount instead of the coin.",
    wrong: "event Paid { coin: Coin<USD> }",
    right: "event Paid { amount: Money<USD> }",
  },
  {
    code: "H0519",
    title: "a resource in disguise",
    explain:
      "What holds a resource is a resource, and its declaration must say so: `resource`, not `type`. Then every reader sees that it can be neither copied nor lost.",
    wrong: "type Purse { funds: Coin<USD> }",
    right: "resource Purse { funds: Coin<USD> }",
  },
  {
    code: "H0520",
    title: "a hole",
    explain:
      "`?name` stands for something that is still to be written. The checker says which type is expected there and what is at hand; a program with holes cannot be run.",
    wrong: "fn tax(amount: Money<USD>) -> Money<USD> = ?later",
    right: "fn tax(amount: Money<USD>) -> Money<USD> = amount",
  },
  {
    code: "H0522",
    title: "a constant that is a resource",
    explain:
      "Everybody may use a constant, again and again. A coin can be used once, so it lives in the row of a table.",
    wrong: "const reserve: Coin<USD> = zero(USD)",
    right: "const reserve: Money<USD> = 0 USD",
  },
  {
    code: "H0523",
    title: "a type that takes itself as an argument",
    explain:
      "A type whose values hold functions of that same type would let a program call itself for ever without any recursion to be seen. Keep what the function needs as data, and write the function outside the type.",
    wrong: "type Knot { Tie(fn(Knot) -> Nat) }",
    right: "type Chain { End, Link(Nat, Chain) }",
  },
  {
    code: "H0524",
    title: "a type without values",
    explain:
      "To make a value of this type takes another one first, and so on without end. Let it end: with a constructor that needs none, an `Option`, or a `List`.",
    wrong: "type Chain { head: Nat, rest: Chain }",
    right: "type Chain { head: Nat, rest: Option<Chain> }",
  },
];
