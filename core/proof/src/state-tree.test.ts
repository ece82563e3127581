// The state tree against its definition as it is written: recursive, over all rows at once, without
// pages (E40, E41), and its proofs of what is there and what is not (E42).

import { equalBytes, type Hash, Hash as hashOf, hex, utf8 } from "@juno/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf, sha256 } from "../test/signing.ts";
import { provesRow } from "./row-proof.ts";
import { bitOf, EMPTY_SUBTREE, leafHash, nodeHash, rowPath, type StateLeaf } from "./state-leaf.ts";
import { type LeafChange, type StatePages, StateTree } from "./state-tree.ts";

/** E41 as it is written. */
function naiveRoot(leaves: readonly StateLeaf[], depth = 0): Hash {
  if (leaves.length === 0) return EMPTY_SUBTREE;
  if (leaves.length === 1) return leafHash(sha256, leaves[0]!);
  const [left, right] = [0, 1].map((bit) => leaves.filter(({ path }) => bitOf(path, depth) === bit));
  return nodeHash(sha256, naiveRoot(left!, depth + 1), naiveRoot(right!, depth + 1));
}

class MemoryPages implements StatePages {
  readonly pages = new Map<string, Uint8Array>();
  written = 0;

  read(place: Uint8Array): Uint8Array | undefined {
    return this.pages.get(hex(place));
  }

  write(place: Uint8Array, page: Uint8Array | undefined): void {
    this.written++;
    if (page === undefined) this.pages.delete(hex(place));
    else this.pages.set(hex(place), page);
  }
}

/** Paths that share many bits, so that deep trees and collapsing pages occur. */
const nearPaths = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 7 }), fc.boolean())
  .map(([byte, bits, isFar]) => {
    const path = new Uint8Array(32);
    if (isFar) path[0] = 0x80 + bits;
    path[byte % 32] = (path[byte % 32] ?? 0) ^ (1 << bits);
    return hashOf(path);
  });
const spreadPaths = fc.integer({ min: 0, max: 200 }).map((i) => digestOf(`row ${i}`));
const digests = fc.option(
  fc.integer({ min: 0, max: 3 }).map((i) => digestOf(`value ${i}`)),
  { nil: undefined, freq: 2 },
);
const batches = (paths: fc.Arbitrary<Hash>) =>
  fc.array(
    fc.uniqueArray(fc.record({ path: paths, digest: digests }), { selector: ({ path }) => hex(path) }),
    {
      maxLength: 8,
    },
  );

const leavesOf = (rows: ReadonlyMap<string, LeafChange>): StateLeaf[] =>
  [...rows.values()].flatMap(({ path, digest }) => (digest === undefined ? [] : [{ path, digest }]));

function check(history: readonly (readonly LeafChange[])[]): void {
  const pages = new MemoryPages();
  const tree = new StateTree(sha256, pages);
  const rows = new Map<string, LeafChange>();
  for (const changes of history) {
    for (const change of changes) rows.set(hex(change.path), change);
    const root = tree.fold(changes);
    const leaves = leavesOf(rows);
    expect(hex(root)).toBe(hex(naiveRoot(leaves)));
    expect(hex(tree.root())).toBe(hex(root));
    const fresh = new MemoryPages();
    new StateTree(sha256, fresh).fold(leaves);
    expect(pages.pages, "pages follow from the rows, not from their history").toEqual(fresh.pages);
    for (const { path, digest } of rows.values()) {
      const proof = tree.prove(path);
      expect(provesRow(sha256, { path, digest, root }, proof)).toBe(true);
      const other = digest === undefined ? digestOf("another") : undefined;
      expect(provesRow(sha256, { path, digest: other, root }, proof)).toBe(false);
    }
  }
}

describe("E41: the state tree", () => {
  it("is what its definition says, whatever came and went", () => {
    fc.assert(fc.property(batches(spreadPaths), check), { numRuns: 60 });
  });

  it("is so with paths that share many bits", () => {
    fc.assert(fc.property(batches(nearPaths), check), { numRuns: 60 });
  });

  it("writes pages for what changed, not for what there is", () => {
    const pages = new MemoryPages();
    const tree = new StateTree(sha256, pages);
    const leaves = Array.from({ length: 5_000 }, (_, i) => ({
      path: digestOf(`${i}`),
      digest: digestOf("v"),
    }));
    tree.fold(leaves);
    pages.written = 0;
    tree.fold([{ path: leaves[77]!.path, digest: digestOf("w") }]);
    expect(pages.written).toBeLessThan(8);
  });

  it("refuses two changes of one row", () => {
    const change = { path: digestOf("a"), digest: digestOf("b") };
    expect(() => new StateTree(sha256, new MemoryPages()).fold([change, change])).toThrow(
      /a row changes once/,
    );
  });
});

describe("E40: a row's path", () => {
  it("tells apart what runs together", () => {
    const paths = [
      { module: "a", table: "bc", key: "d" },
      { module: "ab", table: "c", key: "d" },
      { module: "a", table: "b", key: "cd" },
    ].map((row) => hex(rowPath(sha256, row)));
    expect(new Set(paths).size).toBe(3);
  });
});

