// Two groups of tests. `parts` tests parts, in processes that its files share: what one keeps for the next is only copied.
// `cluster` starts real networks, in the end: what its tests wait for comes late on a machine that is busy otherwise. One
// file more than there are cores: while one waits for an election, another has the core.

import { fileURLToPath } from "node:url";
import { bundleThreads, tryToMakeBundle } from "@juno/bundle";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { testFolder } from "./tools/test-folder.ts";

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

/** The longest, which begin first: at the end no core waits for one long file. A fresh clone remembers no times. */
const LONGEST = [
  ...["ledger-stores", "replay", "storm", "state-files", "large-log", "verify-databases"],
  ...["restart", "hostile-peer", "end-to-end", "bootstrap", "admin", "pruning", "demo", "commands"],
  ...["children", "backup", "trial", "lost-log", "divergence", "durability", "cluster-command"],
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const order = ({ project, moduleId }: TestSpecification): [group: number, rank: number] => {
      const rank = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return [project.config.sequence.groupOrder, rank >= 0 ? rank : LONGEST.length];
    };
    return (await super.sort(files)).sort((a, b) => {
      const [[groupA, rankA], [groupB, rankB]] = [order(a), order(b)];
      return groupA - groupB || rankA - rankB;
    });
  }
}

const shared = { isolate: false, env: { NODE_COMPILE_CACHE: COMPILED } };

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        plugins,
        test: {
          ...{ name: "parts", ...shared, ...patience(PATIENCE_MS) },
          env: { ...shared.env, TMPDIR: testFolder() },
          globalSetup: "./tools/test-folder.ts",
          maxWorkers: 3,
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
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
