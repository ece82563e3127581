// What protects a start from a snapshot (V8), switched off.

import type { Mutant } from "./mutant.ts";

export const SNAPSHOT_RULES: readonly Mutant[] = [
  {
    name: "V8",
    what: "a snapshot is believed without its signatures",
    patches: [
      {
        file: "shell/runtime/src/snapshot-offers.ts",
        find: "  return checks.ok && (await verifier.verify(checks.value)).every(Boolean);",
        put: "  return checks.ok || verifier !== undefined;",
      },
    ],
    lies: ["bad fetch"],
  },
];
