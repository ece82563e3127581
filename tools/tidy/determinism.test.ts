import { expect, it } from "vitest";
import { checkDeterminism } from "./determinism.ts";
import { treeOf } from "./tree.ts";

it("refuses clocks, chance, locales and JSON.stringify in core", () => {
  for (const code of [
    "Date.now()",
    "new Date(0)",
    "Date()",
    "performance.now()",
    "Math.random()",
    "crypto.getRandomValues(a)",
    "a.localeCompare(b)",
    "n.toLocaleString()",
    "new Intl.NumberFormat()",
    "JSON.stringify(a)",
  ]) {
    expect(checkDeterminism(treeOf({ "core/base/src/a.ts": `\nconst a = ${code};` })), code).toMatchObject([
      { file: "core/base/src/a.ts", line: 2 },
    ]);
  }
});

it("does not mind them in words, in tests or outside core", () => {
  const code = "const a = Date.now();";
  const files = {
    "core/base/src/a.ts": '// Date.now()\nconst a = "Math.random"; type UpdateDate = 1; JSON.parse(a);',
    "core/base/src/a.test.ts": code,
    "core/base/test/a.ts": code,
    "shell/node/src/a.ts": code,
  };
  expect(checkDeterminism(treeOf(files))).toEqual([]);
});
