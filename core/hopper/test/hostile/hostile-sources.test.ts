import { expect, it } from "vitest";
import { parse } from "../../src/syntax/index.ts";
import { HOSTILE } from "./hostile-sources.ts";

it("each attack has a name of its own and says in a line what must happen", () => {
  expect(new Set(HOSTILE.map(({ name }) => name)).size).toBe(HOSTILE.length);
  for (const { name, must } of HOSTILE) {
    expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(must, name).not.toMatch(/\n|[.]$/);
  }
});

it("an attack is the same text each time", () => {
  for (const { sources } of HOSTILE) expect(sources()).toEqual(sources());
});

it("what is malformed is refused by the parser, and what is not goes on to the checker (L32)", () => {
  for (const { name, outcome, sources } of HOSTILE) {
    const codes = sources().flatMap((text) => parse({ name, text }).diagnostics.map(({ code }) => code));
    if (outcome.kind === "refused" && outcome.codes.includes("H01")) {
      expect(codes.length, name).toBeGreaterThan(0);
      for (const code of new Set(codes)) expect(code, name).toMatch(/^H0[01]/);
    } else expect(codes, name).toEqual([]);
  }
});
