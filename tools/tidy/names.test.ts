import { expect, it } from "vitest";
import { checkNames } from "./names.ts";
import { treeOf } from "./tree.ts";

const sentences = (path: string, text = "") =>
  checkNames(treeOf({ [path]: text })).map(({ sentence }) => sentence);

it("accepts kebab-case nouns and the customary names", () => {
  for (const path of [
    "core/base/src/id-window.ts",
    "core/base/src/log.test.ts",
    "spec/2-encoding.md",
    "README.md",
    "LICENSE",
    ".ci/run",
    "tsconfig.core.json",
    "lab/scenarios/01-election.txt",
    "core/base/src/common-prefix.ts",
  ]) {
    expect(sentences(path), path).toEqual([]);
  }
});

it("refuses other spellings, of files and of folders", () => {
  for (const path of ["core/logStore.ts", "core/log_store.ts", "core/LogStore/a.ts", "docs/My Page.md"]) {
    expect(sentences(path), path).toHaveLength(1);
  }
});

it("refuses names that say nothing", () => {
  for (const path of [
    "core/utils.ts",
    "core/utils/a.ts",
    "core/types.ts",
    "core/common.test.ts",
    "core/peer-manager.ts",
    "core/test-helpers.ts",
    "core/service.ts",
    "core/misc.ts",
  ]) {
    expect(sentences(path), path).toHaveLength(1);
  }
});

it("names a bad folder once", () => {
  expect(checkNames(treeOf({ "core/utils/a.ts": "", "core/utils/b.ts": "" }))).toHaveLength(1);
});

it("refuses the I-prefix of types, not words that begin with I", () => {
  expect(sentences("core/a.ts", "interface IStore {}\ntype IName = string;")).toHaveLength(2);
  expect(sentences("core/a.ts", "interface Index {}\ntype IO = 1; type Identity = 2;")).toEqual([]);
});
