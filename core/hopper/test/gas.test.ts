// Golden gas (L31), as spec/vectors/gas.json: what each example of the library, each test of the example contracts and a
// few programs beside them cost, by kind. Nodes that count gas otherwise part company, so a difference here is a new
// version of the table and never only a failed test.

import { createHash } from "node:crypto";
import { Hash } from "@juno/base";
import { expect, test } from "vitest";
import { examplePrograms as libraryExamples } from "../src/builtins/example-program.ts";
import { compile, libraryCode } from "../src/compile.ts";
import type { Source } from "../src/diagnostic/source.ts";
import { GAS_VERSION, type GasByKind } from "../src/machine/gas.ts";
import { Program } from "../src/machine/program.ts";
import { effectsForTest } from "../src/machine/testing-effects.ts";
import { examplePrograms as contracts } from "./programs.ts";

const sha256 = (bytes: Uint8Array): Hash =>
  Hash(Uint8Array.from(createHash("sha256").update(bytes).digest()));

/** What the others do not reach: a stack that grows, numbers of many limbs, values that share their parts. */
const MACHINE: Source = {
  name: "machine.hop",
  text: `module vectors.machine
import std.list {range}
import std.testing {check}

type Chain { End, Link(next: Chain) }

fn chain(n: Nat) -> Chain = fold(range(0, n), End, fn(next: Chain, i: Nat) { Link(next) })
fn deep(chain: Chain) -> Nat = match chain {
  End => 0
  Link(next) => 1 + deep(next)
}
fn powers(n: Nat) -> Nat = fold(range(0, n), 3, fn(power: Nat, i: Nat) { power * power })
fn doubled(n: Nat) -> List<Nat> = fold(range(0, n), [1], fn(xs: List<Nat>, i: Nat) { xs ++ xs })

test "a stack of 100 frames" { check(deep(chain(100)) == 100) }
test "a stack of 1000 frames" { check(deep(chain(1000)) == 1000) }
test "numbers of 1600 bits" { check(powers(10).modulo(10) == 1) }
test "a list of 1024 items" { check(doubled(10) == doubled(10)) }
test "a value that shares its parts" {
  let shared = (doubled(5), doubled(5))
  check((shared, shared) == (shared, shared))
}
`,
};

type Costs = Readonly<Record<string, GasByKind>>;

function costsOf(sources: readonly Source[], language: number): ReadonlyMap<string, Costs> {
  const { diagnostics, modules } = compile(sources, { tests: true, language });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const codes = modules.map(({ code }) => code);
  const program = new Program([...libraryCode(), ...codes]);
  const costs = codes.map((code): [string, Costs] => {
    const tests = code.tests.map(({ title, fn }): [string, GasByKind] => {
      const effects = effectsForTest({ ...program.effectParts(), sha256, module: code.name });
      const machine = program.start({
        fn: { module: code.name, name: fn },
        args: [],
        effects,
        gasLimit: 1e8,
      });
      expect(machine.run(), title).toMatchObject({ kind: "done" });
      return [title, machine.gasByKind];
    });
    return [code.name, Object.fromEntries(tests)];
  });
  return new Map(costs);
}

const examplesOf = (version: number): Source[] =>
  libraryExamples()
    .filter(({ language }) => language === version)
    .map(({ source }) => source);

const programsOf = (sources: readonly Source[], language: number) =>
  sources.map((source) => ({ source: source.text, gas: Object.fromEntries(costsOf([source], language)) }));

test("stands in spec/vectors/gas.json", async () => {
  const vectors = {
    about:
      "Gas of each test of a program, by kind. Contracts stand in examples/contracts and are compiled together",
    version: GAS_VERSION,
    programs: programsOf([...examplesOf(1), MACHINE], 1),
    contracts: Object.fromEntries(costsOf(contracts(), 1)),
  };
  const text = `${JSON.stringify(vectors, null, 1)}\n`;
  await expect(text).toMatchFileSnapshot("../../../spec/vectors/gas.json");
});

test("of what language version 2 adds, stands in spec/vectors/gas-language-2.json", async () => {
  const vectors = {
    about: "Gas of each test of a program, by kind, of what language version 2 adds",
    version: GAS_VERSION,
    programs: programsOf(examplesOf(2), 2),
  };
  const text = `${JSON.stringify(vectors, null, 1)}\n`;
  await expect(text).toMatchFileSnapshot("../../../spec/vectors/gas-language-2.json");
});
