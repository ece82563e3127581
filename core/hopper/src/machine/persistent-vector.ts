// A persistent vector: a trie of 32 branches with a tail buffer, and a start before which nothing counts, so
// that dropping the first item takes constant time. It knows nothing of what it holds but its depth.
// Immutable for whoever holds it; equal histories cost equal work on every host (L33).

import { assert } from "@juno/base";
import { depthAbove, depthOf, type Nested } from "./depth.ts";

const BITS = 5;
const WIDTH = 1 << BITS;
const MASK = WIDTH - 1;
/** Of a root: five levels of branches above the leaves. */
const BITS_MAX = 25;

/** A leaf has items, a branch has nodes; `depth` is the greatest of the items below. */
export type VectorNode<T> = {
  readonly items: readonly T[];
  readonly nodes: readonly VectorNode<T>[];
  readonly depth: number;
};

export const vectorLeaf = <T extends Nested>(items: readonly T[]): VectorNode<T> => ({
  items,
  nodes: [],
  depth: depthAbove(items) - 1,
});

export function vectorBranch<T>(nodes: readonly VectorNode<T>[]): VectorNode<T> {
  let depth = 0;
  for (const node of nodes) depth = Math.max(depth, node.depth);
  return { items: [], nodes, depth };
}

/** The leaf's way down from a root whose nodes are `shift` bits apart. */
function pathTo<T>(node: VectorNode<T>, shift: number): VectorNode<T> {
  let path = node;
  for (let level = 0; level < shift; level += BITS) path = vectorBranch([path]);
  return path;
}

/** `root` with a full leaf behind the `count` items it has, which leave room for it. */
function withLeaf<T>(
  root: VectorNode<T>,
  added: VectorNode<T>,
  place: { shift: number; count: number },
): VectorNode<T> {
  const { shift, count } = place;
  const at = (count >> shift) & MASK;
  const nodes = root.nodes.slice(0, at);
  const child = root.nodes[at];
  nodes.push(
    child === undefined
      ? pathTo(added, shift - BITS)
      : withLeaf(child, added, { shift: shift - BITS, count }),
  );
  return vectorBranch(nodes);
}

/** The greatest depth of the items from the absolute place `start` on; looks no further once nothing can be deeper. */
function depthFrom<T extends Nested>(root: VectorNode<T>, rootShift: number, start: number): number {
  let depth = 0;
  let node = root;
  for (let shift = rootShift; shift > 0 && depth < root.depth; shift -= BITS) {
    const at = (start >> shift) & MASK;
    for (let i = at + 1; i < node.nodes.length; i++) depth = Math.max(depth, node.nodes[i]!.depth);
    node = node.nodes[at]!;
  }
  if (depth === root.depth) return depth;
  for (let i = start & MASK; i < node.items.length; i++) depth = Math.max(depth, depthOf(node.items[i]!));
  return depth;
}

/** The whole leaves of a vector, and how they hang together. */
export type VectorTrie<T> = { readonly root: VectorNode<T>; readonly shift: number; readonly count: number };

function grown<T>(trie: VectorTrie<T> | undefined, added: VectorNode<T>): VectorTrie<T> {
  if (trie === undefined) return { root: vectorBranch([added]), shift: BITS, count: WIDTH };
  const { root, shift, count } = trie;
  if (count === WIDTH << shift) {
    assert(shift < BITS_MAX, "a vector has fewer than 2^30 items");
    return { root: vectorBranch([root, pathTo(added, shift)]), shift: shift + BITS, count: count + WIDTH };
  }
  return { root: withLeaf(root, added, { shift, count }), shift, count: count + WIDTH };
}

/** A vector as it is built: for those who keep what vectors share, and nobody else. */
export type VectorParts<T> = {
  readonly trie: VectorTrie<T> | undefined;
  readonly tail: readonly T[];
  readonly start: number;
};

/** Whether the nodes are as a trie of that shift and count has them: all leaves full, none missing. */
function isWhole<T>(node: VectorNode<T>, shift: number, count: number): boolean {
  if (shift === 0) return node.items.length === WIDTH && node.nodes.length === 0;
  const capacity = WIDTH << (shift - BITS);
  const { nodes, items } = node;
  if (items.length > 0 || nodes.length !== Math.ceil(count / capacity) || nodes.length > WIDTH) return false;
  return nodes.every((child, at) => isWhole(child, shift - BITS, Math.min(capacity, count - at * capacity)));
}

export class PersistentVector<T extends Nested> {
  readonly length: number;
  readonly #trie: VectorTrie<T> | undefined;
  /** What stands behind the trie: 1 to 32 items, none only in the empty vector. */
  readonly #tail: readonly T[];
  /** Items that are there and do not count. */
  readonly #start: number;
  /** Computed when first asked for: a view that drops items may be less deep than what it looks at. */
  #depth: number | undefined;

