// Table operations by number, as bytecode names them.

import type { TableOperation } from "./anf.ts";

export const TABLE_OPERATIONS: readonly TableOperation[] = [
  "take",
  "get",
  "find",
  "put",
  "insert",
  "remove",
  "has",
  "keys",
];
