// The hashes of the state tree (E40, E41): where a row stands in it, what its leaf and the nodes
// above it are. A row's place follows from its address alone, so the tree's shape follows from which
// rows there are, and not from the order in which they came.

import { concatBytes, equalBytes, Hash, type Sha256, taggedHash, utf8, Writer } from "@juno/base";

/** A row that stands in the tree: its place, and the SHA-256 of its canonical bytes. */
export type StateLeaf = { readonly path: Hash; readonly digest: Hash };

/** What a subtree without rows hashes to; nothing is known that has this hash. */
export const EMPTY_SUBTREE = Hash(new Uint8Array(32));

/** Bits of a path: no tree is deeper. */
export const PATH_BITS = 256;

/** E40: the place of a row. */
export function rowPath(sha256: Sha256, row: { module: string; table: string; key: string }): Hash {
  const writer = new Writer(128).bytes(utf8(row.module)).bytes(utf8(row.table)).bytes(utf8(row.key));
  return taggedHash(sha256, "row-path", writer.finish());
}

/** Hashes two hashes behind a tag, in one buffer for all: a tree has many, and each is hashed at once. */
function pairHasher(tag: string): (sha256: Sha256, first: Hash, second: Hash) => Hash {
  const prefix = utf8(`juno/v1/${tag}\0`);
  const bytes = concatBytes(prefix, new Uint8Array(64));
  return (sha256, first, second) => {
    bytes.set(first, prefix.length);
    bytes.set(second, prefix.length + 32);
    return sha256(bytes);
  };
}

const hashLeaf = pairHasher("row-leaf");

/** E41 */
export const leafHash = (sha256: Sha256, { path, digest }: StateLeaf): Hash => hashLeaf(sha256, path, digest);

/** E41: of a subtree that holds two rows or more. */
export const nodeHash = pairHasher("row-node");

/** Bit `at` of a path, counted from the root down. */
export const bitOf = (path: Hash, at: number): number => (path[at >> 3]! >> (7 - (at & 7))) & 1;

/** Whether two paths are equal in their first `bits` bits. */
export function sharesBits(a: Hash, b: Hash, bits: number): boolean {
  const whole = bits >> 3;
  if (!equalBytes(a.subarray(0, whole), b.subarray(0, whole))) return false;
  const rest = bits & 7;
  return rest === 0 || (a[whole]! ^ b[whole]!) >> (8 - rest) === 0;
}
