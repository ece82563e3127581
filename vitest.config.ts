// Two groups of tests. `unit` runs in parallel on two workers; `cluster` starts real node processes
// that need the machine for themselves, so its files run one by one after all others.

import { defineConfig } from "vitest/config";

const PATIENCE_MS = 60_000;
/** Tests of the command line against real nodes. */
const NETWORKS = "edge/cli/test/networks/**/*.test.ts";
const CLUSTER_PATIENCE_MS = 600_000;

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
          name: "unit",
          include: [
            "{core,shell,edge}/*/{src,test}/**/*.test.ts",
            "lab/{simulator,bench,fuzz,judge,model}/{src,test}/**/*.test.ts",
            "tools/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", NETWORKS],
          ...patience(PATIENCE_MS),
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "cluster",
          include: ["lab/cluster/{src,test}/**/*.test.ts", NETWORKS],
          ...patience(CLUSTER_PATIENCE_MS),
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
