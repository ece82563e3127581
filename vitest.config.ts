// Three groups of tests. `pure` tests code that keeps nothing from one call to the next, so its files share
// processes; in `unit` each file has one of its own. `cluster` starts real networks, which would only keep
// each other waiting, so its files run one by one.

import { fileURLToPath } from "node:url";
import { bundleThreads, tryToMakeBundle } from "@juno/bundle";
import { defineConfig } from "vitest/config";

const PATIENCE_MS = 120_000;
/** Tests of the command line against real nodes. */
const NETWORKS = "edge/cli/test/networks/**/*.test.ts";
const CLUSTER_PATIENCE_MS = 600_000;

const PURE = [
  "core/*/{src,test}/**/*.test.ts",
  "{shell/runtime,edge/client,lab/judge}/{src,test}/**/*.test.ts",
  "tools/**/*.test.ts",
];
/** What one process or thread that a test starts has compiled, all later ones take from here. */
const COMPILED = fileURLToPath(new URL("./node_modules/.cache/juno", import.meta.url));

await tryToMakeBundle();
/** Processes that tests start take the bundle by themselves. */
const bundled = [bundleThreads()];

/** What is waited for comes when it comes: on a busy machine, late. */
const patience = (ms: number) => ({
  testTimeout: ms,
  hookTimeout: ms,
  expect: { poll: { timeout: ms / 2 } },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "pure",
          include: PURE,
          ...patience(PATIENCE_MS),
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        plugins: bundled,
        test: {
          name: "unit",
          isolate: false,
          include: [
            "{shell,edge}/*/{src,test}/**/*.test.ts",
            "lab/{simulator,bench,fuzz,model}/{src,test}/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", NETWORKS, ...PURE],
          ...patience(PATIENCE_MS),
          env: { NODE_COMPILE_CACHE: COMPILED },
          sequence: { groupOrder: 0 },
        },
      },
      {
        plugins: bundled,
        test: {
          name: "cluster",
          include: ["lab/cluster/{src,test}/**/*.test.ts", NETWORKS],
          ...patience(CLUSTER_PATIENCE_MS),
          env: { NODE_COMPILE_CACHE: COMPILED },
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