  private constructor(trie: VectorTrie<T> | undefined, tail: readonly T[], start: number) {
    const count = trie?.count ?? 0;
    this.length = count + tail.length - start;
    this.#tail = tail;
    // A trie of which nothing counts any more is let go.
    this.#trie = start < count ? trie : undefined;
    this.#start = start < count ? start : start - count;
  }

  static of<T extends Nested>(items: readonly T[]): PersistentVector<T> {
    return new PersistentVector<T>(undefined, [], 0).append(items);
  }

  /** Undefined: no vector is built like this. */
  static ofParts<T extends Nested>({ trie, tail, start }: VectorParts<T>): PersistentVector<T> | undefined {
    const count = trie?.count ?? 0;
    const total = count + tail.length;
    if (tail.length > WIDTH || start < 0 || (total === 0 ? start > 0 : start >= total)) return undefined;
    if (trie !== undefined) {
      const { root, shift } = trie;
      if (shift < BITS || shift > BITS_MAX || shift % BITS !== 0 || count < WIDTH || count % WIDTH !== 0)
        return undefined;
      if (tail.length === 0 || start >= count || !isWhole(root, shift, count)) return undefined;
    }
    return new PersistentVector(trie, tail, start);
  }

  parts(): VectorParts<T> {
    return { trie: this.#trie, tail: this.#tail, start: this.#start };
  }

  /** 1 + the depth of the deepest item: a function of the items alone. */
  get depth(): number {
    this.#depth ??= this.#findDepth();
    return this.#depth;
  }

  #findDepth(): number {
    const trie = this.#trie;
    if (trie === undefined) return depthAbove(this.#start === 0 ? this.#tail : this.#tail.slice(this.#start));
    const { root, shift } = trie;
    const inTrie = this.#start === 0 ? root.depth : depthFrom(root, shift, this.#start);
    return Math.max(inTrie + 1, depthAbove(this.#tail));
  }

  /** The items of the leaf or tail around an absolute place. */
  #chunk(at: number): readonly T[] {
    const trie = this.#trie;
    if (trie === undefined || at >= trie.count) return this.#tail;
    let node = trie.root;
    for (let shift = trie.shift; shift > 0; shift -= BITS) node = node.nodes[(at >> shift) & MASK]!;
    return node.items;
  }

  /** The item at `index`, from 0 and below `length`. */
  get(index: number): T {
    assert(index >= 0 && index < this.length, "an index lies within the list");
    const at = this.#start + index;
    // Chunks begin at multiples of 32, the tail too.
    return this.#chunk(at)[at & MASK]!;
  }

  push(item: T): PersistentVector<T> {
    return this.append([item]);
  }

  /** Takes time in proportion to `items`, not to what is there. */
  append(items: readonly T[]): PersistentVector<T> {
    if (items.length === 0) return this;
    let trie = this.#trie;
    let tail = this.#tail;
    for (let at = 0; at < items.length; ) {
      if (tail.length === WIDTH) {
        trie = grown(trie, vectorLeaf(tail));
        tail = [];
      }
      const taken = Math.min(WIDTH - tail.length, items.length - at);
      tail = [...tail, ...items.slice(at, at + taken)];
      at += taken;
    }
    return new PersistentVector(trie, tail, this.#start);
  }

  /** Takes time in proportion to the length. */
  prepend(item: T): PersistentVector<T> {
    return PersistentVector.of([item, ...this.toArray()]);
  }

  /** Takes time in proportion to the other's length. */
  concat(other: PersistentVector<T>): PersistentVector<T> {
    return this.length === 0 ? other : this.append(other.toArray());
  }

  /** All but the first, in constant time. */
  rest(): PersistentVector<T> {
    assert(this.length > 0, "an empty list has no rest");
    return this.slice(1);
  }

  /** The items from `from` to before `to`: in constant time if `to` is the end, else in that of the items. */
  slice(from: number, to: number = this.length): PersistentVector<T> {
    assert(from >= 0 && from <= to && to <= this.length, "a slice lies within the list");
    if (from === to) return PersistentVector.of<T>([]);
    if (to < this.length) return PersistentVector.of(this.#items(from, to));
    return from === 0 ? this : new PersistentVector(this.#trie, this.#tail, this.#start + from);
  }

  #items(from: number, to: number): T[] {
    const items: T[] = [];
    const end = this.#start + to;
    for (let at = this.#start + from; at < end; ) {
      const chunk = this.#chunk(at);
      const first = at & MASK;
      const count = Math.min(chunk.length - first, end - at);
      for (let i = first; i < first + count; i++) items.push(chunk[i]!);
      at += count;
    }
    return items;
  }

  toArray(): T[] {
    return this.#items(0, this.length);
  }

  *[Symbol.iterator](): IterableIterator<T> {
    const end = this.#start + this.length;
    for (let at = this.#start; at < end; ) {
      const chunk = this.#chunk(at);
      for (let i = at & MASK; i < chunk.length; i++) yield chunk[i]!;
      at += chunk.length - (at & MASK);
    }
  }
}
