import { expect, it } from "vitest";
import { importsOf } from "./imports.ts";
import { scan } from "./source.ts";

const specifiers = (text: string) => importsOf(scan(text)).map(({ specifier }) => specifier);

it("finds every way to import", () => {
  expect(
    specifiers(`
      import "a";
      import b from "b";
      import type { C } from "c";
      export * from "d";
      export { e } from
        "e";
      const f = await import("f");
      let g: import("g").G;
      const h = require("h");
    `),
  ).toEqual(["a", "b", "c", "d", "e", "f", "g", "h"]);
});

it("takes nothing else for an import", () => {
  expect(specifiers('const x = Array.from("a"); // from "b"\nconst y = `from "c" ${from}d`;')).toEqual([]);
});

it("knows the line", () => {
  expect(importsOf(scan('import {\n  a,\n} from "a";\n'))).toEqual([{ specifier: "a", line: 3 }]);
});
