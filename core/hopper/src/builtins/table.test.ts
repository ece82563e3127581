import { describe, expect, test } from "vitest";
import { PRELUDE } from "../prelude/modules.ts";
import { parse, parseDeclaration, parseExpression } from "../syntax/index.ts";
import { NEGATIONS, OPERATORS } from "./operators.ts";
import { PRIMITIVE_TYPES } from "./primitive-types.ts";
import { BUILTINS } from "./table.ts";

const all = [...BUILTINS.values()];

describe("the table of builtins", () => {
  test.each(all.map((one) => [`${one.module}.${one.name}`, one] as const))(
    "%s is declared well",
    (name, one) => {
      const { declaration, diagnostics } = parseDeclaration({ name, text: one.declaration });
      expect(diagnostics).toEqual([]);
      expect(declaration).toMatchObject({ kind: "fn", name: { text: one.name } });
    },
  );

  test.each(all.map((one) => [`${one.module}.${one.name}`, one] as const))("%s has examples", (name, one) => {
    expect(one.examples.length).toBeGreaterThan(0);
    for (const text of one.examples.flatMap((example) => example.split("\n").slice(-1))) {
      expect(parseExpression({ name, text }).diagnostics).toEqual([]);
    }
  });
});

test.each(PRELUDE.map((one) => [one.name, one] as const))("%s parses", (name, { source }) => {
  const { module, diagnostics } = parse(source);
  expect(diagnostics).toEqual([]);
  expect(module.name?.parts.map(({ text }) => text).join(".")).toBe(name);
});

test("operators and negations stand for builtins that there are", () => {
  for (const { builtin } of OPERATORS) expect(BUILTINS.has(builtin), builtin).toBe(true);
  for (const builtin of NEGATIONS.values()) expect(BUILTINS.has(builtin), builtin).toBe(true);
});

test("every module of the table and every home has a source", () => {
  const modules = new Set(PRELUDE.map(({ name }) => name));
  for (const { module } of all) expect(modules).toContain(module);
  for (const { home } of PRIMITIVE_TYPES.values()) if (home !== undefined) expect(modules).toContain(home);
});
