// The programs as acceptance tests of the machine: their own tests pass, and an attack that runs costs at most its
// gas and ends as it must (L31, L32, L44).

import { expect, it } from "vitest";
import { compile } from "../src/compile.ts";
import type { Source } from "../src/diagnostic/source.ts";
import { ATTACK_GAS } from "./hostile/hostile.ts";
import { HOSTILE } from "./hostile/hostile-sources.ts";
import { examplePrograms, goodPrograms, tourPrograms } from "./programs.ts";
import { Runner } from "./run-program.ts";

const modulesOf = (sources: readonly Source[]) => compile(sources, { tests: true }).modules;

/** Titles of tests that fail, with how they ended. */
const failures = (sources: readonly Source[]): string[] => {
  const modules = modulesOf(sources);
  const runner = new Runner(modules);
  const endings = modules.flatMap(({ name }) => runner.tests(name).map((ending) => ({ name, ...ending })));
  expect(endings.length).toBeGreaterThan(0);
  return endings.flatMap(({ name, title, error, story }) =>
    error === undefined ? [] : [`${name}: ${title}: ${story}`],
  );
};

it("the tests of the examples pass", () => {
  expect(failures(examplePrograms())).toEqual([]);
});

it.each(goodPrograms().map((source) => [source.name, source] as const))(
  "%s does what it says",
  (_, source) => {
    expect(failures([source])).toEqual([]);
  },
);

it("a test that is wrong fails, and so does an error that nobody expected", () => {
  const text = `module test.wrong
import std.testing {check, check_fails}

error Refused { n: Nat }

fn refuse(n: Nat) fails {
  require n > 0 else Refused { n }
}

test "false" {
  check(1 == 2)
}

test "unexpected" {
  refuse(0)
}

test "expected, and does not happen" {
  check_fails(Refused, fn() { refuse(1) })
}

test "another is expected" {
  check_fails(RowMissing, fn() { refuse(0) })
}

test "right" {
  check_fails(Refused, fn() { refuse(0) })
}
`;
  const modules = modulesOf([{ name: "wrong.hop", text }]);
  const endings = new Runner(modules).tests("test.wrong").map(({ error }) => error);
  expect(endings).toEqual(["CheckFailed", "test.wrong.Refused", "CheckFailed", "CheckFailed", undefined]);
});

it("the tests of the tour pass", () => {
  const programs = tourPrograms("hopper-tour.md").filter(({ refused }) => refused === undefined);
  for (const { source } of programs) {
    const needed = /^import tour\./m.test(source.text) ? programs : [{ source }];
    const latest = new Map(needed.map((one) => [/^module (\S+)/.exec(one.source.text)![1], one.source]));
    expect(failures([...latest.values()])).toEqual([]);
  }
});

const runnable = HOSTILE.filter(({ outcome }) => outcome.kind === "runs" || outcome.kind === "aborts");

it.each(runnable.map((attack) => [attack.name, attack] as const))(
  "%s costs at most its gas",
  (name, attack) => {
    const modules = modulesOf(attack.sources().map((text, at) => ({ name: `${name}-${at}`, text })));
    const { error, gas } = new Runner(modules).action("test.attack", "run", ATTACK_GAS);
    expect(gas).toBeLessThanOrEqual(ATTACK_GAS);
    if (attack.outcome.kind === "runs") expect(error).toBeUndefined();
    else if (attack.outcome.kind === "aborts") expect(attack.outcome.errors).toContain(error);
  },
);
