import { expect, it } from "vitest";
import { checkShortcuts } from "./shortcuts.ts";
import { treeOf } from "./tree.ts";

const problems = (file: string, text: string) => checkShortcuts(treeOf({ [file]: text }));

it("refuses tests that are switched off or narrowed", () => {
  for (const code of [
    "it.skip('a')",
    "describe.only('a')",
    "test.todo('a')",
    "it.each([]).skip('a')",
    "it.skipIf(x)('a')",
    "xit('a')",
    "context.skip()",
  ]) {
    expect(problems("core/a.test.ts", code), code).toHaveLength(1);
  }
});

it("refuses forced types", () => {
  for (const code of [
    "const a = b as any;",
    "const a = b as unknown as C;",
    "const a: any = b;",
    "function f(a: any, b: any[]) {}",
    "type A = Map<string, any>;",
  ]) {
    expect(problems("core/a.ts", code).length, code).toBeGreaterThan(0);
  }
});

it("refuses silenced checkers and work left for later", () => {
  const words = ["@ts-ignore", "@ts-expect-error", "biome-ignore lint: x", "TODO: a", "FIXME"];
  for (const word of words) {
    expect(problems("core/a.ts", `a;\n// ${word}`), word).toMatchObject([{ line: 2 }]);
    expect(problems("core/a.ts", `/**\n * ${word}\n */`), word).toMatchObject([{ line: 2 }]);
  }
});

it("does not mind the words where they are only words", () => {
  const text = 'const a = "as any TODO"; const any = b.skip; // as any test.only';
  expect(problems("core/a.ts", text)).toEqual([]);
});
