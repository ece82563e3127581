import { expect, it } from "vitest";
import { checkCycles } from "./cycles.ts";
import { treeOf } from "./tree.ts";

it("accepts files that import downwards, also by two ways", () => {
  const files = {
    "core/base/src/a.ts": 'import "./b.ts"; import "./c.ts";',
    "core/base/src/b.ts": 'import "./c.ts";',
    "core/base/src/c.ts": "",
  };
  expect(checkCycles(treeOf(files))).toEqual([]);
});

it("refuses a cycle, of types too, and shows it", () => {
  const files = {
    "core/base/src/a.ts": 'import "./b.ts";',
    "core/base/src/b.ts": '\nimport type { A } from "./a.ts";',
  };
  expect(checkCycles(treeOf(files))).toEqual([
    {
      file: "core/base/src/b.ts",
      line: 2,
      sentence: "This import closes a cycle: core/base/src/a.ts → core/base/src/b.ts → core/base/src/a.ts.",
    },
  ]);
});

it("refuses a cycle through doors", () => {
  const files = {
    "core/a/package.json": '{ "name": "@juno/a" }',
    "core/a/src/index.ts": 'import "@juno/b";',
    "core/b/package.json": '{ "name": "@juno/b" }',
    "core/b/src/index.ts": 'import "./inner.ts";',
    "core/b/src/inner.ts": 'import "@juno/a";',
  };
  expect(checkCycles(treeOf(files))).toHaveLength(1);
});

it("refuses a cycle through a light door", () => {
  const files = {
    "core/a/package.json": '{ "name": "@juno/a", "exports": { "./light": "./src/light.ts" } }',
    "core/a/src/light.ts": 'import "@juno/b";',
    "core/b/package.json": '{ "name": "@juno/b" }',
    "core/b/src/index.ts": 'import "@juno/a/light";',
  };
  expect(checkCycles(treeOf(files))).toHaveLength(1);
});

it("refuses a file that imports itself", () => {
  expect(checkCycles(treeOf({ "core/a/src/a.ts": 'import "./a.ts";' }))).toHaveLength(1);
});
