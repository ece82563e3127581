// The expression that starts at an offset, for messages about running code, which remembers only where expressions start.
// Of several that start there the widest that does something is meant, else the widest: in `f(x) == y`, the call.

import type { Range, Source } from "../diagnostic/source.ts";
import { parse } from "./index.ts";

type Node = Range & { readonly kind?: unknown };

/** What holds others and is too wide to point to. */
const WIDE: ReadonlySet<unknown> = new Set(["block", "if", "match", "test", "let", "expression"]);
/** What can fail, or call something that does. */
const DOING: ReadonlySet<unknown> = new Set(["call", "require", "abort", "emit", "update", "index"]);

const isNode = (value: object): value is Node =>
  "start" in value && "end" in value && typeof value.start === "number" && typeof value.end === "number";

/** Parsed once for each source that is asked about. */
const parsed = new WeakMap<Source, ReturnType<typeof parse>["module"]>();

/** All nodes of the surface tree that start there, in no order that matters. */
export function nodesAt(source: Source, offset: number): Node[] {
  let module = parsed.get(source);
  if (module === undefined) {
    module = parse(source).module;
    parsed.set(source, module);
  }
  const found: Node[] = [];
  const waiting: unknown[] = [module];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== "object" || next === null) continue;
    if (isNode(next)) {
      if (offset < next.start || offset >= next.end) continue;
      if (next.start === offset) found.push(next);
    }
    waiting.push(...Object.values(next));
  }
  return found;
}

export function expressionAt(source: Source, offset: number): Range {
  let widest: Range = { start: offset, end: offset + 1 };
  let doing: Range | undefined;
  for (const { start, end, kind } of nodesAt(source, offset)) {
    if (end > widest.end && !WIDE.has(kind)) widest = { start, end };
    if (DOING.has(kind) && (doing === undefined || end > doing.end)) doing = { start, end };
  }
  return doing ?? widest;
}
