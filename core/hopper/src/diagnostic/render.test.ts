import { canonicalText } from "@juno/base";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "./diagnostic.ts";
import { firstOf, render, renderAll, toJson } from "./render.ts";
import type { Source } from "./source.ts";

const source = (text: string, name = "bank.hop"): Source => ({ name, text });

/** A diagnostic about the first place where `marked` stands. */
function about(where: Source, marked: string, parts: Partial<Diagnostic> = {}): Diagnostic {
  const start = where.text.indexOf(marked);
  const span = { source: where, start, end: start + marked.length };
  return { code: "H0312", severity: "error", message: "it is wrong", span, notes: [], known: [], ...parts };
}

const linesOf = (diagnostic: Diagnostic): string[] => render(diagnostic).split("\n");

describe("one diagnostic", () => {
  it("is drawn as in L63: claim, place, carets, facts, counterexample, help", () => {
    const bank = source(`${"\n".repeat(42)}  let (paid, rest) = funds.split(amount)\n  paid\n`);
    const diagnostic = about(bank, "split", {
      message: "this payment could exceed the balance",
      label: "needs   amount <= funds.amount",
      known: ["amount >= 0 USD (line 38)"],
      counterexample: "amount = 1 USD, funds.amount = 0 USD",
      help: "add  require amount <= funds.amount else Insufficient { … }  before line 43",
    });
    expect(linesOf(diagnostic)).toEqual([
      "error[H0312] this payment could exceed the balance                     bank.hop:43",
      "43 |   let (paid, rest) = funds.split(amount)",
      "   |                            ^^^^^ needs   amount <= funds.amount",
      "known here: amount >= 0 USD (line 38)       counterexample: amount = 1 USD, funds.amount = 0 USD",
      "help: add  require amount <= funds.amount else Insufficient { … }  before line 43",
    ]);
  });

  it("leaves the source to the notes where they tell the whole story", () => {
    const loan = source("if paid == total {\n  a\n} else {\n  b\n}\n", "loan.hop");
    const span = (text: string) => ({
      source: loan,
      start: loan.text.indexOf(text),
      end: loan.text.indexOf(text) + text.length,
    });
    const diagnostic = about(loan, "if", {
      code: "H0201",
      message: "`pledge` (Coin<GOLD>) is handed over in one branch but kept in the other",
      notes: [
        { span: span("if paid == total"), label: "not used, so it would be lost" },
        { span: span("else"), label: "moved into loans.put" },
      ],
    });
    expect(linesOf(diagnostic)).toEqual([
      "error[H0201] `pledge` (Coin<GOLD>) is handed over in one branch but kept in the other      loan.hop:1",
      "  line 1, `if paid == total`: not used, so it would be lost",
      "  line 3, `else`: moved into loans.put",
    ]);
  });

  it("names the file of a note that stands in another one, and cuts what it quotes", () => {
    const elsewhere = source(`\n${"x".repeat(60)}`, "depot.hop");
    const span = { source: elsewhere, start: 1, end: 61 };
    const nowhere = { source: elsewhere, start: 0, end: 0 };
    const notes = [
      { span, label: "declared here" },
      { span: nowhere, label: "begins here" },
    ];
    const lines = linesOf(about(source("a b"), "b", { label: "this", notes }));
    expect(lines.slice(3)).toEqual([
      `  depot.hop:2, \`${"x".repeat(39)}…\`: declared here`,
      "  depot.hop:1: begins here",
    ]);
  });

  it("puts long facts on two lines", () => {
    const known = ["a".repeat(80)];
    const lines = linesOf(about(source("a b"), "b", { known, counterexample: "b".repeat(40) }));
    expect(lines.slice(3)).toEqual([`known here: ${"a".repeat(80)}`, `counterexample: ${"b".repeat(40)}`]);
  });

  it("shows the first line of a place of several", () => {
    const text = source("  match x {\n    a\n    b\n  }\n");
    expect(linesOf(about(text, "match x {\n    a\n    b\n  }", { label: "not all cases" }))).toEqual([
      "error[H0312] it is wrong                                               bank.hop:1",
      "1 |   match x {",
      "  |   ^^^^^^^^^ … to line 4 not all cases",
    ]);
  });

  it("draws one caret where nothing stands: at the end of a line and of the file", () => {
    const text = source("let x =");
    const span = { source: text, start: 7, end: 7 };
    expect(linesOf(about(text, "x", { span })).slice(1)).toEqual(["1 | let x =", "  |        ^"]);
  });
});

