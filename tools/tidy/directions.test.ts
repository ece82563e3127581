import { describe, expect, it } from "vitest";
import { checkDirections } from "./directions.ts";
import { treeOf } from "./tree.ts";

const FOLDERS = [
  "core/api core/base core/consensus core/ledger core/proof",
  "shell/node shell/runtime",
  "edge/cli edge/client",
  "lab/simulator",
].flatMap((line) => line.split(" "));

const workspace = Object.fromEntries(
  FOLDERS.map((folder) => [`${folder}/package.json`, `{ "name": "@juno/${folder.split("/")[1]}" }`]),
);
const problems = (files: Record<string, string>) => checkDirections(treeOf({ ...workspace, ...files }));
const importing = (file: string, specifier: string) =>
  problems({ [file]: `import type { x } from "${specifier}";` }).map(({ sentence }) => sentence);

describe("who sees whom", () => {
  it("lets core see core, shell see core, edge see what it may, lab see all", () => {
    for (const [file, name] of [
      ["core/proof/src/a.ts", "base"],
      ["core/consensus/src/a.ts", "proof"],
      ["shell/runtime/src/a.ts", "ledger"],
      ["shell/runtime/src/a.ts", "consensus"],
      ["edge/client/src/a.ts", "api"],
      ["edge/cli/src/a.ts", "node"],
      ["lab/simulator/src/a.ts", "consensus"],
      ["tools/a.ts", "proof"],
      ["core/api/src/a.ts", "proof"],
    ] as const) {
      expect(importing(file, `@juno/${name}`), `${file} → ${name}`).toEqual([]);
    }
  });

  it("refuses every other direction, in tests too", () => {
    for (const [file, name] of [
      ["core/base/src/a.ts", "proof"],
      ["core/api/src/a.ts", "ledger"],
      ["core/consensus/src/a.ts", "ledger"],
      ["core/ledger/src/a.ts", "consensus"],
      ["core/ledger/src/a.test.ts", "runtime"],
      ["shell/runtime/src/a.ts", "node"],
      ["edge/client/src/a.ts", "ledger"],
      ["edge/client/test/a.test.ts", "node"],
      ["edge/cli/src/a.ts", "consensus"],
    ] as const) {
      expect(importing(file, `@juno/${name}`), `${file} → ${name}`).toHaveLength(1);
    }
  });

  it("refuses to see lab", () => {
    expect(importing("shell/node/src/a.test.ts", "@juno/simulator")).toEqual([
      "shell/node must not see lab: nobody does.",
    ]);
  });

  it("judges what a package declares as well", () => {
    const manifest = '{ "name": "@juno/api",\n  "dependencies": {\n    "@juno/node": "1" } }';
    expect(problems({ "core/api/package.json": manifest })).toMatchObject([
      { file: "core/api/package.json", line: 3 },
    ]);
  });

  it("refuses a package without a place", () => {
    expect(problems({ "core/oracle/package.json": '{ "name": "@juno/oracle" }' })).toHaveLength(1);
  });
});

describe("doors", () => {
  it("refuses a path behind the door", () => {
    expect(importing("core/proof/src/a.ts", "@juno/base/src/codec.ts")).toHaveLength(1);
  });

  it("opens a package's suites to tests only", () => {
    const manifest = '{ "name": "@juno/runtime", "exports": { "./suites": "./test/suites.ts" } }';
    const seen = (file: string, text: string) =>
      problems({ "shell/runtime/package.json": manifest, [file]: text }).map(({ sentence }) => sentence);
    const use = 'import { x } from "@juno/runtime/suites";';
    expect(seen("shell/node/src/a.test.ts", use)).toEqual([]);
    expect(seen("shell/node/src/a.ts", use)).toEqual(["@juno/runtime/suites is for tests only."]);
    expect(importing("shell/node/src/a.test.ts", "@juno/runtime/suites")).toHaveLength(1);
  });

  it("opens a package's light door, where it has one", () => {
    const manifest = '{ "name": "@juno/node", "exports": { "./light": "./src/light.ts" } }';
    const seen = (file: string) =>
      problems({ "shell/node/package.json": manifest, [file]: 'import { x } from "@juno/node/light";' });
    expect(seen("edge/cli/src/a.ts")).toEqual([]);
    expect(seen("core/base/src/a.ts")).toHaveLength(1);
    expect(importing("edge/cli/src/a.ts", "@juno/node/light")).toHaveLength(1);
  });

  it("refuses a relative path out of the package or out of tools", () => {
    expect(importing("core/proof/src/a.ts", "../../base/src/codec.ts")).toHaveLength(1);
    expect(importing("tools/tidy/a.ts", "../../core/base/src/codec.ts")).toHaveLength(1);
    expect(importing("core/proof/test/a.test.ts", "../src/codec.ts")).toEqual([]);
  });

  it("refuses the own door from inside", () => {
    expect(importing("core/proof/src/a.ts", "@juno/proof")).toHaveLength(1);
  });
});

describe("hosts", () => {
  it("keeps host modules out of core and the runtime", () => {
    for (const name of ["node:fs", "crypto"]) {
      expect(importing("core/api/src/a.ts", name)).toHaveLength(1);
      expect(importing("shell/runtime/src/a.ts", name)).toHaveLength(1);
    }
  });

  it("lets tests and the node use them", () => {
    expect(importing("core/api/src/a.test.ts", "node:crypto")).toEqual([]);
    expect(importing("shell/node/src/a.ts", "node:fs")).toEqual([]);
  });
});
