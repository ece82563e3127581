// The session: what each line answers.

import { Session } from "@juno/hopper";
import { beforeEach, describe, expect, it } from "vitest";
import { ReplLines } from "../../src/hopper/repl-lines.ts";
import { sha256 } from "../../src/hopper/sha256.ts";
import { plainPaint } from "../../src/terminal/paint.ts";
import { ownFolder } from "./folder.ts";
import { PURSE } from "./purse-programs.ts";

const folder = ownFolder();
let lines: ReplLines;

beforeEach(() => {
  folder.write("purse.hop", PURSE);
  lines = new ReplLines(new Session(sha256), plainPaint);
  lines.answer(":load purse.hop");
});

const answers = (...typed: readonly string[]): string[] => typed.map((line) => lines.answer(line).text);

it("evaluates, names, declares, and asks for types and costs", () => {
  expect(
    answers(
      "1 + 1",
      "it + 5",
      'let name = "ann"',
      "name",
      "fn twice(n: Nat) -> Nat = n + n",
      "twice(it.length())",
      ":t twice",
      ":gas twice(4)",
      "fn(n: Nat) { n }",
      "fn twice(n: Nat) -> Text {\n  n.to_text()\n}",
      "[twice(1), name]",
    ),
  ).toEqual([
    "2 : Nat",
    "7 : Nat",
    '"ann" : Text',
    '"ann" : Text',
    "Declared twice.",
    "6 : Nat",
    "fn(n: Nat) -> Nat",
    expect.stringMatching(/^gas \d$/),
    ": fn(n: Nat) -> Nat",
    "Declared twice.",
    '["1","ann"] : List<Text>',
  ]);
});

it("runs actions as commands, shows what they change, and takes it back", () => {
  const [opened, ...others] = answers(
    'open("ann", signer("ann"), 5.00 USD)',
    'inside("ann")',
    "supply(USD)",
    'signing(["ann"], fn() { empty("ann") })',
    ":diff",
    ":undo",
    'inside("ann")',
    ":sign ann",
    'empty("ann")',
    "supply(USD)",
  );
  expect(opened).toMatch(
    /^purse\.purses ann {2}funds {2}- {2}→ {2}5\.00 USD\npurse\.purses ann {2}owner {2}- {2}→ {2}key [0-9a-f]{8}…\nminted 5\.00 USD\ngas \d+$/,
  );
  const emptied = expect.stringMatching(
    /5\.00 USD {2}→ {2}-\n.*\nburned 5\.00 USD\npurse\.Emptied amount 5\.00 USD, name ann\n/,
  );
  expect(others).toEqual([
    "5.00 USD : Money<USD>",
    "5.00 USD : Money<USD>",
    emptied,
    "There are no rows.",
    "The latest line is taken back.",
    "5.00 USD : Money<USD>",
    "Every command is signed by ann.",
    emptied,
    "0.00 USD : Money<USD>",
  ]);
});

it("keeps nothing of a line that fails", () => {
  const line = 'open("ann", signer("ann"), 5.00 USD)\nopen("bob", signer("bob"), -1.00 USD)';
  expect(lines.answer(line).ok).toBe(false);
  expect(answers(":diff", ":undo")).toEqual(["There are no rows.", "There is nothing to take back."]);
});

it("lets time pass, and says so", () => {
  expect(answers("wait(days(3))", "now")).toEqual([
    "It is 2026-01-04T00:00:00.000Z.",
    "2026-01-04T00:00:00.000Z : Time",
  ]);
});

describe("what is refused", () => {
  it.each([
    [
      "open(?who, ?owner, 1.00 USD)",
      ["the hole `?who` is to be filled with a `Text`", "`?owner` is to be filled with a `Policy`"],
    ],
    ["zero(USD)", ["error[H0206] the result of `zero` is a resource, and nothing takes it"]],
    ["let c = zero(USD)", ["error[H0206] the result of `zero` is a resource"]],
    [
      'empty("eve")',
      ["error[RowMissing] there is no row eve in `purses`", 'input 1:1, `empty("eve")`: called from here'],
    ],
    ["1 +", ["input 1:1", "expected an expression"]],
    ["let (a, b) = (1, 2)", ["a `let` gives one name"]],
    ["let f = fn(n: Nat) { n }", ["error[H0913]"]],
    [":nonsense", ["There is no :nonsense."]],
    [":load nowhere.hop", ["There is no nowhere.hop"]],
    [":t", [":t 1 + 1"]],
  ])("%s", (line, parts) => {
    const { text, ok } = lines.answer(line);
    expect(ok).toBe(false);
    for (const part of parts) expect(text).toContain(part);
  });
});

it("loads other modules, and forgets the ledger; what is wrong with them changes nothing", () => {
  folder.write("other.hop", "module demo.other\n\npub fn half(n: Nat) -> Nat fails = n.div(2)\n");
  folder.write("bad.hop", "module demo.bad\n\nfn f() -> Nat = x\n");
  const [, bad, asked, loaded, half, gone] = answers(
    'open("ann", signer("ann"), 5.00 USD)',
    ":load bad.hop",
    'inside("ann")',
    ":load other.hop",
    "half(9)",
    'inside("ann")',
  );
  expect(bad).toContain("error[H0400]");
  expect(asked).toBe("5.00 USD : Money<USD>");
  expect(loaded).toBe("Loaded: demo.other. The ledger is empty.");
  expect(half).toBe("4 : Nat");
  expect(gone).toContain("error[H0400] there is no `inside` here");
});

it("completes what could be typed", () => {
  lines.answer("let amount = 1.00 USD");
  expect(lines.completions("open(sig")).toEqual([["signed", "signer", "signing"], "sig"]);
  expect(lines.completions("am")).toEqual([["amount"], "am"]);
  expect(lines.completions(":l")).toEqual([[":load"], ":l"]);
  expect(lines.completions("1 + ")).toEqual([[], ""]);
});
