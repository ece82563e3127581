// Which threads tests start.

import { join } from "node:path";
import { expect, it } from "vitest";
import { bundledFile, freshBundle, ROOT } from "../src/bundle.ts";
import { bundleThreads } from "../src/bundle-threads.ts";

const MODULE = join(ROOT, "shell/node/src/store/log/log-store.ts");
/** Composed, for the plugin at work here reads this file as well. */
const named = (file: string): string => `new URL("${file}", ${"import.meta"}.url)`;
const CODE = `${named("./log-thread.ts")}; ${named("./table.json")};`;

function atWork(watch: boolean) {
  const { configureVitest, transform } = bundleThreads();
  let keyOf: (module: { sourceCode: string }) => string | undefined = () => "none";
  configureVitest({
    vitest: { config: { watch } },
    defineCacheKeyGenerator: (given) => {
      keyOf = given;
    },
  });
  return {
    rewritten: () => transform.handler(CODE, MODULE),
    keyOf: (sourceCode: string) => keyOf({ sourceCode }),
  };
}

const rewritten = (watch: boolean): string => atWork(watch).rewritten();

it("are those of the bundle, and no other file is another", () => {
  const bundled = bundledFile("log-thread");
  expect(bundled).toBeDefined();
  expect(rewritten(false)).toBe(`${named(bundled!)}; ${named("./table.json")};`);
});

it("are those of the sources where tests run anew at each change", () => {
  expect(rewritten(true)).toBe(CODE);
});

it("are found anew when the bundle is another, though the source that starts them is the same", () => {
  expect(atWork(false).keyOf(CODE)).toBe(freshBundle()!.folder);
  expect(atWork(false).keyOf("no threads")).toBeUndefined();
  expect(atWork(true).keyOf(CODE)).toBeUndefined();
});
