// L17: coverage against every value, one by one, and what it says.

import { Prng } from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brief, lookUp, TermWriter } from "../../test/terms.ts";
import { COVERAGE_STEPS_MAX, checkCoverage } from "./coverage.ts";
import { Fuel } from "./fuel.ts";
import type { Term, TermPattern } from "./term.ts";

/** A value of the types below: a literal, or a form with parts. */
type Value = boolean | number | readonly (string | Value)[];

/** The types of the test: (Bool, Option<Stage>, List<Bool>, Nat). */
const TYPES = ["Bool", "Option", "List", "Nat"] as const;
type Type = (typeof TYPES)[number] | "Stage";

const VALUES: Readonly<Record<Type, readonly Value[]>> = {
  Bool: [false, true],
  Stage: [["Stage0"], ["Stage1"], ["Stage2"]],
  Option: [["Option0"], ["Option1", ["Stage0"]], ["Option1", ["Stage1"]], ["Option1", ["Stage2"]]],
  // Patterns name up to three items: four stand for all that is longer.
  List: [0, 1, 2, 3, 4].flatMap((length) => lists(length)),
  // Patterns name 0 and 1.
  Nat: [0, 1, 2],
};

function lists(length: number): Value[] {
  if (length === 0) return [["List"]];
  return lists(length - 1).flatMap((list) =>
    [false, true].map((item) => [...(list as [string]), item] as Value),
  );
}

const ALL: readonly (readonly Value[])[] = TYPES.reduce<Value[][]>(
  (rows, type) => rows.flatMap((row) => VALUES[type].map((value) => [...row, value])),
  [[]],
);

function matches(pattern: TermPattern, value: Value): boolean {
  switch (pattern.kind) {
    case "wildcard":
    case "variable":
      return true;
    case "literal":
      return pattern.value === value;
    case "tuple": {
      const parts = value as Value[];
      return pattern.parts.every((part, i) => matches(part, parts[i]!));
    }
    case "construct": {
      const [form, ...parts] = value as [string, ...Value[]];
      if (form !== `${pattern.type.name}${pattern.constructor_}`) return false;
      return pattern.fields.every((field, i) => matches(field, parts[i]!));
    }
    case "list": {
      const [, ...items] = value as [string, ...Value[]];
      const { items: wanted, rest } = pattern;
      if (rest === undefined ? items.length !== wanted.length : items.length < wanted.length) return false;
      return wanted.every((item, i) => matches(item, items[i]!));
    }
  }
}

function randomPattern(w: TermWriter, prng: Prng, type: Type): TermPattern {
  if (prng.chance(2, 5)) return prng.chance(1, 2) ? w.wild() : w.bind(w.variable("x"), "ω");
  switch (type) {
    case "Bool":
      return w.is(prng.chance(1, 2));
    case "Nat":
      return w.is(prng.below(2));
    case "Stage":
      return w.shape("Stage", prng.below(3));
    case "Option":
      return prng.chance(1, 3) ? w.shape("Option", 0) : w.shape("Option", 1, randomPattern(w, prng, "Stage"));
    case "List": {
      const items = Array.from({ length: prng.below(4) }, () => randomPattern(w, prng, "Bool"));
      return w.items(items, prng.chance(1, 2) ? w.wild() : undefined);
    }
  }
}

const messagesOf = (write: (w: TermWriter) => Term, steps = COVERAGE_STEPS_MAX): string[] => {
  const w = new TermWriter();
  const body = write(w);
  return checkCoverage(body, { source: w.source, lookUp, fuel: new Fuel(steps) }).map((diagnostic) =>
    brief(diagnostic)[0]!.replace(/ line \d+/, ""),
  );
};

const match =
  (...write: ((w: TermWriter) => TermPattern)[]) =>
  (w: TermWriter): Term =>
    w.match(w.unit(), ...write.map((arm) => [arm(w), w.unit()] as const));