describe("a line of source", () => {
  it.each([
    { name: "tabulators", line: "\tlet\tx = y", marked: "y", shown: "    let x = y", caret: 12 },
    { name: "wide characters", line: 'f("日本", y)', marked: "y", shown: 'f("日本", y)', caret: 10 },
    {
      name: "combining characters",
      line: 'f("e\u0301", y)',
      marked: "y",
      shown: 'f("e\u0301", y)',
      caret: 7,
    },
    { name: "characters above U+FFFF", line: 'f("😀", y)', marked: "y", shown: 'f("😀", y)', caret: 8 },
    {
      name: "characters that turn direction",
      line: 'f("\u202e", y)',
      marked: "y",
      shown: 'f("\ufffd", y)',
      caret: 7,
    },
    { name: "a carriage return at its end", line: "f(y)\r", marked: "y", shown: "f(y)", caret: 2 },
  ])("keeps the caret under the mark behind $name", ({ line, marked, shown, caret }) => {
    const lines = linesOf(about(source(`${line}\n`), marked));
    expect(lines.slice(1)).toEqual([`1 | ${shown}`, `  | ${" ".repeat(caret)}^`]);
  });

  it("is cut around the mark if it is long", () => {
    const line = `${"a".repeat(500)} mark ${"b".repeat(500)}`;
    const [, text, carets] = linesOf(about(source(line), "mark"));
    expect(text!.length).toBeLessThanOrEqual(126);
    expect(text!.slice(carets!.indexOf("^"), carets!.lastIndexOf("^") + 1)).toBe("mark");
    expect(text).toMatch(/^1 \| …a+ mark b+…$/);
  });

  it("costs no more than what is shown of it", () => {
    const line = "x".repeat(250_000);
    const [, text] = linesOf(about(source(line), line));
    expect(text).toBe(`1 | ${"x".repeat(120)}…`);
  });
});

describe("many diagnostics", () => {
  const text = source("a b c d e");
  const all = [..."ecabd"].map((name) => about(text, name, { message: name }));

  it("stand in the order of their places, by file and offset, each once", () => {
    const other = about(source("z", "a.hop"), "z", { message: "z" });
    const messages = firstOf([...all, all[0]!, other]).shown.map(({ message }) => message);
    expect(messages).toEqual(["z", "a", "b", "c", "d", "e"]);
  });

  it("are limited, and it is said how many more there are", () => {
    const shown = renderAll(all, { max: 2 });
    expect(shown.match(/^error\[H0312\] ./gm)).toEqual(["error[H0312] a", "error[H0312] b"]);
    expect(shown.endsWith("\n\n3 more are not shown: mend these first.\n")).toBe(true);
    expect(renderAll(all)).not.toContain("more are not shown");
    const many = Array.from({ length: 60 }, (_, at) => about(text, "a", { message: String(at) }));
    expect(firstOf(many)).toMatchObject({ hidden: 10 });
  });

  it("are nothing at all if there are none", () => {
    expect(renderAll([])).toBe("");
  });
});

it("tells the caller what each piece is, so that it can be coloured", () => {
  const diagnostic = about(source("a b"), "b", {
    label: "this",
    help: "leave it",
    known: ["c"],
    severity: "warning",
  });
  const roles: string[] = [];
  const drawn = render(diagnostic, (piece, role) => {
    roles.push(role);
    return `<${role}>${piece}</>`;
  });
  expect(new Set(roles)).toEqual(
    new Set(["warning", "message", "place", "gutter", "caret", "known", "help"]),
  );
  expect(drawn.replace(/<\w*\/?>|<\/>/g, "")).toBe(render(diagnostic));
});

it("is an object of code, severity, message, file, line and column", () => {
  const text = source("first\n  😀 second");
  expect(canonicalText(toJson(about(text, "second")))).toBe(
    '{"code":"H0312","column":5,"file":"bank.hop","line":2,"message":"it is wrong","severity":"error"}',
  );
});
