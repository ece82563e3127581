// Codes H08xx, termination.

import type { CodeEntry } from "./entry.ts";

export const TERMINATION: readonly CodeEntry[] = [
  {
    code: "H0801",
    title: "a function that may never end",
    explain:
      "A `fn` must end for all arguments. It may call itself with a part of a parameter that a pattern gives, such as the rest of a list: parts get smaller, and that has an end. What counts up or down, or calls itself with the same, may go on for ever. Use `fold` over a list, or mark the function `partial`: then only actions, queries and tests may call it, and gas bounds it.",
    wrong: "fn sum(xs: List<Nat>) -> Nat = match xs {\n  [] => 0\n  [first, ..rest] => first + sum(xs)\n}",
    right: "fn sum(xs: List<Nat>) -> Nat = match xs {\n  [] => 0\n  [first, ..rest] => first + sum(rest)\n}",
  },
  {
    code: "H0802",
    title: "a call of a function that need not end",
    explain:
      "A function that always ends cannot call one that is marked `partial`. Mark the caller as well, or call something that ends.",
    wrong: "partial fn search(n: Nat) -> Nat = search(n + 1)\nfn found() -> Nat = search(0)",
    right: "partial fn search(n: Nat) -> Nat = search(n + 1)\npartial fn found() -> Nat = search(0)",
  },
  {
    code: "H0803",
    title: "recursion that is too much work to follow",
    explain:
      "Whether functions that call each other end is told from how their arguments shrink along all ways round. With many functions and parameters that is too much work for a node. Let fewer call each other, or mark them `partial`.",
  },
];
