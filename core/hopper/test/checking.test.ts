// The programs as acceptance tests of the checker: the examples, the good ones and the tour are accepted, the bad
// ones are refused for the reason they give, no mutant gets through, and no attack does harm (L11–L19, L21, L32). By group
// of bad programs: names L53, L62; effects L1, L2, L3, L55; typing L10, L56, L58; authority L40, L41, L43, L57, L59. The
// examples hold L42, L46, L54 and L60 together, the good program `migration` L45.

import { expect, it } from "vitest";
import { type CompiledModule, compile } from "../src/compile.ts";
import type { Diagnostic } from "../src/diagnostic/diagnostic.ts";
import { positionOf, type Source } from "../src/diagnostic/source.ts";
import { parse } from "../src/syntax/index.ts";
import { HOSTILE } from "./hostile/hostile-sources.ts";
import { mutantsOf } from "./mutants.ts";
import { badPrograms, examplePrograms, goodPrograms, meets, tourPrograms } from "./programs.ts";

const errorsOf = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === "error");

const told = ({ span, code, message }: Diagnostic): string => {
  const { line, column } = positionOf(span.source, span.start);
  return `${span.source.name}:${line}:${column} ${code} ${message}`;
};

function deploy(sources: readonly Source[], deployed: ReadonlyMap<string, CompiledModule> = new Map()) {
  const { diagnostics, modules } = compile(sources, { deployed, tests: true });
  return { diagnostics, modules: new Map([...deployed, ...modules.map((one) => [one.name, one] as const)]) };
}

const examples = deploy(examplePrograms());

it("the examples are accepted, without a warning", () => {
  expect(examples.diagnostics.map(told)).toEqual([]);
  expect(examples.modules.size).toBe(examplePrograms().length);
});

it.each(goodPrograms().map((source) => [source.name, source] as const))("%s is accepted", (_, source) => {
  expect(deploy([source]).diagnostics.map(told)).toEqual([]);
});

it.each(["hopper-tour.md", "upgrade-a-contract.md"])("%s goes as it says", (page) => {
  let deployed: ReadonlyMap<string, CompiledModule> = new Map();
  for (const { source, refused } of tourPrograms(page)) {
    const { diagnostics, modules } = deploy([source], deployed);
    if (refused === undefined) {
      expect(diagnostics.map(told)).toEqual([]);
      deployed = modules;
    } else expect(errorsOf(diagnostics).some((found) => meets(refused, found))).toBe(true);
  }
});

it.each(badPrograms().map((program) => [`${program.group}/${program.name}`, program] as const))(
  "%s is refused for its reason",
  (_, { source, expectation }) => {
    // A few are only warned of.
    const { diagnostics } = deploy([source], examples.modules);
    expect(
      diagnostics.some((found) => meets(expectation, found)),
      diagnostics.map(told).join("\n"),
    ).toBe(true);
  },
);

/** Of some fifteen hundred, one in five: which, is the same each time. */
const MUTANT_STRIDE = 5;

it("no mutant of a good program gets through, and most are refused for their use of a resource alone", () => {
  let count = 0;
  let byUseAlone = 0;
  for (const source of [...examplePrograms(), ...goodPrograms()]) {
    const mutants = mutantsOf(source, parse(source).module);
    for (const { text, description } of mutants.filter((_, at) => at % MUTANT_STRIDE === 0)) {
      const { diagnostics } = compile([{ name: source.name, text }], { deployed: examples.modules });
      const errors = errorsOf(diagnostics);
      expect(errors, description).not.toHaveLength(0);
      count += 1;
      if (errors.every(({ code }) => code.startsWith("H02"))) byUseAlone += 1;
    }
  }
  expect(count).toBeGreaterThan(200);
  expect(byUseAlone).toBeGreaterThan(0.7 * count);
});

it.each(HOSTILE.map((attack) => [attack.name, attack] as const))(
  "%s does the checker no harm",
  (name, attack) => {
    const sources = attack.sources().map((text, at) => ({ name: `${name}-${at}`, text }));
    const errors = errorsOf(deploy(sources).diagnostics);
    const { outcome } = attack;
    if (outcome.kind === "ends") return;
    const wanted = outcome.kind === "refused" ? outcome.codes : [];
    if (wanted.length === 0) expect(errors.map(told)).toEqual([]);
    else expect(errors.some(({ code }) => wanted.some((prefix) => code.startsWith(prefix)))).toBe(true);
  },
);
