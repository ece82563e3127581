// How deep values nest (L32). Kept with every value as it is made, so that no walk is needed to know it, and
// every recursion over a value is safe: the machine makes none deeper than DEPTH_MAX.

/** Values with parts carry their depth; all others have none. */
export type Nested = number | bigint | boolean | string | Uint8Array | { readonly depth: number };

/** L32: what the machine lets a value's depth be; a recursion this deep fits every host's stack. */
export const DEPTH_MAX = 1_024;

export function depthOf(value: Nested): number {
  return typeof value === "object" && !(value instanceof Uint8Array) ? value.depth : 0;
}

/** The depth of a value with these parts. */
export function depthAbove(parts: readonly Nested[]): number {
  let depth = 0;
  for (const part of parts) depth = Math.max(depth, depthOf(part));
  return depth + 1;
}
