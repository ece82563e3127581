// Branded scalars, so that a term is never passed where an index is meant. All integers are
// below 2^53 (E3); on the wire they are u64 (or u32 for node ids), big-endian.

import { assert } from "./assert.ts";

export type Epoch = number & { readonly brand: "Epoch" };
export type Term = number & { readonly brand: "Term" };
export type LogIndex = number & { readonly brand: "LogIndex" };
export type NodeId = number & { readonly brand: "NodeId" };
/** 32 bytes. Treat as immutable. */
export type Hash = Uint8Array & { readonly brand: "Hash" };

function checked(value: number, what: string): number {
  assert(Number.isSafeInteger(value) && value >= 0, `${what} is a safe non-negative integer`);
  return value;
}

export const Epoch = (value: number): Epoch => checked(value, "epoch") as Epoch;
export const Term = (value: number): Term => checked(value, "term") as Term;
export const LogIndex = (value: number): LogIndex => checked(value, "log index") as LogIndex;
export const NodeId = (value: number): NodeId => checked(value, "node id") as NodeId;

export function Hash(bytes: Uint8Array): Hash {
  assert(bytes.length === 32, "a hash has 32 bytes");
  return bytes as Hash;
}
