// Codes H04xx, names and modules.

import type { CodeEntry } from "./entry.ts";

export const NAMES: readonly CodeEntry[] = [
  {
    code: "H0400",
    title: "an unknown name",
    explain:
      "A name must be declared in this module, imported by its own name, or bound around the place. Nothing is imported implicitly except the types of the language, `Some`, `None`, `Ok`, `Err`, `mint`, `burn`, `zero`, `split`, `join`, `discard`, `fold`, `now` and the built-in errors. A constant may use constants that stand before it.",
    wrong: 'action f() {\n  require signed(role("risk"))\n}',
    right: 'import std.auth {role, signed}\n\naction f() {\n  require signed(role("risk"))\n}',
  },
  {
    code: "H0401",
    title: "an unknown type",
    explain:
      "Types are declared in this module, imported by name, or belong to the language: Int, Nat, Bool, Text, Bytes, Hash, Time, Date, Duration, Percent, Decimal, Ratio, Money, Amount, Coin, Option, Result, List, Map, Set, Key, Policy.",
    wrong: "fn f(n: Integer) -> Int = n",
    right: "fn f(n: Int) -> Int = n",
  },
  {
    code: "H0402",
    title: "a name of another kind",
    explain:
      "The name is known, and stands for something that cannot stand here: a type or an event where a value is expected, or a function where a record's fields are given.",
    wrong: "event Paid { amount: Nat }\nfn f() -> Nat = Paid",
    right: "event Paid { amount: Nat }\naction f() {\n  emit Paid { amount: 1 }\n}",
  },
  {
    code: "H0403",
    title: "a name that the module does not have",
    explain:
      "The imported module is there, and declares nothing of this name. The spelling may differ, or the name may live in another module of the library: `hopper doc` lists what each has.",
    wrong: "import std.time {day}\nconst week = day(7)",
    right: "import std.time {days}\nconst week = days(7)",
  },
  {
    code: "H0404",
    title: "a private name",
    explain:
      "A `fn` or `const` is private unless it is marked `pub`, and a table is always private: only the module's own code touches its rows. Actions, queries, types, resources, assets, capabilities, policies, errors and events can be imported as they are.",
    wrong: "import std.list {merged}\nconst n = 1",
  },
  {
    code: "H0405",
    title: "an unknown currency",
    explain:
      "A number with a capital name behind it is money, and the name must be a currency that is declared here or imported.",
    wrong: "const fee = 1.00 EUR",
    right: "currency EUR { decimals: 2, mint: self }\nconst fee = 1.00 EUR",
  },
  {
    code: "H0406",
    title: "an unknown constructor",
    explain:
      "In a pattern, a name with a capital stands for a constructor of a type, and it must be known. A new name for whatever is there is written small.",
    wrong:
      "type Stage { Open, Closed }\nfn is_open(s: Stage) -> Bool = match s {\n  Opened => true\n  _ => false\n}",
    right:
      "type Stage { Open, Closed }\nfn is_open(s: Stage) -> Bool = match s {\n  Open => true\n  Closed => false\n}",
  },
  {
    code: "H0407",
    title: "an unknown module",
    explain:
      "The module is not among the sources given, nor deployed, nor part of the library. On the command line, modules are looked for in the folder of the file that imports them, by their `module` line.",
    wrong: "import std.tme {days}\nconst week = days(7)",
    right: "import std.time {days}\nconst week = days(7)",
  },
  {
    code: "H0408",
    title: "a name given twice",
    explain:
      "In one module a name is declared once, in one record a field, and one name is imported from one module. Who may upgrade the module is said once, too, and how rows of a table are migrated.",
    wrong: "const fee = 1%\nfn fee() -> Nat = 1",
    right: "const fee = 1%\nfn fixed_fee() -> Nat = 1",
  },
  {
    code: "H0409",
    title: "a source without a name",
    explain:
      "A source begins with `module` and the module's name, such as `module demo.bank`. The name is how other modules import it and how commands call it; the file may be called anything.",
  },
  {
    code: "H0410",
    title: "modules that import each other",
    explain:
      "Imports may not go round in a circle. Calls then lead in one direction only: code that was called can never call back into its caller while that is half done. Move what both need into a third module.",
  },
  {
    code: "H0411",
    title: "a module's name that is taken",
    explain:
      "Two of the sources have the same name, or one has a name that begins with `std.`, which belongs to the library.",
    wrong: "module std.mine\nconst n = 1",
    right: "module demo.mine\nconst n = 1",
  },
];
