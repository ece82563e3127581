// Attacks on the lexer and the parser: depth, length, lies to the reader's eye. Whatever the text, there is a
// bounded list of diagnostics, and the work is linear in the text.

import { ACCEPTED, attack, type Hostile, lines, refused } from "./hostile.ts";

/** More than any parser that recurses on the host's stack survives, and still less than a source may be. */
const DEEP = 60_000;
/** What the lexer says, and what the parser says. */
const SYNTAX: readonly string[] = ["H00", "H01"];

const nested = (name: string, body: () => string): Hostile => ({
  name,
  must: "refused as nested too deeply, once, however deep it is",
  outcome: refused(...SYNTAX),
  sources: () => attack(body()),
});

const around = (open: string, middle: string, close: string, count: number): string =>
  open.repeat(count) + middle + close.repeat(count);

const DEPTH: readonly Hostile[] = [
  nested("deep-parentheses", () => `fn f() -> Nat = ${around("(", "1", ")", DEEP)}`),
  nested("deep-parentheses-never-closed", () => `fn f() -> Nat = ${"(".repeat(DEEP)}`),
  nested("deep-lists", () => `fn f() -> Nat = ${around("[", "1", "]", DEEP)}`),
  nested("deep-blocks", () => `fn f() -> Nat ${around("{", "1", "}", DEEP)}`),
  nested("deep-types", () => `fn f(x: ${around("List<", "Nat", ">", DEEP / 2)}) -> Nat = 1`),
  nested("deep-function-types", () => `fn f(x: ${"fn() -> ".repeat(DEEP / 4)}Nat) -> Nat = 1`),
  nested("deep-patterns", () =>
    [
      "fn f(x: Nat) -> Nat {",
      "  match x {",
      `    ${around("Some(", "y", ")", DEEP / 3)} => 1`,
      "  }",
      "}",
    ].join("\n"),
  ),
  nested("deep-lambdas", () => `fn f() -> Nat = ${around("fn() { ", "1", " }", DEEP / 8)}`),
  nested("deep-records", () => `type R { r: Nat }\nfn f() -> R = ${around("R { r: ", "1", " }", DEEP / 8)}`),
  nested("deep-negations", () => `fn f(x: Bool) -> Bool = ${"!".repeat(DEEP)}x`),
  nested("deep-minuses", () => `fn f(x: Int) -> Int = ${"-".repeat(DEEP)}x`),
  nested("long-operator-chain", () => `fn f(x: Nat) -> Nat = x${" + x".repeat(DEEP)}`),
  nested("long-comparison-chain", () => `fn f(x: Nat) -> Bool = x${" < x".repeat(DEEP)}`),
  nested("long-method-chain", () => `fn f(x: Nat) -> Nat = x${".f()".repeat(DEEP / 2)}`),
  nested("long-index-chain", () => `table t: Nat => Nat\nfn f(x: Nat) -> Nat reads = t${"[x]".repeat(DEEP)}`),
  nested("long-else-if-chain", () =>
    ["fn f(x: Nat) -> Nat =", `  ${"if x == 1 { 1 } else ".repeat(DEEP / 8)}{ 0 }`].join("\n"),
  ),
  nested("deep-matches", () => `fn f(x: Nat) -> Nat = ${around("match x { y => ", "1", " }", DEEP / 8)}`),
  nested("deep-exists", () => `table t: Nat => ${"exists (x: Nat) ".repeat(DEEP / 8)}Nat`),
];

