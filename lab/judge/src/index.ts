// The door of lab/judge: histories of what clients saw, and the checkers over them. Pure functions.

import { checkConservation } from "./conservation.ts";
import { checkExactlyOnce } from "./exactly-once.ts";
import type { Case, Finding } from "./history.ts";
import { checkLinearizable } from "./linearizable.ts";
import { checkReads } from "./reads.ts";

export { type AnyCall, Bank, type Call, type Command } from "./bank.ts";
export type {
  Case,
  Finding,
  Ledger,
  LedgerEntry,
  Operation,
  Portrait,
  Read,
  ReadAnswer,
  Write,
  WriteAnswer,
} from "./history.ts";
export { type SearchVerdict, searchOrder } from "./search.ts";
export { type TillCall, tillName, versionOf } from "./tills.ts";
export { checkConservation, checkExactlyOnce, checkLinearizable, checkReads };

/** Everything that all checkers find; nothing if all is well. */
export const judge = (one: Case): Finding[] => [
  ...checkExactlyOnce(one),
  ...checkLinearizable(one),
  ...checkConservation(one),
  ...checkReads(one),
];
