import { expect, test } from "vitest";
import { BUILT_IN_ERRORS } from "./errors.ts";
import { OPERATORS } from "./operators.ts";
import { PRIMITIVE_TYPES } from "./primitive-types.ts";
import { libraryReference } from "./reference.ts";
import { referenceModules } from "./reference-entry.ts";
import { BUILTINS } from "./table.ts";

const text = libraryReference();

test("the reference shows every builtin, function, type and error", () => {
  for (const { declaration, doc } of BUILTINS.values()) {
    expect(text).toContain(declaration);
    expect(text).toContain(doc);
  }
  for (const { entries } of referenceModules()) {
    for (const { declaration, examples } of entries) {
      expect(text).toContain(declaration);
      for (const example of examples) expect(text).toContain(example);
    }
  }
  for (const { doc } of [...PRIMITIVE_TYPES.values()].filter(({ home }) => home !== undefined)) {
    expect(text).toContain(doc);
  }
  for (const { name } of BUILT_IN_ERRORS.values()) expect(text).toContain(name);
  for (const { left, operator, right } of OPERATORS) expect(text).toContain(`${left} ${operator} ${right}`);
});

test("what is written in the language is shown without its body", () => {
  const fold = referenceModules()
    .flatMap(({ entries }) => entries)
    .find(({ module, name }) => module === "std.list" && name === "fold");
  expect(fold?.declaration).toBe("fn fold<a, b: Type>(xs: List<a>, start: b, step: fn(b, a) -> b) -> b");
  expect(fold?.examples).toHaveLength(1);
  expect(text).not.toContain("fn mapped");
  const rounding = referenceModules()
    .flatMap(({ entries }) => entries)
    .find(({ name }) => name === "Rounding");
  expect(rounding?.constructors).toEqual(["Down", "Up", "HalfEven"]);
});