const LENGTH: readonly Hostile[] = [
  {
    name: "source-too-long",
    must: "refused by its length, before it is read",
    outcome: refused(...SYNTAX),
    sources: () => attack("// a line that says nothing\n".repeat(40_000)),
  },
  {
    name: "number-of-many-digits",
    must: "refused by its digits, before they are turned into a number",
    outcome: refused(...SYNTAX),
    sources: () => attack(`fn f() -> Int = ${"9".repeat(200_000)}`),
  },
  {
    name: "percent-of-many-digits",
    must: "refused by its digits",
    outcome: refused(...SYNTAX, "H05"),
    sources: () => attack(`fn f() -> Percent = 0.${"3".repeat(200_000)}%`),
  },
  {
    name: "name-of-many-letters",
    must: "refused by its length, so that no message quotes it whole",
    outcome: refused(...SYNTAX),
    sources: () => attack(`fn f(x: Nat) -> Nat = ${"a".repeat(200_000)}`),
  },
  {
    name: "text-of-many-escapes",
    must: "accepted: it is a text like any other",
    outcome: ACCEPTED,
    sources: () => attack(`fn f() -> Text = "${'\\n\\"'.repeat(50_000)}"`),
  },
  {
    name: "text-never-closed",
    must: "refused once, where the text begins",
    outcome: refused(...SYNTAX),
    sources: () => attack(`fn f() -> Text = "${"x".repeat(200_000)}`),
  },
  {
    name: "closers-without-openers",
    must: "refused; the list of diagnostics is cut off",
    outcome: refused(...SYNTAX),
    sources: () => attack("})]".repeat(60_000)),
  },
  {
    name: "an-error-on-every-line",
    must: "refused; the list of diagnostics is cut off",
    outcome: refused(...SYNTAX),
    sources: () => attack(lines(20_000, () => "fn fn fn")),
  },
  {
    name: "nothing-but-newlines",
    must: "accepted: an empty module",
    outcome: ACCEPTED,
    sources: () => attack("\n".repeat(200_000)),
  },
  {
    name: "long-comments",
    must: "accepted: comments cost what their bytes cost",
    outcome: ACCEPTED,
    sources: () => attack(`// ${"/".repeat(200_000)}\nfn f() -> Nat = 1`),
  },
];

/** One line of a source that looks like something else than it is. */
const deceit = (name: string, text: string): Hostile => ({
  name,
  must: "refused: what a reader sees is not what stands there",
  outcome: refused(...SYNTAX),
  sources: () => attack(text),
});

const DECEIT: readonly Hostile[] = [
  deceit("bidi-override-in-comment", "// pay \u202e eerf\nfn f() -> Nat = 1"),
  deceit("bidi-isolate-in-comment", "// pay \u2066 free \u2069\nfn f() -> Nat = 1"),
  deceit("bidi-override-in-text", 'fn f() -> Text = "alice\u202eecila"'),
  deceit("zero-width-space-in-text", 'fn f() -> Text = "al\u200bice"'),
  deceit("zero-width-joiner-in-name", "fn pa\u200dy() -> Nat = 1"),
  deceit("cyrillic-name", "fn \u0440\u0430\u0443() -> Nat = 1"),
  deceit("latin-name-with-one-cyrillic-letter", "fn p\u0430y() -> Nat = 1"),
  deceit("full-width-name", "fn \uff46() -> Nat = 1"),
  deceit("greek-question-mark", "fn f() -> Nat {\n  let x = 1\u037e\n  x\n}"),
  deceit("no-break-space", "fn f() ->\u00a0Nat = 1"),
  deceit("line-separator-in-comment", "// nothing here\u2028fn f() -> Nat = 1"),
  deceit("carriage-return-in-comment", "// nothing here\rfn f() -> Nat = 1"),
  deceit("nul-in-text", 'fn f() -> Text = "a\u0000b"'),
  deceit("lone-surrogate", 'fn f() -> Text = "\ud800"'),
  deceit("byte-order-mark", "\ufefffn f() -> Nat = 1"),
  deceit("text-not-composed", 'fn f() -> Text = "e\u0301"'),
  deceit("escape-to-a-surrogate", 'fn f() -> Text = "\\u{d800}"'),
];

export const SYNTAX_ATTACKS: readonly Hostile[] = [...DEPTH, ...LENGTH, ...DECEIT];
