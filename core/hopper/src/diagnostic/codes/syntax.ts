// Codes H01xx, the grammar.

import type { CodeEntry } from "./entry.ts";

export const SYNTAX: readonly CodeEntry[] = [
  {
    code: "H0101",
    title: "something else was expected",
    explain:
      "The grammar admits only certain words and signs at this place. The message says which, and what stands there instead.",
    wrong: "fn f(n: Nat) -> Nat {\n  let m n + 1\n  m\n}",
    right: "fn f(n: Nat) -> Nat {\n  let m = n + 1\n  m\n}",
  },
  {
    code: "H0102",
    title: "a bracket that is never closed",
    explain:
      "Every `(`, `[` and `{` needs its closer before the text around it ends. The complaint points to the opener; a declaration at the beginning of a line ends whatever is still open, so the mistake lies between the two.",
    wrong: "fn f(n: Nat) -> Nat {\n  n + 1\n\nfn g() -> Nat = 2",
    right: "fn f(n: Nat) -> Nat {\n  n + 1\n}\n\nfn g() -> Nat = 2",
  },
  {
    code: "H0103",
    title: "a closing bracket without an opener",
    explain: "A `)`, `]` or `}` stands where nothing is open, or where another kind of bracket is.",
    wrong: "fn f(n: Nat) -> Nat {\n  n + 1)\n}",
    right: "fn f(n: Nat) -> Nat {\n  n + 1\n}",
  },
  {
    code: "H0104",
    title: "a line that goes on where it should end",
    explain:
      "A newline ends a statement or declaration, and each has a line of its own. A line goes on only within brackets, or if the next one begins with an operator or a point.",
    wrong: "fn f() -> Nat {\n  let a = 1 let b = 2\n  a + b\n}",
    right: "fn f() -> Nat {\n  let a = 1\n  let b = 2\n  a + b\n}",
  },
  {
    code: "H0105",
    title: "a semicolon",
    explain:
      "Statements are divided by newlines, the fields of a record by commas or newlines; there are no semicolons.",
    wrong: "fn f() -> Nat {\n  let a = 1;\n  a\n}",
    right: "fn f() -> Nat {\n  let a = 1\n  a\n}",
  },
  {
    code: "H0106",
    title: "`else` on a line of its own",
    explain: "A newline after `}` ends the `if`, so `else` stands on the same line as that brace.",
    wrong: "fn f(b: Bool) -> Nat {\n  if b { 1 }\n  else { 2 }\n}",
    right: "fn f(b: Bool) -> Nat {\n  if b { 1 } else { 2 }\n}",
  },
  {
    code: "H0107",
    title: "`=` where a comparison is meant",
    explain: "`==` compares two values. `=` binds a name in a `let` or defines a body; it is no expression.",
    wrong: "fn f(n: Nat) -> Bool = if n = 1 { true } else { false }",
    right: "fn f(n: Nat) -> Bool = if n == 1 { true } else { false }",
  },
  {
    code: "H0108",
    title: "comparisons in a chain",
    explain:
      "Comparisons do not associate: `a < b < c` would compare a truth value with a number. `<` and `>` around types occur in types only; calls find their type arguments by themselves.",
    wrong: "fn f(n: Nat) -> Bool = 0 < n < 10",
    right: "fn f(n: Nat) -> Bool = 0 < n && n < 10",
  },
  {
    code: "H0109",
    title: "a word of another language",
    explain:
      "`and`, `or`, `not`, `return`, `null`, `for`, `while` and some others are no words of this language. The message says what is written instead. In particular there is no null and no loop: what may be missing is an `Option`, and lists are gone through by `fold`, so that every program ends.",
    wrong: "fn f(a: Bool, b: Bool) -> Bool = a and not b",
    right: "fn f(a: Bool, b: Bool) -> Bool = a && !b",
  },
  {
    code: "H0110",
    title: "an operator that does not exist",
    explain:
      "There is no `/`: a quotient says how it rounds or that it can fail, so it is a call. The remainder is `mod`; `%` belongs to percent literals and stands directly behind the number.",
    wrong: "fn half(n: Nat) -> Nat fails = n / 2",
    right: "fn half(n: Nat) -> Nat fails = n.div(2)",
  },
  {
    code: "H0111",
    title: "too many levels",
    explain:
      "Expressions, types, patterns and blocks are nested at most 128 levels deep; a chain of operators or calls has as many levels as it has links. Every node checks what is deployed, and none may run out of stack. What lies behind the place is not read.",
  },
  {
    code: "H0112",
    title: "a record in a head without parentheses",
    explain:
      "After `if`, `match`, `require` and `requires` a `{` opens the block that follows, so a record there stands in parentheses, or among the arguments of a call.",
    wrong: "fn f(p: Point) -> Bool = if p == Point { x: 1 } { true } else { false }",
    right: "fn f(p: Point) -> Bool = if p == (Point { x: 1 }) { true } else { false }",
  },
  {
    code: "H0113",
    title: "a record without the name of its type",
    explain: "A record literal begins with the name of its type. A brace alone opens a block of statements.",
    wrong: "fn f() -> Point = { x: 1, y: 2 }",
    right: "fn f() -> Point = Point { x: 1, y: 2 }",
  },
  {
    code: "H0114",
    title: "a word that is taken",
    explain:
      "`let if else match require abort emit update fn with mod true false pub` cannot be names, and `theorem` is kept for a later version. All other words of the language, such as `policy` or `event`, have a meaning only at the beginning of a declaration and may name fields.",
    wrong: "type Game { match: Text }",
    right: "type Game { match_id: Text }",
  },
  {
    code: "H0115",
    title: "a modifier without meaning",
    explain:
      "`pub` makes a `fn` or `const` visible to other modules; actions, queries, types, errors, events and the like are visible as they are. `partial` marks a `fn` that need not end.",
    wrong: "pub type Point { x: Nat }",
    right: "type Point { x: Nat }",
  },
  {
    code: "H0116",
    title: "a function without a body",
    explain:
      "Behind the head of a function, action or query stands its body: a block, or `=` and an expression. The head is: name, parameters, `->` and result, effect, then any number of `requires` and `ensures`.",
    wrong: "fn next(n: Nat) -> Nat",
    right: "fn next(n: Nat) -> Nat = n + 1",
  },
  {
    code: "H0117",
    title: "a parameter without a type",
    explain:
      "What a declaration takes is written down, so that a reader and another module need not look into its body. The parameters of function values may leave their types out.",
    wrong: "fn next(n) -> Nat = n + 1",
    right: "fn next(n: Nat) -> Nat = n + 1",
  },
  {
    code: "H0118",
    title: "no declaration",
    explain:
      "A module consists of `module`, its imports and its declarations: const, type, resource, currency, asset, table, capability, policy, event, error, fn, action, query, init, invariant, migrate, upgrade, test.",
    wrong: "struct Point { x: Nat }",
    right: "type Point { x: Nat }",
  },
  {
    code: "H0119",
    title: "the wrong arrow",
    explain:
      "`->` stands before the result of a function. `=>` stands behind the pattern of a case, between key and row of a table, and in `update`. A function value is `fn(x: Nat) { … }`.",
    wrong: "fn f(b: Bool) -> Nat = match b {\n  true -> 1\n  false -> 0\n}",
    right: "fn f(b: Bool) -> Nat = match b {\n  true => 1\n  false => 0\n}",
  },
  {
    code: "H0120",
    title: "a misplaced rest",
    explain:
      "`..` stands last in a list and takes what is left of it: `[first, ..rest]`. A list is taken apart from its front. Record patterns leave fields out by not naming them.",
    wrong: "fn f(xs: List<Nat>) -> Nat = match xs {\n  [..rest, last] => last\n  _ => 0\n}",
    right: "fn f(xs: List<Nat>) -> Nat = match xs {\n  [first, ..rest] => first\n  _ => 0\n}",
  },
  {
    code: "H0121",
    title: "an update of something that is no row",
    explain: "`update` changes fields of one row of a table, which is named by the table and its key.",
    wrong: "action f() {\n  update total { count => count + 1 }\n}",
    right: 'action f() {\n  update totals["all"] { count => count + 1 }\n}',
  },
  {
    code: "H0122",
    title: "a declaration inside of a body",
    explain:
      "Functions are declared at the top of a module. Within a body a function is a value: `fn(x: Nat) { … }`, which a `let` can name.",
    wrong: "fn f() -> Nat {\n  fn g(n: Nat) -> Nat { n }\n  g(1)\n}",
    right: "fn f() -> Nat {\n  let g = fn(n: Nat) { n }\n  g(1)\n}",
  },
  {
    code: "H0123",
    title: "an assignment",
    explain:
      "A name stands for one value for ever. A new value gets a new name, or the same one by a new `let`; what lasts changes by `update`, `put` and `take` on tables.",
    wrong: "fn f(n: Nat) -> Nat {\n  n = n + 1\n  n\n}",
    right: "fn f(n: Nat) -> Nat {\n  let m = n + 1\n  m\n}",
  },
  {
    code: "H0124",
    title: "a name in the wrong case",
    explain:
      "Types, constructors, errors, events, capabilities, currencies and assets begin with a capital; functions, fields, tables and policies with a small letter. The grammar relies on it: in a pattern `Empty` is a constructor and `empty` a new name.",
    wrong: "type point { x: Nat }",
    right: "type Point { x: Nat }",
  },
  {
    code: "H0125",
    title: "a heading in the wrong place",
    explain:
      "A source begins with `module` and its name, once; then come the imports, then the declarations.",
    wrong: "module demo.a\n\nconst n = 1\n\nimport std.time {days}",
    right: "module demo.a\nimport std.time {days}\n\nconst n = 1",
  },
  {
    code: "H0126",
    title: "a part of a tuple by its number",
    explain:
      "The parts of a tuple have no names and no numbers. A pattern takes a tuple apart and names all its parts.",
    wrong: "fn first(pair: (Nat, Nat)) -> Nat = pair.0",
    right: "fn first(pair: (Nat, Nat)) -> Nat {\n  let (first, _) = pair\n  first\n}",
  },
];
