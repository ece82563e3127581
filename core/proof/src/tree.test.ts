// The outcome tree against RFC 6962 section 2.1 as it is written: recursive, over all leaves at
// once, without storing anything (E30, E31, E33).

import { concatBytes, equalBytes, type Hash, hex, utf8 } from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf, sha256 } from "../test/signing.ts";
import {
  appendLeaf,
  EMPTY_FRONTIER,
  type Frontier,
  frontierAt,
  includes,
  inclusionPath,
  outcomeLeaf,
  rootOf,
} from "./tree.ts";

/** k of the RFC: the largest power of two smaller than n. */
function split(count: number): number {
  let k = 1;
  while (2 * k < count) k *= 2;
  return k;
}

/** MTH of the RFC, over leaf hashes. */
function naiveRoot(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return sha256(new Uint8Array(0));
  if (leaves.length === 1) return leaves[0]!;
  const k = split(leaves.length);
  const [left, right] = [naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k))];
  return sha256(concatBytes(Uint8Array.of(1), left, right));
}

/** PATH of the RFC. */
function naivePath(leaf: number, leaves: readonly Hash[]): Hash[] {
  if (leaves.length <= 1) return [];
  const k = split(leaves.length);
  return leaf < k
    ? [...naivePath(leaf, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naivePath(leaf - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}

const leafAt = (i: number): Hash => digestOf(`leaf ${i}`);
const SIZE_MAX = 64;

/** Appends leaves one by one, as a node does; keeps every node and every frontier. */
function grown(size: number) {
  const nodes = new Map<string, Hash>();
  const frontiers: Frontier[] = [EMPTY_FRONTIER];
  const leaves: Hash[] = [];
  for (let i = 0; i < size; i++) {
    leaves.push(leafAt(i));
    const appended = appendLeaf(sha256, frontiers[i]!, leaves[i]!);
    frontiers.push(appended.frontier);
    for (const { level, position, hash } of appended.nodes) {
      const place = `${level}/${position}`;
      expect(nodes.has(place), "a complete subtree is finished once").toBe(false);
      nodes.set(place, hash);
    }
  }
  const read = (level: number, position: number): Hash => {
    const hash = nodes.get(`${level}/${position}`);
    if (hash === undefined) throw new Error(`no complete subtree ${level}/${position}`);
    return hash;
  };
  return { leaves, frontiers, read };
}

const tree = grown(SIZE_MAX);
const hexes = (hashes: readonly Hash[]) => hashes.map(hex);

describe("leaves and nodes", () => {
  it("are hashed apart, so that no node passes for a leaf (E30, E31)", () => {
    const [entryHash, receiptHash] = [digestOf("entry"), digestOf("receipt")];
    const leaf = outcomeLeaf(sha256, { entryHash, receiptHash });
    expect(hex(leaf)).toBe(hex(sha256(concatBytes(Uint8Array.of(0), entryHash, receiptHash))));
    const two = appendLeaf(sha256, appendLeaf(sha256, EMPTY_FRONTIER, entryHash).frontier, receiptHash);
    expect(hex(rootOf(sha256, two.frontier))).not.toBe(hex(leaf));
  });
});

describe("roots, for every size from 0 to 64", () => {
  it("are those of the RFC", () => {
    for (let size = 0; size <= SIZE_MAX; size++) {
      const { frontiers, leaves } = tree;
      expect(frontiers[size]!.size).toBe(size);
      expect(hex(rootOf(sha256, frontiers[size]!)), `${size}`).toBe(hex(naiveRoot(leaves.slice(0, size))));
    }
    expect(hex(rootOf(sha256, EMPTY_FRONTIER))).toBe(hex(sha256(utf8(""))));
  });

  it("come back from stored subtrees", () => {
    for (let size = 0; size <= SIZE_MAX; size++) {
      const frontier = frontierAt(tree.read, size);
      expect(hexes(frontier.peaks), `${size}`).toEqual(hexes(tree.frontiers[size]!.peaks));
    }
  });
});

describe("inclusion paths, for every leaf of every size to 64 (E33)", () => {
  it("are those of the RFC and lead to the root", () => {
    for (let size = 1; size <= SIZE_MAX; size++) {
      const leaves = tree.leaves.slice(0, size);
      const root = naiveRoot(leaves);
      for (let leaf = 0; leaf < size; leaf++) {
        const path = inclusionPath(sha256, tree.read, { leaf, size });
        expect(hexes(path)).toEqual(hexes(naivePath(leaf, leaves)));
        expect(includes(sha256, { leaf, size, leafHash: leaves[leaf]!, path, root })).toBe(true);
      }
    }
  });

  it("prove no other leaf, no other place, no other root", () => {
    for (let size = 1; size <= SIZE_MAX; size++) {
      const root = rootOf(sha256, tree.frontiers[size]!);
      for (let leaf = 0; leaf < size; leaf++) {
        const path = inclusionPath(sha256, tree.read, { leaf, size });
        const proof = { leaf, size, leafHash: leafAt(leaf), path, root };
        const other = (leaf + 1) % size;
        const changes = [
          { leafHash: leafAt(size) },
          { root: digestOf("root") },
          { path: [...path, digestOf("more")] },
          ...(size > 1 ? [{ leaf: other }, { leafHash: leafAt(other) }, { path: path.slice(1) }] : []),
          ...path.map((_, i) => ({ path: path.with(i, digestOf("wrong")) })),
          { leaf: size },
          { leaf: -1 },
        ];
        for (const change of changes) expect(includes(sha256, { ...proof, ...change })).toBe(false);
      }
    }
  });

  it("have the length that the size gives them, even where the root would fit", () => {
    const [leafHash, extra] = [leafAt(2), digestOf("extra")];
    const path = inclusionPath(sha256, tree.read, { leaf: 2, size: 4 });
    const root = sha256(concatBytes(Uint8Array.of(1), extra, rootOf(sha256, tree.frontiers[4]!)));
    expect(includes(sha256, { leaf: 2, size: 4, leafHash, path: [...path, extra], root })).toBe(false);
    expect(includes(sha256, { leaf: 2, size: 4, leafHash, path: [], root: leafHash })).toBe(false);
  });

  it("exist for leaves of the tree only", () => {
    expect(() => inclusionPath(sha256, tree.read, { leaf: 5, size: 5 })).toThrow("a leaf of the tree");
  });
});

describe("larger trees", () => {
  const LARGE = 1500;
  const large = grown(LARGE);

  it("agree with the RFC at random places", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LARGE }), fc.nat(), (size, at) => {
        const leaf = at % size;
        const leaves = large.leaves.slice(0, size);
        const path = inclusionPath(sha256, large.read, { leaf, size });
        const root = rootOf(sha256, large.frontiers[size]!);
        expect(equalBytes(root, naiveRoot(leaves))).toBe(true);
        expect(hexes(path)).toEqual(hexes(naivePath(leaf, leaves)));
        expect(includes(sha256, { leaf, size, leafHash: leaves[leaf]!, path, root })).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
