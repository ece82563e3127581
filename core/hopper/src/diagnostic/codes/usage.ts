// Codes H02xx, how often a resource is used.

import type { CodeEntry } from "./entry.ts";

export const USAGE: readonly CodeEntry[] = [
  {
    code: "H0201",
    title: "a resource used up in one branch only",
    explain:
      "Whichever way a program goes, each resource must be handed on exactly once, so all branches of an `if` or a `match` must agree. A branch that ends with `abort` agrees with every other, because then nothing happens at all. Without `else`, an `if` has an empty second branch.",
    wrong:
      "fn keep(coin: Coin<USD>, pot: Coin<USD>, both: Bool) -> Coin<USD> {\n  if both { pot.join(coin) } else { pot }\n}",
    right:
      "fn keep(coin: Coin<USD>, pot: Coin<USD>, both: Bool) -> (Coin<USD>, Coin<USD>) {\n  if both { (pot.join(coin), zero(USD)) } else { (pot, coin) }\n}",
  },
  {
    code: "H0202",
    title: "a resource used twice",
    explain:
      "A coin is a thing, not a number: once it has been handed over it is gone from here, so it cannot be handed over again. That is what makes money impossible to double. Go on with what the first use gives back, or split the coin first.",
    wrong: "fn double(coin: Coin<USD>) -> Coin<USD> = coin.join(coin)",
    right: "fn gather(a: Coin<USD>, b: Coin<USD>) -> Coin<USD> = a.join(b)",
  },
  {
    code: "H0203",
    title: "a resource that is lost",
    explain:
      "A resource that has a name must be used: returned, put into a row, or handed to a function that takes it. To forget a coin is as bad as to copy it, so what is left over after a split has to go somewhere too.",
    wrong: "fn lose(coin: Coin<USD>) -> Nat = 1",
    right: "fn same(coin: Coin<USD>) -> Coin<USD> = coin",
  },
  {
    code: "H0204",
    title: "a resource inside a function that may run twice",
    explain:
      "A function value owns what it mentions. If it may be called more than once, or never, a resource in it would be copied or lost. Say `once fn` and call it exactly once, or hand the resource in as an argument. Even to look at a coin, such a function would have to own it: look before, and mention the amount.",
    wrong: "fn f(coin: Coin<USD>) -> Coin<USD> {\n  let give = fn() { coin }\n  give()\n}",
    right: "fn f(coin: Coin<USD>) -> Coin<USD> {\n  let give = once fn() { coin }\n  give()\n}",
  },
  {
    code: "H0205",
    title: "a resource used at each call",
    explain:
      "The function value is handed to something that may call it any number of times, such as `fold` or `map`. A coin inside would be gone after the first call. Let the coin travel through the calls: `fold` hands to each step what the step before gave back.",
    wrong:
      "fn fill(amounts: List<Money<USD>>, coin: Coin<USD>) -> Coin<USD> =\n  fold(amounts, zero(USD), once fn(sum: Coin<USD>, amount: Money<USD>) { sum.join(coin) })",
    right:
      "fn fill(amounts: List<Money<USD>>, coin: Coin<USD>) -> Coin<USD> =\n  fold(amounts, coin, fn(sum: Coin<USD>, amount: Money<USD>) { sum.join(zero(USD)) })",
  },
  {
    code: "H0206",
    title: "a resource without a name that is lost",
    explain:
      "A statement whose value is a resource drops it. Give the value a name with `let`, and say what becomes of it.",
    wrong: "action pay() {\n  mint(USD, 1.00 USD)\n}",
    right: "action pay() {\n  let coin = mint(USD, 1.00 USD)\n  burn(coin)\n}",
  },
  {
    code: "H0207",
    title: "a pattern that loses a resource",
    explain:
      "`_`, a variable for a whole that is not used, or a field that a record pattern leaves out would drop what they stand for. Data may be dropped so; resources may not. Give the part a name, and use it.",
    wrong: "fn first(pair: (Coin<USD>, Coin<USD>)) -> Coin<USD> {\n  let (a, _) = pair\n  a\n}",
    right: "fn both(pair: (Coin<USD>, Coin<USD>)) -> Coin<USD> {\n  let (a, b) = pair\n  a.join(b)\n}",
  },
  {
    code: "H0208",
    title: "a look at a resource that is gone",
    explain:
      "The fields of a resource, such as `coin.amount`, can be looked at as long as it is here. After it has been handed over there is nothing to look at. Look first, and keep the number.",
    wrong: "action f() {\n  let coin = mint(USD, 1.00 USD)\n  burn(coin)\n  require coin.amount > 0 USD\n}",
    right:
      "action f() {\n  let coin = mint(USD, 1.00 USD)\n  let amount = coin.amount\n  burn(coin)\n  require amount > 0 USD\n}",
  },
  {
    code: "H0209",
    title: "a parameter of types used as a value",
    explain:
      "What stands between `<` and `>` exists while types are checked, and is gone when the program runs. A value that is needed then is an ordinary parameter.",
    wrong: "fn name_of<id: Text>(n: Nat) -> Text = id",
    right: "fn name_of(id: Text, n: Nat) -> Text = id",
  },
  {
    code: "H0210",
    title: "a resource that stays where it is",
    explain:
      "A field or a row that is a resource cannot be read off like a number, since it would then be there twice. Move the whole out (`take` a row, take a record apart with `let`), and put back what is to stay. Fields that are Data can be looked at freely.",
    wrong: "resource Purse { funds: Coin<USD> }\nfn open(purse: Purse) -> Coin<USD> = purse.funds",
    right:
      "resource Purse { funds: Coin<USD> }\nfn open(purse: Purse) -> Coin<USD> {\n  let Purse { funds } = purse\n  funds\n}",
  },
  {
    code: "H0211",
    title: "a look at a resource that nobody holds",
    explain:
      "An expression makes a resource, and only a part of it is looked at: the rest would be lost. Give the whole a name with `let`, look at it there, then hand it on.",
    wrong: "action f() {\n  require mint(USD, 1.00 USD).amount > 0 USD\n}",
    right: "action f() {\n  let coin = mint(USD, 1.00 USD)\n  require coin.amount > 0 USD\n  burn(coin)\n}",
  },
  {
    code: "H0290",
    title: "a body that is nested too deeply",
    explain:
      "Once types are worked out, an expression may be nested at most so many levels deep. Every node checks what is deployed, and none may run out of stack. Give parts of it names with `let`, or make them functions of their own.",
  },
];