describe("coverage", () => {
  it("agrees with every value, matched one by one", () => {
    const seen = { complete: 0, missing: 0, unreached: 0 };
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const [w, prng] = [new TermWriter(), new Prng(seed)];
        const arms = Array.from({ length: 1 + prng.below(7) }, () =>
          w.parts(...TYPES.map((type) => randomPattern(w, prng, type))),
        );
        const body = w.match(w.unit(), ...arms.map((arm) => [arm, w.unit()] as const));
        const found = checkCoverage(body, { source: w.source, lookUp, fuel: new Fuel(COVERAGE_STEPS_MAX) });
        const first = ALL.map((value) => arms.findIndex((arm) => matches(arm, value)));
        const isMissing = first.includes(-1);
        const unreached = arms.filter((_, index) => !first.includes(index));
        expect(found.some(({ code }) => code === "H0710")).toBe(isMissing);
        const warned = found.filter(({ code }) => code === "H0711").map(({ span }) => span.start);
        expect(warned).toEqual(unreached.map(({ range }) => range.start));
        seen[isMissing ? "missing" : "complete"] += 1;
        seen.unreached += unreached.length;
      }),
      { numRuns: 1_000, seed: 1 },
    );
    expect(Math.min(seen.complete, seen.missing, seen.unreached)).toBeGreaterThan(30);
  });

  it.each<[string, (w: TermWriter) => Term, string[]]>([
    [
      "a pair of options",
      match((w) => w.parts(w.shape("Option", 0), w.wild())),
      ["H0710: `match` has no arm for `(Some(_), _)`"],
    ],
    [
      "a second column",
      match(
        (w) => w.parts(w.shape("Option", 1, w.wild()), w.shape("Option", 1, w.wild())),
        (w) => w.parts(w.shape("Option", 0), w.wild()),
      ),
      ["H0710: `match` has no arm for `(Some(_), None)`"],
    ],
    [
      "several constructors",
      match((w) => w.shape("Stage", 1)),
      ["H0710: `match` has no arm for `Issued` and `Accepted`"],
    ],
    [
      "lists",
      match((w) => w.items([w.is(true)])),
      ["H0710: `match` has no arm for `[true, _, .._]`, `[false, .._]` and `[]`"],
    ],
    ["numbers", match((w) => w.is(0)), ["H0710: `match` has no arm for all other values"]],
    [
      "texts in a tuple",
      match(
        (w) => w.parts(w.is("a"), w.is(true)),
        (w) => w.parts(w.wild(), w.is(false)),
      ),
      ["H0710: `match` has no arm for `(_, true)`"],
    ],
    [
      "records by the fields that matter",
      match((w) => w.shape("Account", 0, w.wild(), w.shape("Option", 0))),
      ["H0710: `match` has no arm for `Account { funds: Some(_) }`"],
    ],
    [
      "more than it can tell",
      match((w) => w.parts(w.shape("Stage", 0), w.shape("Stage", 0))),
      [
        "H0710: `match` has no arm for `(Issued, Presented)`, `(Issued, Accepted)`, `(Presented, _)` and others",
      ],
    ],
    ["no arms", match(), ["H0710: `match` has no arm for all other values"]],
    [
      "nothing missing",
      match(
        (w) => w.is(true),
        (w) => w.is(false),
      ),
      [],
    ],
    [
      "an arm too many",
      match(
        (w) => w.wild(),
        (w) => w.is(0),
      ),
      ["H0711: this arm is never reached"],
    ],
    [
      "a let that may not match",
      (w) => w.block(w.let(w.shape("Option", 1, w.wild()), w.unit()), w.unit()),
      ["H0712: this pattern does not match `None`"],
    ],
    [
      "a match within a closure within an argument",
      (w) => w.call("f", w.lambda([], match((x) => x.is(true))(w))),
      ["H0710: `match` has no arm for `false`"],
    ],
  ])("tells of %s", (_, write, messages) => {
    expect(messagesOf(write)).toEqual(messages);
  });

  it("reads ten thousand arms, and patterns as long as sources allow", () => {
    const arms = Array.from({ length: 10_000 }, (_, i) => (w: TermWriter) => w.is(i));
    expect(messagesOf(match(...arms, (w) => w.wild()))).toEqual([]);
    const long = (w: TermWriter) => w.parts(...Array.from({ length: 20_000 }, () => w.wild()), w.is(true));
    expect(messagesOf(match(long, (w) => w.wild()))).toEqual([]);
  });

  it("gives up on patterns that would take too much work", () => {
    // Each arm is about two of n columns: telling what is left takes all combinations.
    const size = 24;
    const arm = (at: number) => (w: TermWriter) =>
      w.parts(
        ...Array.from({ length: 2 * size }, (_, i) => (i === at || i === at + size ? w.is(true) : w.wild())),
      );
    const hard = match(...Array.from({ length: size }, (_, at) => arm(at)));
    expect(messagesOf(hard)).toEqual([
      "H0713: it takes too much work to tell whether these patterns cover all cases",
    ]);
    const deep = (w: TermWriter) => w.items(Array.from({ length: 5_000 }, () => w.is(true)));
    expect(messagesOf(match(deep))[0]).toContain("H0713");
  });
});
