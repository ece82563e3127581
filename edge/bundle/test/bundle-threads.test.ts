// Which threads tests start.

import { join } from "node:path";
import { expect, it } from "vitest";
import { bundledFile, ROOT } from "../src/bundle.ts";
import { bundleThreads } from "../src/bundle-threads.ts";

const MODULE = join(ROOT, "shell/node/src/store/log/log-store.ts");
/** Composed, for the plugin at work here reads this file as well. */
const named = (file: string): string => `new URL("${file}", ${"import.meta"}.url)`;
const CODE = `${named("./log-thread.ts")}; ${named("./table.json")};`;

function rewritten(watch: boolean): string {
  const { configureVitest, transform } = bundleThreads();
  configureVitest({ vitest: { config: { watch } } });
  return transform.handler(CODE, MODULE);
}

it("are those of the bundle, and no other file is another", () => {
  const bundled = bundledFile("log-thread");
  expect(bundled).toBeDefined();
  expect(rewritten(false)).toBe(`${named(bundled!)}; ${named("./table.json")};`);
});

it("are those of the sources where tests run anew at each change", () => {
  expect(rewritten(true)).toBe(CODE);
});
