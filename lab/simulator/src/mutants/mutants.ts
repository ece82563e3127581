// All mutants. Nothing of this is in the code itself: these lists are the seam.

import { EPOCH_RULES } from "./epoch-rules.ts";
import { LIVENESS_RULES } from "./liveness-rules.ts";
import type { Mutant, Patch } from "./mutant.ts";
import { PROPERTIES } from "./properties.ts";
import { SAFETY_RULES } from "./safety-rules.ts";
import { SNAPSHOT_RULES } from "./snapshot-rules.ts";
import { VERSION_RULES } from "./version-rules.ts";

/** With every mutant: no assertion of the code itself may find it. */
export const NO_ASSERTIONS: readonly Patch[] = [
  { file: "core/consensus/src/step.ts", find: "  checkInvariants(context, state);\n", put: "" },
  { file: "core/base/src/assert.ts", find: "if (!condition)", put: "if (false)" },
];

export const MUTANTS: readonly Mutant[] = [
  ...SAFETY_RULES,
  ...LIVENESS_RULES,
  ...PROPERTIES,
  ...SNAPSHOT_RULES,
  ...EPOCH_RULES,
  ...VERSION_RULES,
];
