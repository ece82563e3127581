// Codes H07xx, patterns and coverage.

import type { CodeEntry } from "./entry.ts";

export const PATTERNS: readonly CodeEntry[] = [
  {
    code: "H0700",
    title: "a tuple pattern of another length",
    explain: "A pattern of a tuple has as many parts as the tuple.",
    wrong: "fn f(pair: (Nat, Nat)) -> Nat {\n  let (a, b, c) = pair\n  a\n}",
    right: "fn f(pair: (Nat, Nat)) -> Nat {\n  let (a, b) = pair\n  a\n}",
  },
  {
    code: "H0701",
    title: "a constructor pattern of another length",
    explain:
      "A pattern of a constructor has as many parts as the constructor holds; `_` stands for one that does not matter.",
    wrong: "fn f(n: Option<Nat>) -> Nat = match n {\n  Some(x, y) => x\n  None => 0\n}",
    right: "fn f(n: Option<Nat>) -> Nat = match n {\n  Some(x) => x\n  None => 0\n}",
  },
  {
    code: "H0702",
    title: "a name bound twice in one pattern",
    explain:
      "Each name in a pattern is new, so it can stand for one part only. To ask whether two parts are equal, name them apart and compare them.",
    wrong: "fn f(pair: (Nat, Nat)) -> Bool {\n  let (a, a) = pair\n  true\n}",
    right: "fn f(pair: (Nat, Nat)) -> Bool {\n  let (a, b) = pair\n  a == b\n}",
  },
  {
    code: "H0703",
    title: "too many arms",
    explain:
      "A `match` has a limited number of arms, because every node checks them all. Put what differs into a table or a list, and look it up.",
  },
  {
    code: "H0710",
    title: "a case without an arm",
    explain:
      "A `match` must say what happens in every case; the message shows one that is left out, as a pattern. `_` stands for all values, as needed for numbers and texts.",
    wrong: "fn f(n: Option<Nat>) -> Nat = match n {\n  Some(x) => x\n}",
    right: "fn f(n: Option<Nat>) -> Nat = match n {\n  Some(x) => x\n  None => 0\n}",
  },
  {
    code: "H0711",
    title: "an arm that is never reached",
    explain:
      "The arms above match all that this one would. Either it is not needed, or it stands too low: arms are tried from the top. This is a warning.",
    wrong: "fn f(n: Option<Nat>) -> Nat = match n {\n  _ => 0\n  Some(x) => x\n}",
    right: "fn f(n: Option<Nat>) -> Nat = match n {\n  Some(x) => x\n  _ => 0\n}",
  },
  {
    code: "H0712",
    title: "a pattern that need not match",
    explain:
      "The pattern of a `let` or a parameter must match whatever comes. Where it might not, use `match`, and say what happens then.",
    wrong: "fn f(n: Option<Nat>) -> Nat {\n  let Some(x) = n\n  x\n}",
    right: "fn f(n: Option<Nat>) -> Nat = match n {\n  Some(x) => x\n  None => 0\n}",
  },
  {
    code: "H0713",
    title: "patterns that are too much work",
    explain:
      "To tell whether the arms cover all cases can take more and more work as patterns are combined. It is bounded, because every node does it. Split the `match` into several with fewer and simpler patterns.",
  },
];
