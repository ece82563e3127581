// Codes H10xx, what a node may spend on checking a deployment.

import type { CodeEntry } from "./entry.ts";

export const DEPLOYMENT: readonly CodeEntry[] = [
  {
    code: "H1000",
    title: "a module that takes too much work to check",
    explain:
      "Every node checks what is deployed, with the same bound on the work. Most modules take a small part of it; what takes much is types that have to compute. Split the module, or write types down where they are worked out.",
  },
  {
    code: "H1001",
    title: "types that are nested too deeply",
    explain:
      "While types are worked out, one may lead into another only so many levels deep, because no node may run out of stack. Give parts of the expression names with `let`, or make them functions of their own.",
  },
];
