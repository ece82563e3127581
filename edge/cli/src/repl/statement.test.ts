// The lines of the client: what each says, and for what says nothing the place at which it stops making
// sense.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderFault } from "./fault.ts";
import { COMMAND_WORDS, parseStatement } from "./statement.ts";

const USD = { code: "USD", decimals: 2 };
const ID = "ab".repeat(32);

describe("statements", () => {
  it.each([
    ["CreateAccount wjm", { kind: "create", name: "wjm" }],
    ["  createaccount wjm  ", { kind: "create", name: "wjm" }],
    ["CreateAccount a_b.c:d@e/f", { kind: "create", name: "a_b.c:d@e/f" }],
    ["AdjustAccount wjm 100%1", { kind: "adjust", name: "wjm", amount: "100.00 USD" }],
    ["AdjustAccount wjm 100 % 1", { kind: "adjust", name: "wjm", amount: "100.00 USD" }],
    ["AdjustAccount wjm 0.05", { kind: "adjust", name: "wjm", amount: "0.05 USD" }],
    ["transfer(wjm->stu, 10%1)", { kind: "transfer", route: ["wjm", "stu"], amount: "10.00 USD" }],
    ["transfer (a->b->c,10)", { kind: "transfer", route: ["a", "b", "c"], amount: "10.00 USD" }],
    ["transfer( a -> b , 10.00 USD )", { kind: "transfer", route: ["a", "b"], amount: "10.00 USD" }],
    ["ObserveAccount wjm", { kind: "observe", name: "wjm" }],
    ["ObserveAccounts", { kind: "observeAll" }],
    ["batch test:1000", { kind: "batch", count: 1000 }],
    ["many test:1", { kind: "many", count: 1 }],
    ["status", { kind: "status" }],
    ["receipt", { kind: "receipt", id: undefined }],
    [`receipt ${ID}`, { kind: "receipt", id: ID }],
    ["help", { kind: "help" }],
    ["quit", { kind: "quit" }],
    ["exit", { kind: "quit" }],
  ])("%s", (line, value) => {
    expect(parseStatement(line, USD)).toEqual({ ok: true, value });
  });

  it.each(["", "   ", "\t", "# a remark", "  # another"])("says nothing: %j", (line) => {
    expect(parseStatement(line, USD)).toBeUndefined();
  });
});

/** The line with a caret beneath, as it is shown; the sentence apart. */
const faults: readonly (readonly [line: string, caret: string, sentence: RegExp])[] = [
  ["foo", "^", /no command/],
  ["CreateAccount1 wjm", "^", /no command/],
  ["CreateAccount", "             ^", /name of an account is missing/],
  ["CreateAccount w-j", "               ^", /a name is/],
  ["CreateAccount two words", "                 ^", /a name is/],
  ["AdjustAccount wjm", "                 ^", /amount is missing/],
  ["AdjustAccount wjm 10%3", "                  ^", /whole number of cents/],
  ["AdjustAccount wjm 10%0", "                     ^", /divided by zero/],
  ["transfer", "        ^", /a bracket is expected/],
  ["transfer(wjm->stu 10%1)", "                 ^", /a comma and an amount/],
  ["transfer(wjm, 10%1)", "            ^", /an arrow/],
  ["transfer(wjm->, 10%1)", "              ^", /name of an account is missing/],
  ["transfer(wjm->stu, )", "                   ^", /amount is missing/],
  ["transfer(wjm->stu, 10%3)", "                   ^", /not a whole number of cents/],
  ["transfer(wjm->stu, 10%1", "                       ^", /closing bracket/],
  ["transfer(wjm->stu, 10%1) x", "                        ^", /nothing may follow/],
  ["transfer(wjm->s,tu, 10%1)", "                ^", /amount is expected/],
  ["ObserveAccounts x", "                ^", /nothing may follow/],
  ["batch 100", "      ^", /batch test:1000/],
  ["many test:0", "          ^", /a number from 1 to 1000000/],
  ["receipt abc", "        ^", /64 digits/],
];

describe("faults", () => {
  it.each(faults)("%s", (line, caret, sentence) => {
    const parsed = parseStatement(line, USD);
    if (parsed === undefined || parsed.ok) throw new Error(`${line} was understood`);
    const [echo, pointer, text] = renderFault(line, parsed.error).split("\n");
    expect([echo, pointer]).toEqual([line, caret]);
    expect(text).toMatch(/^Syntax Error: /);
    expect(text).toMatch(sentence);
  });

  it("keeps the caret in its column behind tabs", () => {
    expect(renderFault("\tfoo", { at: 1, message: "no" })).toBe("\tfoo\n\t^\nSyntax Error: no");
  });
});

describe("lines of any kind", () => {
  const word = fc.constantFrom(
    ...COMMAND_WORDS,
    "transfer(",
    "a->b",
    "10%1",
    ")",
    ",",
    "->",
    "test:5",
    "x y",
  );
  const line = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 6 }).map((words) => words.join(" ")),
  );

  it("are understood or refused within the line, never thrown at", () => {
    fc.assert(
      fc.property(line, (typed) => {
        const parsed = parseStatement(typed, USD);
        if (parsed === undefined || parsed.ok) return;
        expect(parsed.error.at).toBeGreaterThanOrEqual(0);
        expect(parsed.error.at).toBeLessThanOrEqual(typed.length);
      }),
    );
  });

  it("a route of names comes back as it was written, however it is spaced", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.:@/]{0,20}$/);
    const space = fc.constantFrom("", " ", "  ");
    fc.assert(
      fc.property(fc.array(name, { minLength: 2, maxLength: 8 }), space, (route, gap) => {
        const typed = `transfer${gap}(${gap}${route.join(`${gap}->${gap}`)}${gap},${gap}1.25${gap})`;
        const value = { kind: "transfer", route, amount: "1.25 USD" };
        expect(parseStatement(typed, USD)).toEqual({ ok: true, value });
      }),
    );
  });
});
