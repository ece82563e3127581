// Two groups of tests. `parts` tests parts, in processes that its files share: none keeps anything for the next.
// `cluster` starts real networks, in the end: what its tests wait for comes late on a machine that is busy otherwise.

import { fileURLToPath } from "node:url";
import { bundleThreads, tryToMakeBundle } from "@juno/bundle";
import { defineConfig } from "vitest/config";

const PATIENCE_MS = 120_000;
const CLUSTER_PATIENCE_MS = 600_000;
const NETWORKS = [
  "lab/cluster/{src,test}/**/*.test.ts",
  // The command line against real nodes.
  "edge/cli/test/networks/**/*.test.ts",
];
/** What one process or thread that a test starts has compiled, all later ones take from here. */
const COMPILED = fileURLToPath(new URL("./node_modules/.cache/juno", import.meta.url));

await tryToMakeBundle();
/** Processes that tests start take the bundle by themselves. */
const plugins = [bundleThreads()];

/** What is waited for comes when it comes: on a busy machine, late. */
const patience = (ms: number) => ({
  testTimeout: ms,
  hookTimeout: ms,
  expect: { poll: { timeout: ms / 2 } },
});

const shared = { isolate: false, env: { NODE_COMPILE_CACHE: COMPILED } };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        plugins,
        test: {
          ...{ name: "parts", ...shared, ...patience(PATIENCE_MS) },
          include: ["{core,shell,edge,lab}/*/{src,test}/**/*.test.ts", "tools/**/*.test.ts"],
          exclude: ["**/node_modules/**", ...NETWORKS],
          sequence: { groupOrder: 0 },
        },
      },
      {
        plugins,
        test: {
          ...{ name: "cluster", ...shared, ...patience(CLUSTER_PATIENCE_MS) },
          include: NETWORKS,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
