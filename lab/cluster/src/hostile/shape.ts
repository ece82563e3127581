// Layouts of encoded bytes as data, so that one can tamper with what is inside them: a form is cut into
// a tree of its parts, a part is bent, and the tree is put together again. It knows no message. It reads
// genuine bytes only; what comes out need not make sense.

import type { Prng } from "@juno/base";
import { concatBytes, Reader } from "@juno/base";

export type Shape =
  | { readonly kind: "number"; readonly bytes: 1 | 4 | 8 }
  | { readonly kind: "raw"; readonly bytes: number }
  | { readonly kind: "bytes" }
  | { readonly kind: "list"; readonly of: Shape }
  | { readonly kind: "option"; readonly of: Shape }
  | { readonly kind: "choice"; readonly of: readonly Shape[] }
  | { readonly kind: "all"; readonly parts: Readonly<Record<string, Shape>> };

export const u8: Shape = { kind: "number", bytes: 1 };
export const u32: Shape = { kind: "number", bytes: 4 };
export const u64: Shape = { kind: "number", bytes: 8 };
export const bytes: Shape = { kind: "bytes" };
export const raw = (count: number): Shape => ({ kind: "raw", bytes: count });
export const list = (of: Shape): Shape => ({ kind: "list", of });
export const option = (of: Shape): Shape => ({ kind: "option", of });
/** A code, counted from 1, and what it stands for. */
export const choice = (...of: readonly Shape[]): Shape => ({ kind: "choice", of });
export const all = (parts: Readonly<Record<string, Shape>>): Shape => ({ kind: "all", parts });

/** A part of a form: its bytes, or the parts it consists of behind a head such as a count. */
export type Part = {
  readonly shape: Shape;
  /** Path from the whole, for whoever must find out what went wrong. */
  readonly name: string;
  /** A number or raw bytes; a count, a length or a presence byte; empty for `all`. */
  head: Uint8Array;
  parts: Part[];
};

/** Cuts genuine bytes into parts. */
export function cut(shape: Shape, whole: Uint8Array, name: string): Part {
  const reader = new Reader(whole);
  const part = cutNext(shape, reader, name);
  reader.end();
  return part;
}

function cutNext(shape: Shape, reader: Reader, name: string): Part {
  const leaf = (count: number): Part => ({ shape, name, head: reader.raw(count), parts: [] });
  switch (shape.kind) {
    case "number":
    case "raw":
      return leaf(shape.bytes);
    case "bytes": {
      const head = reader.raw(4);
      const content = cutNext(raw(numberIn(head)), reader, `${name} content`);
      return { shape, name, head, parts: [content] };
    }
    case "list": {
      const head = reader.raw(4);
      const count = numberIn(head);
      const parts = Array.from({ length: count }, (_, i) => cutNext(shape.of, reader, `${name}[${i}]`));
      return { shape, name, head, parts };
    }
    case "option": {
      const head = reader.raw(1);
      return { shape, name, head, parts: head[0] === 1 ? [cutNext(shape.of, reader, `${name}?`)] : [] };
    }
    case "choice": {
      const head = reader.raw(1);
      const chosen = shape.of[head[0]! - 1];
      if (chosen === undefined) throw new Error(`${name} has no choice ${head[0]}`);
      return { shape, name, head, parts: [cutNext(chosen, reader, `${name} ${head[0]}`)] };
    }
    case "all": {
      const entries = Object.entries(shape.parts);
      const parts = entries.map(([key, inner]) => cutNext(inner, reader, `${name}.${key}`));
      return { shape, name, head: new Uint8Array(0), parts };
    }
  }
}

/** The bytes of a part, whatever was done to it. */
export const join = (part: Part): Uint8Array => concatBytes(part.head, ...part.parts.map(join));

export const numberIn = (head: Uint8Array): number =>
  head.length === 8
    ? new DataView(head.buffer, head.byteOffset).getUint32(0) * 2 ** 32 +
      new DataView(head.buffer, head.byteOffset).getUint32(4)
    : head.reduce((value, byte) => value * 256 + byte, 0);

