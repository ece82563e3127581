// Where a declaration begins, judged by two tokens alone: a word of declarations at the margin with what
// must follow it. Recovery relies on it: a `}` that is missing must not swallow the rest of the module.

import type { Token } from "./token.ts";

/** Followed by a name. */
const NAMING: ReadonlySet<string> = new Set([
  "module",
  "import",
  "const",
  "type",
  "resource",
  "currency",
  "asset",
  "table",
  "capability",
  "policy",
  "event",
  "error",
  "action",
  "query",
  "invariant",
  "theorem",
  "migrate",
  "upgrade",
  "partial",
]);

/** Whether a declaration begins with these two tokens, if one may begin here at all. */
export function isDeclarationStart(token: Token, next: Token): boolean {
  if (token.kind === "pub") return true;
  if (token.kind === "fn") return next.kind === "name";
  if (token.kind !== "name" || next.newlineBefore) return false;
  if (token.value === "test") return next.kind === "text";
  if (token.value === "init") return next.kind === "(";
  if (token.value === "partial" && next.kind === "fn") return true;
  return NAMING.has(token.value) && (next.kind === "name" || next.kind === "pub");
}