describe("E42: a row's proof", () => {
  const rows = Array.from({ length: 50 }, (_, i) => ({
    path: digestOf(`${i}`),
    digest: sha256(utf8(`${i}`)),
  }));
  const tree = new StateTree(sha256, new MemoryPages());
  const root = tree.fold(rows);
  const flipped = (hash: Hash): Hash => hashOf(hash.map((byte, at) => (at === 5 ? byte ^ 1 : byte)));

  it("is refused with any part of it changed", () => {
    const { path, digest } = rows[3]!;
    const proof = tree.prove(path);
    const claim = { path, digest, root };
    expect(provesRow(sha256, claim, proof)).toBe(true);
    for (const at of proof.siblings.keys()) {
      const siblings = proof.siblings.map((hash, i) => (i === at ? flipped(hash) : hash));
      expect(provesRow(sha256, claim, { ...proof, siblings })).toBe(false);
      const shorter = proof.siblings.filter((_, i) => i !== at);
      expect(provesRow(sha256, claim, { ...proof, siblings: shorter })).toBe(false);
    }
    for (const leaf of [{ path: flipped(path), digest }, { path, digest: flipped(digest) }, undefined]) {
      expect(provesRow(sha256, claim, { ...proof, leaf })).toBe(false);
    }
    expect(provesRow(sha256, { ...claim, root: flipped(root) }, proof)).toBe(false);
    expect(provesRow(sha256, { ...claim, path: flipped(path) }, proof)).toBe(false);
  });

  it("of one row shows nothing about another, nor its absence", () => {
    const proof = tree.prove(rows[3]!.path);
    for (const { path, digest } of rows.slice(4)) {
      if (equalBytes(path, rows[3]!.path)) continue;
      expect(provesRow(sha256, { path, digest, root }, proof)).toBe(false);
      expect(provesRow(sha256, { path, digest: undefined, root }, proof)).toBe(false);
    }
  });

  it("shows no absence of a row that is there, whatever is put in the place of its subtree", () => {
    const { path, digest } = rows[3]!;
    const { siblings } = tree.prove(path);
    const inner = (from: number): StateLeaf => {
      // What two hashes of a node are called when they are passed off as a leaf.
      let hash = leafHash(sha256, { path, digest });
      for (let at = siblings.length - 1; at > from; at--)
        hash =
          bitOf(path, at) === 1
            ? nodeHash(sha256, siblings[at]!, hash)
            : nodeHash(sha256, hash, siblings[at]!);
      const [left, right] = bitOf(path, from) === 1 ? [siblings[from]!, hash] : [hash, siblings[from]!];
      return { path: left, digest: right };
    };
    for (let depth = 0; depth <= siblings.length + 2; depth++) {
      const way = [...siblings, EMPTY_SUBTREE, EMPTY_SUBTREE].slice(0, depth);
      const leaves = [undefined, ...rows, ...siblings.map((_, at) => inner(at))];
      for (const leaf of leaves) {
        const proof = { siblings: way, leaf };
        expect(provesRow(sha256, { path, digest: undefined, root }, proof)).toBe(false);
        const isIt = depth === siblings.length && leaf !== undefined && equalBytes(leaf.path, path);
        expect(provesRow(sha256, { path, digest, root }, proof)).toBe(isIt);
      }
    }
  });

  it("of a tree without rows, or with one, has no siblings", () => {
    const { path, digest } = rows[3]!;
    const other = rows[4]!.path;
    const alone = leafHash(sha256, { path, digest });
    const none = { siblings: [], leaf: undefined };
    expect(provesRow(sha256, { path, digest: undefined, root: EMPTY_SUBTREE }, none)).toBe(true);
    expect(
      provesRow(sha256, { path: other, digest: undefined, root: alone }, { ...none, leaf: rows[3]! }),
    ).toBe(true);
    const empty = { siblings: [EMPTY_SUBTREE], leaf: undefined };
    expect(provesRow(sha256, { path, digest: undefined, root: EMPTY_SUBTREE }, empty)).toBe(false);
    expect(provesRow(sha256, { path, digest, root: EMPTY_SUBTREE }, { ...none, leaf: rows[3]! })).toBe(false);
    const longer = { siblings: new Array<Hash>(257).fill(EMPTY_SUBTREE), leaf: undefined };
    expect(provesRow(sha256, { path, digest: undefined, root: EMPTY_SUBTREE }, longer)).toBe(false);
  });

  it("shows an absence by the row that stands where another would", () => {
    const absent = Array.from({ length: 64 }, (_, i) => digestOf(`absent ${i}`));
    const proofs = absent.map((path) => ({ path, proof: tree.prove(path) }));
    expect(proofs.some(({ proof }) => proof.leaf !== undefined)).toBe(true);
    expect(proofs.some(({ proof }) => proof.leaf === undefined)).toBe(true);
    for (const { path, proof } of proofs) {
      expect(provesRow(sha256, { path, digest: undefined, root }, proof)).toBe(true);
      expect(provesRow(sha256, { path, digest: digestOf("v"), root }, proof)).toBe(false);
    }
  });
});
