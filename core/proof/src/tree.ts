// The outcome tree: RFC 6962 section 2.1 over leaves H_i ‖ receiptHash_i, one per log entry, so
// that tree size = log index. Entry i is leaf number i-1. A node keeps the root of every complete
// subtree; the frontier (the roots of the maximal ones, left to right) is all that appending needs.

import { assert, equalBytes, type Hash, type Sha256 } from "@juno/base";

/** E30: SHA-256(0x00 ‖ H_i ‖ receipt hash_i). */
export function outcomeLeaf(sha256: Sha256, leaf: { entryHash: Hash; receiptHash: Hash }): Hash {
  const bytes = new Uint8Array(65);
  bytes.set(leaf.entryHash, 1);
  bytes.set(leaf.receiptHash, 33);
  return sha256(bytes);
}

/** E31: SHA-256(0x01 ‖ left ‖ right). */
function parentOf(sha256: Sha256, left: Hash, right: Hash): Hash {
  const bytes = new Uint8Array(65);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 33);
  return sha256(bytes);
}

/** Root of a complete subtree: 2^level leaves, the `position`-th such from the left. */
export type TreeNode = { readonly level: number; readonly position: number; readonly hash: Hash };

/** The size of a tree and the roots of its maximal complete subtrees, largest first. */
export type Frontier = { readonly size: number; readonly peaks: readonly Hash[] };

export const EMPTY_FRONTIER: Frontier = { size: 0, peaks: [] };

/** Adds a leaf; returns the new frontier and every complete subtree it finished, leaf first. */
export function appendLeaf(
  sha256: Sha256,
  frontier: Frontier,
  leaf: Hash,
): { frontier: Frontier; nodes: TreeNode[] } {
  const peaks = [...frontier.peaks];
  let position = frontier.size;
  let hash = leaf;
  const nodes: TreeNode[] = [{ level: 0, position, hash }];
  for (let level = 1; position % 2 === 1; level++) {
    hash = parentOf(sha256, peaks.pop()!, hash);
    position = (position - 1) / 2;
    nodes.push({ level, position, hash });
  }
  peaks.push(hash);
  return { frontier: { size: frontier.size + 1, peaks }, nodes };
}

/** E31: the root; of an empty tree, SHA-256 of nothing. */
export function rootOf(sha256: Sha256, frontier: Frontier): Hash {
  const { peaks } = frontier;
  if (peaks.length === 0) return sha256(new Uint8Array(0));
  return peaks.reduceRight((right, left) => parentOf(sha256, left, right));
}

/** Reads the root of a complete subtree that lies within the tree. */
export type ReadNode = (level: number, position: number) => Hash;

/** The level of the largest complete subtree with at most `width` leaves. */
function levelWithin(width: number): number {
  let level = 0;
  while (2 ** (level + 1) <= width) level++;
  return level;
}

/** Root over leaves [from, to), from stored complete subtrees. */
function rangeRoot(sha256: Sha256, read: ReadNode, from: number, to: number): Hash {
  const width = to - from;
  const level = levelWithin(width);
  if (2 ** level === width) return read(level, from / width);
  const split = from + 2 ** level;
  return parentOf(sha256, read(level, from / 2 ** level), rangeRoot(sha256, read, split, to));
}

/** The frontier of the first `size` leaves, from stored complete subtrees. */
export function frontierAt(read: ReadNode, size: number): Frontier {
  const peaks: Hash[] = [];
  let from = 0;
  while (from < size) {
    const level = levelWithin(size - from);
    peaks.push(read(level, from / 2 ** level));
    from += 2 ** level;
  }
  return { size, peaks };
}

/** The complete subtrees whose roots a frontier holds, with their places. */
export function peakNodes({ size, peaks }: Frontier): TreeNode[] {
  let from = 0;
  return peaks.map((hash) => {
    const level = levelWithin(size - from);
    const position = from / 2 ** level;
    from += 2 ** level;
    return { level, position, hash };
  });
}

/** E33: the inclusion path of leaf `leaf` in the tree of the first `size` leaves, nearest sibling first. */
export function inclusionPath(sha256: Sha256, read: ReadNode, place: { leaf: number; size: number }): Hash[] {
  assert(place.leaf < place.size, "a path is for a leaf of the tree");
  const path: Hash[] = [];
  let from = 0;
  let to = place.size;
  while (to - from > 1) {
    const split = from + 2 ** levelWithin(to - from - 1);
    if (place.leaf < split) {
      path.push(rangeRoot(sha256, read, split, to));
      to = split;
    } else {
      path.push(rangeRoot(sha256, read, from, split));
      from = split;
    }
  }
  return path.reverse();
}

/** E33: whether `path` leads from the leaf to the root of a tree of `size` leaves. */
export function includes(
  sha256: Sha256,
  proof: { leaf: number; size: number; leafHash: Hash; path: readonly Hash[]; root: Hash },
): boolean {
  if (proof.leaf < 0 || proof.leaf >= proof.size) return false;
  let hash = proof.leafHash;
  let number = proof.leaf;
  let last = proof.size - 1;
  for (const sibling of proof.path) {
    if (last === 0) return false;
    if (number % 2 === 1 || number === last) {
      hash = parentOf(sha256, sibling, hash);
      while (number % 2 === 0 && number !== 0) {
        number /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = parentOf(sha256, hash, sibling);
    }
    number = Math.floor(number / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalBytes(hash, proof.root);
}
