// What keeps programs of different versions together (C37, C38), each switched off.

import type { Mutant } from "./mutant.ts";

const RULES: readonly Omit<Mutant, "withVersions">[] = [
  {
    name: "C37",
    what: "a program goes on by versions that it does not know",
    patches: [
      {
        file: "shell/runtime/src/versions.ts",
        find: "if (old === undefined || lackingVersions(ledger.known, versionsAt(activation, applied + 1)) === undefined)",
        put: "if (applied >= 0)",
      },
    ],
  },
  {
    name: "C37b",
    what: "a program ends as soon as versions are decided that it does not know",
    patches: [
      {
        file: "shell/runtime/src/versions.ts",
        find: "lackingVersions(ledger.known, versionsAt(activation, applied + 1)) === undefined",
        put: "false",
      },
    ],
  },
  {
    name: "C38",
    what: "a node is ready for versions that it does not know",
    patches: [
      {
        file: "shell/runtime/src/readiness.ts",
        find: "const lacking = lackingVersions(ledger.known, versions);",
        put: "const lacking = undefined;",
      },
    ],
  },
];

/** Only where nodes run older programs do such rules matter. */
export const VERSION_RULES: readonly Mutant[] = RULES.map((rule) => ({ ...rule, withVersions: true }));
