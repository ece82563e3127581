import { expect, it } from "vitest";
import type { Source } from "../src/diagnostic/source.ts";
import { positionOf } from "../src/diagnostic/source.ts";
import { parse } from "../src/syntax/index.ts";
import { badPrograms, examplePrograms, goodPrograms, meets, tourPrograms } from "./programs.ts";

function complaints(source: Source): string[] {
  return parse(source).diagnostics.map(({ code, message, span }) => {
    const { line, column } = positionOf(source, span.start);
    return `${source.name}:${line}:${column} ${code} ${message}`;
  });
}

const moduleName = (source: Source): string =>
  parse(source)
    .module.name?.parts.map(({ text }) => text)
    .join(".") ?? "";

it("the examples and the good programs are well-formed", () => {
  expect([...examplePrograms(), ...goodPrograms()].flatMap(complaints)).toEqual([]);
});

it("each example is the module of its file's name, with three tests or more, or two among the oldest", () => {
  const oldest = new Set(["accounts", "bank", "bond", "credit", "depot", "dvp", "escrow"]);
  for (const source of examplePrograms()) {
    const name = source.name.replace(".hop", "");
    expect(moduleName(source)).toBe(`demo.${name}`);
    const tests = parse(source).module.declarations.filter(({ kind }) => kind === "test");
    expect(tests.length, source.name).toBeGreaterThanOrEqual(oldest.has(name) ? 2 : 3);
  }
});

it("a good program says why it is good, and is the module of its folder's name", () => {
  for (const source of goodPrograms()) {
    expect(source.text, source.name).toMatch(/^\/\/ [A-Z`].*[.]\nmodule /);
    expect(moduleName(source)).toBe(`test.${source.name.split("/")[0]!.replaceAll("-", "_")}`);
  }
});

it("a bad program says why it is refused, and is malformed only in the group of those that are", () => {
  const programs = badPrograms();
  expect(programs.length).toBeGreaterThan(60);
  for (const { group, name, source, why, expectation } of programs) {
    expect(why, name).toMatch(/[.]$/);
    expect(source.text.split("\n").length, name).toBeLessThanOrEqual(30);
    const { diagnostics } = parse(source);
    // Some ask that what is malformed is told once, and of a checker that is.
    const isOfGrammar = expectation.code.startsWith("H01");
    if (group !== "syntax") expect(complaints(source).length > 0, name).toBe(isOfGrammar);
    else if (name !== "missing-module") {
      expect(
        diagnostics.filter((found) => meets(expectation, found)),
        name,
      ).toHaveLength(1);
    }
  }
});

it("the tour's programs are well-formed", () => {
  const programs = tourPrograms("hopper-tour.md");
  expect(programs.map(({ source }) => moduleName(source))).toEqual([
    "tour.fees",
    "tour.bank",
    "tour.bank",
    "tour.bank",
    "tour.bank",
    "tour.gifts",
    "tour.stages",
  ]);
  expect(programs.flatMap(({ source }) => complaints(source))).toEqual([]);
  expect(programs.flatMap(({ refused }) => (refused === undefined ? [] : [refused]))).toEqual([
    { code: "H0203", words: ["`rest`"] },
  ]);
});

it("an expectation is met by its code and all its words", () => {
  const found = { code: "H0203", message: "`fee` (Coin<USD>) is never used, so it would be lost" };
  expect(meets({ code: "H02??", words: ["`fee`", "never"] }, found)).toBe(true);
  expect(meets({ code: "H0203", words: [] }, found)).toBe(true);
  expect(meets({ code: "H0202", words: ["`fee`"] }, found)).toBe(false);
  expect(meets({ code: "H0203", words: ["`rest`"] }, found)).toBe(false);
});
