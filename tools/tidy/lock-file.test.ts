import { expect, it } from "vitest";
import { checkLockFile } from "./lock-file.ts";
import { treeOf } from "./tree.ts";

const lock = {
  "": { devDependencies: { biome: "2.0.0" } },
  "core/base": { dependencies: { typebox: "1.0.0" } },
  "node_modules/biome": { optionalDependencies: { "@biome/linux": "2.0.0" } },
  "node_modules/@biome/linux": {},
  "node_modules/typebox": {},
};
const problems = (packages: object, manifest: object = { dependencies: { typebox: "1.0.0" } }) =>
  checkLockFile(
    treeOf({
      "package.json": JSON.stringify({ devDependencies: { biome: "2.0.0" } }),
      "core/base/package.json": JSON.stringify(manifest),
      "package-lock.json": JSON.stringify({ packages }, undefined, 1),
    }),
  );

it("accepts a lock file that matches", () => {
  expect(problems(lock)).toEqual([]);
  expect(checkLockFile(treeOf({ "package.json": "{}" }))).toEqual([]);
});

it("refuses a manifest that changed since: added, removed, another version, another kind", () => {
  for (const manifest of [
    { dependencies: { typebox: "1.0.0", pino: "1.0.0" } },
    {},
    { dependencies: { typebox: "1.0.1" } },
    { devDependencies: { typebox: "1.0.0" } },
  ]) {
    expect(problems(lock, manifest)).toMatchObject([{ file: "core/base/package.json" }]);
  }
});

it("refuses an optional package that is promised and not locked", () => {
  const { "node_modules/@biome/linux": _, ...without } = lock;
  expect(problems(without)).toEqual([
    {
      file: "package-lock.json",
      line: 15,
      sentence:
        '@biome/linux is promised but not locked, so npm ci refuses: remove it from "node_modules/biome".',
    },
  ]);
});

it("finds a locked package beside, within or above the one that wants it", () => {
  const nested = {
    ...lock,
    "node_modules/vite": {},
    "node_modules/vite/node_modules/biome": { optionalDependencies: { near: "1", far: "1", within: "1" } },
    "node_modules/vite/node_modules/near": {},
    "node_modules/far": {},
    "node_modules/vite/node_modules/biome/node_modules/within": {},
  };
  expect(problems(nested)).toEqual([]);
});
