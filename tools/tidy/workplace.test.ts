import { expect, it } from "vitest";
import { treeOf } from "./tree.ts";
import { checkWorkplace } from "./workplace.ts";

const problems = (file: string, text: string) => checkWorkplace(treeOf({ [file]: text }));
/** Put together here, so that this file holds no such path. */
const path = (...parts: string[]) => ["", ...parts].join("/");

it("refuses paths of somebody's machine", () => {
  for (const folder of ["work", "root", "home", "Users"]) {
    expect(problems("README.md", `a\nsee ${path(folder, "me", "juno")}`), folder).toMatchObject([
      { line: 2 },
    ]);
  }
});

it("accepts paths that any machine may have, and words with slashes", () => {
  expect(
    problems("README.md", `${path("var", "lib", "juno")} and node${path("work", "a")}, home/root`),
  ).toEqual([]);
});

it("refuses registry hosts, in the lock file any host", () => {
  expect(problems("README.md", `from ${["registry", "example", "org"].join(".")}`)).toHaveLength(1);
  const lock = '"resolved": "https://example.org/a.tgz"';
  expect(problems("package-lock.json", lock)).toHaveLength(1);
  expect(problems("docs/a.md", lock)).toEqual([]);
  expect(problems("package-lock.json", '"resolved": "core/base"')).toEqual([]);
});
