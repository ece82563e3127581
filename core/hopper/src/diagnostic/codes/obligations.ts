// Codes H03xx, conditions that must hold and exact arithmetic.

import type { CodeEntry } from "./entry.ts";

export const OBLIGATIONS: readonly CodeEntry[] = [
  {
    code: "H0301",
    title: "more decimals than there are",
    explain:
      "Amounts and percentages are exact. A currency says how many decimals it has; an amount with more would have to be rounded, and rounding is never done in silence. A percentage has at most 6 decimals, a Decimal at most 18.",
    wrong: "const price = 1.005 USD",
    right: "const price = 1.00 USD",
  },
];
