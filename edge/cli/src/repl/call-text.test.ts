// Calls of any module: what is understood, and where the rest stops making sense.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCall } from "./call-text.ts";

const NOBODY: readonly string[] = [];

describe("calls", () => {
  it.each([
    ["demo.accounts.list", "demo.accounts", "list", { kind: "named", values: {} }, NOBODY],
    ["bank.pay()", "bank", "pay", { kind: "listed", texts: [] }, NOBODY],
    ["bank.pay ( )", "bank", "pay", { kind: "listed", texts: [] }, NOBODY],
    ['bank.pay {"to": "a,b)"}', "bank", "pay", { kind: "named", values: { to: "a,b)" } }, NOBODY],
    [
      'a.b.c(wjm, ["x", "y, z"], "q\\")", 10.00 USD) by wjm, treasury',
      "a.b",
      "c",
      { kind: "listed", texts: ["wjm", '["x", "y, z"]', '"q\\")"', "10.00 USD"] },
      ["wjm", "treasury"],
    ],
    ['a.b{"x":{"y":[]}}by me', "a", "b", { kind: "named", values: { x: { y: [] } } }, ["me"]],
    ["a.b by me", "a", "b", { kind: "named", values: {} }, ["me"]],
  ])("%s", (text, module, operation, args, by) => {
    expect(parseCall(text, 0)).toEqual({ ok: true, value: { module, operation, args, by } });
  });

  it.each([
    ["", 0, /an operation is expected/],
    ["transfer(a)", 0, /an operation is expected/],
    ["a.b-c", 3, /letters, digits/],
    ["a.b(c", 5, /closing bracket/],
    ["a.b(c]", 5, /closes none/],
    ['a.b("c)', 4, /closing quote/],
    ["a.b(c,, d)", 6, /an argument is missing/],
    ["a.b(c, [1,])", 7, /not JSON/],
    ["a.b {x}", 4, /not JSON/],
    ["a.b(c) d", 7, /may follow/],
    ["a.b(c) by d,", 10, /names of keys/],
  ])("%j is refused at %d", (text, at, message) => {
    const parsed = parseCall(text, 100);
    expect(parsed).toMatchObject({ ok: false, error: { at: 100 + at } });
    expect(parsed.ok || parsed.error.message).toMatch(message);
  });

  it("of any kind are understood or refused within the line", () => {
    const piece = fc.constantFrom("a.b", "(", ")", "[", "]", "{", "}", ",", '"', "\\", " by ", "x", "1", " ");
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 12 }).map((some) => `a.b${some.join("")}`),
    );
    fc.assert(
      fc.property(text, (typed) => {
        const parsed = parseCall(typed, 0);
        if (parsed.ok) return;
        expect(parsed.error.at).toBeGreaterThanOrEqual(0);
        expect(parsed.error.at).toBeLessThanOrEqual(typed.length);
      }),
    );
  });

  it("come back with the values that were written, in order and by name", () => {
    const values = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue(), { maxKeys: 5 });
    fc.assert(
      fc.property(values, (named) => {
        const written = JSON.stringify(named);
        expect(parseCall(`a.b ${written}`, 0)).toMatchObject({
          ok: true,
          value: { args: { kind: "named", values: JSON.parse(written) } },
        });
        const texts = Object.values(named).map((value) => JSON.stringify(value));
        expect(parseCall(`a.b(${texts.join(", ")})`, 0)).toMatchObject({
          ok: true,
          value: { args: { kind: "listed", texts } },
        });
      }),
    );
  });
});
