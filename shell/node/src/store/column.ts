// Reads columns as the types their STRICT tables promise. A value of another type means that the
// file was altered by something else than a node; whoever reads says so (`guarded`).

import type { SQLOutputValue } from "node:sqlite";
import { Hash } from "@juno/base";

type Column = SQLOutputValue | undefined;

/** What is read is not what a node wrote. */
export class ContentError extends Error {}

export function integer(value: Column): number {
  if (typeof value !== "number" || value < 0) throw new ContentError("a column holds no whole number");
  return value;
}

export function text(value: Column): string {
  if (typeof value !== "string") throw new ContentError("a column holds no text");
  return value;
}

export function blob(value: Column): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new ContentError("a column holds no bytes");
  return value;
}

export function hashOf(value: Column): Hash {
  const bytes = blob(value);
  if (bytes.length !== 32) throw new ContentError("a column holds no hash");
  return Hash(bytes);
}
