// The rules about starting from a snapshot (V8), each switched off.

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
  {
    name: "V8b",
    what: "a chunk is kept whatever it hashes to",
    patches: [
      {
        file: "shell/runtime/src/snapshot-download.ts",
        find: "    if (bytes !== undefined && equalBytes(sha256(bytes), hash)) return bytes;",
        put: "    if (bytes !== undefined) return bytes;",
      },
    ],
    lies: ["bad fetch"],
  },
];