/** A number in so many bytes, also one that no form may hold. */
export function numberOf(value: bigint, count: number): Uint8Array {
  const out = new Uint8Array(count);
  let rest = BigInt.asUintN(count * 8, value);
  for (let i = count - 1; i >= 0; i--, rest >>= 8n) out[i] = Number(rest & 255n);
  return out;
}

function everyPart(part: Part): Part[] {
  return [part, ...part.parts.flatMap(everyPart)];
}

/** Bends one part somewhere inside; says how. */
export function bend(prng: Prng, whole: Part): string {
  const part = prng.pick(everyPart(whole).filter(({ shape }) => shape.kind !== "all"));
  return `${part.name}: ${bendPart(prng, part)}`;
}

function bendPart(prng: Prng, part: Part): string {
  switch (part.shape.kind) {
    case "number":
    case "choice":
      return bendNumber(prng, part);
    case "raw":
      return bendRaw(prng, part);
    case "bytes":
      return prng.chance(1, 2) ? bendNumber(prng, part) : bendContent(prng, part);
    case "list":
      return prng.chance(1, 4) ? bendNumber(prng, part) : bendList(prng, part);
    case "option":
      part.head = Uint8Array.of(prng.pick([0, 1, 2, 255]));
      return `presence ${part.head[0]}`;
    case "all":
      return "as it is";
  }
}

/** The edges of what numbers may be, and what lies near the one that is there. */
function bendNumber(prng: Prng, part: Part): string {
  const value = BigInt(numberIn(part.head));
  const near = [-1025n, -2n, -1n, 1n, 2n, 1025n].map((step) => value + step);
  const edges = [0n, 1n, 255n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n - 600n, 2n ** 53n - 2n];
  const far = [2n ** 53n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
  const next = prng.pick([...near, ...edges, ...far]);
  part.head = numberOf(next, part.head.length);
  return `${value} becomes ${next}`;
}

function bendRaw(prng: Prng, part: Part): string {
  const { length } = part.head;
  if (length === 0 || prng.chance(1, 4)) {
    part.head = prng.bytes(prng.pick([0, length, length + 1, Math.max(0, length - 1)]));
    return `${part.head.length} random bytes`;
  }
  const copy = new Uint8Array(part.head);
  const at = prng.below(length);
  copy[at]! ^= 1 << prng.below(8);
  part.head = copy;
  return `a bit of byte ${at}`;
}

/** Bytes of another length, with the length that says so. */
function bendContent(prng: Prng, part: Part): string {
  const content = join(part).subarray(4);
  const length = prng.pick([0, 1, content.length - 1, content.length + 1, 2 * content.length, 300, 70_000]);
  const next = new Uint8Array(Math.max(0, length));
  next.set(content.subarray(0, next.length));
  part.head = numberOf(BigInt(next.length), 4);
  part.parts = [{ shape: raw(next.length), name: `${part.name} content`, head: next, parts: [] }];
  return `${next.length} bytes`;
}

/** Another number or order of items, with the count that fits. */
function bendList(prng: Prng, part: Part): string {
  const { parts } = part;
  const how = prng.pick(["none", "less", "twice", "reversed", "swapped", "many"] as const);
  const at = prng.below(Math.max(1, parts.length));
  const item = parts[at];
  if (how === "none" || item === undefined) part.parts = [];
  else if (how === "less") part.parts = parts.filter((_, i) => i !== at);
  else if (how === "twice") part.parts = [...parts.slice(0, at), item, ...parts.slice(at)];
  else if (how === "reversed") part.parts = [...parts].reverse();
  else if (how === "swapped") part.parts = parts.map((_, i) => parts[(i + 1) % parts.length]!);
  else part.parts = Array.from({ length: prng.pick([129, 2049, 8193]) }, () => item);
  part.head = numberOf(BigInt(part.parts.length), 4);
  return `${how}, ${part.parts.length} items`;
}
