// What protects a start from a snapshot (V8), pruning to one (V9), and the state that snapshots are made of, switched off.

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
    name: "V9",
    what: "the snapshot that the log begins at makes room for newer ones",
    patches: [
      {
        file: "shell/runtime/src/pruning.ts",
        find: "const pinned = [floor?.index, this.#parts.retention && this.#next?.index];",
        put: "const pinned = [this.#parts.retention && this.#next?.index];",
      },
    ],
  },
  {
    name: "V9b",
    what: "the log is pruned to a snapshot that nobody has certified",
    patches: [
      {
        file: "shell/runtime/src/pruning.ts",
        find: "const certified = (await snapshots.list()).filter(({ certificate }) => certificate !== undefined);",
        put: "const certified = await snapshots.list();",
      },
    ],
  },
  {
    name: "decay",
    what: "a node whose snapshot f+1 others contradict goes on",
    patches: [
      {
        file: "shell/runtime/src/snapshot-signing.ts",
        find: "if (isRefuted) this.#contradicted({ ...found, words });",
        put: "",
      },
    ],
    calmFrom: 4,
  },
];
