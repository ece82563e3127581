import { expect, it } from "vitest";
import { checkDependencies } from "./dependencies.ts";
import { treeOf } from "./tree.ts";

const manifest = (name: string, dependencies: object = {}, devDependencies: object = {}) =>
  JSON.stringify({ name, dependencies, devDependencies }, undefined, 2);

const sound = {
  "package.json": manifest("juno", {}, { vitest: "1" }),
  "core/base/package.json": manifest("@juno/base"),
  "core/base/src/index.ts": "",
  "core/proof/package.json": manifest("@juno/proof", { "@juno/base": "1" }, { "fast-check": "1" }),
  "core/proof/src/index.ts": 'import type { a } from "@juno/base";',
  "core/proof/src/index.test.ts": 'import "vitest"; import "fast-check"; import "node:fs";',
  "tools/tidy.ts": 'import "@juno/base"; import "vitest"; import "node:fs";',
};
const problems = (files: Record<string, string>) => checkDependencies(treeOf({ ...sound, ...files }));

it("accepts packages that import what they declare", () => {
  expect(problems({})).toEqual([]);
});

it("refuses an undeclared import, of a package or of a library", () => {
  expect(problems({ "core/base/src/a.ts": '\nimport "@juno/proof";' })).toEqual([
    {
      file: "core/base/src/a.ts",
      line: 2,
      sentence: "@juno/proof is not among the dependencies of core/base/package.json.",
    },
  ]);
  expect(problems({ "core/base/src/a.ts": 'import "pino/file";' })).toMatchObject([{ line: 1 }]);
  expect(problems({ "tools/a.ts": 'import "pino";' })).toMatchObject([{ file: "tools/a.ts" }]);
});

it("refuses a development dependency outside tests", () => {
  for (const name of ["fast-check", "vitest"]) {
    expect(problems({ "core/proof/src/a.ts": `import "${name}";` })).toMatchObject([
      { sentence: `${name} is a development dependency: only tests may import it.` },
    ]);
  }
});

it("refuses a dependency that nobody imports", () => {
  const unused = manifest("@juno/base", { pino: "1" }, { "@types/sodium": "1" });
  expect(problems({ "core/base/package.json": unused })).toEqual([
    { file: "core/base/package.json", line: 4, sentence: "No file of core/base imports pino: remove it." },
    {
      file: "core/base/package.json",
      line: 7,
      sentence: "No file of core/base imports @types/sodium: remove it.",
    },
  ]);
});

it("counts the types of a library as used with it", () => {
  const typed = manifest("@juno/base", { sodium: "1" }, { "@types/sodium": "1" });
  expect(problems({ "core/base/package.json": typed, "core/base/src/a.ts": 'import "sodium";' })).toEqual([]);
});

it("refuses a dependency that only tests import", () => {
  expect(
    problems({
      "core/base/package.json": manifest("@juno/base", { pino: "1" }),
      "core/base/test/a.ts": 'import "pino";',
    }),
  ).toMatchObject([{ sentence: "Only tests import pino: it belongs to devDependencies." }]);
});
