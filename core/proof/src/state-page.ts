// A page of the state tree: four of its levels, as they are stored. A page has sixteen slots, one for
// each half byte of a path at its depth; a slot is empty, holds the one row below it, or the hash of
// the page below it, which holds two rows or more. Hashes within a page follow from its slots.

import { assert, decodeWith, type Hash, type Reader, type Sha256, Writer } from "@juno/base";
import { EMPTY_SUBTREE, leafHash, nodeHash, type StateLeaf } from "./state-leaf.ts";

/** Four levels of the binary tree. */
export const PAGE_SLOTS = 16;

export type Slot =
  | ({ readonly kind: "leaf" } & StateLeaf)
  | { readonly kind: "page"; readonly hash: Hash }
  | undefined;

/** Sixteen slots. */
export type Page = Slot[];

export const emptyPage = (): Page => new Array<Slot>(PAGE_SLOTS).fill(undefined);

/** The half byte of a path that says which slot of a page at this depth (in pages) is its. */
export function slotOf(path: Hash, depth: number): number {
  const byte = path[depth >> 1]!;
  return depth % 2 === 0 ? byte >> 4 : byte & 15;
}

/** Two bits a slot: 0 empty, 1 leaf, 2 page; then what they hold, in order. */
export function encodePage(page: Page): Uint8Array<ArrayBuffer> {
  let kinds = 0;
  let hashes = 0;
  for (const [at, slot] of page.entries()) {
    if (slot === undefined) continue;
    const kind = slot.kind === "leaf" ? 1 : 2;
    kinds += kind * 4 ** at;
    hashes += kind === 1 ? 2 : 1;
  }
  const writer = new Writer(4 + 32 * hashes).u32(kinds);
  for (const slot of page) {
    if (slot?.kind === "leaf") writer.raw(slot.path).raw(slot.digest);
    else if (slot?.kind === "page") writer.raw(slot.hash);
  }
  return writer.finish();
}

function readSlot(reader: Reader, kind: number): Slot {
  if (kind === 0) return undefined;
  if (kind === 1) return { kind: "leaf", path: reader.hash(), digest: reader.hash() };
  if (kind === 2) return { kind: "page", hash: reader.hash() };
  return reader.fail("a slot is empty, a leaf or a page");
}

/** Throws for bytes that no page has: pages come from the keeper's own store, which vouches for them. */
export function decodePage(bytes: Uint8Array): Page {
  const decoded = decodeWith(bytes, (reader) => {
    const kinds = reader.u32();
    return Array.from({ length: PAGE_SLOTS }, (_, at) => readSlot(reader, Math.floor(kinds / 4 ** at) & 3));
  });
  assert(decoded.ok, "a stored page of the state tree can be read");
  return decoded.value;
}

/** What stands below a node: nothing, one row, or more. */
export type Subtree =
  | { readonly kind: "empty" }
  | ({ readonly kind: "leaf" } & StateLeaf)
  | { readonly kind: "node"; readonly hash: Hash };

const EMPTY: Subtree = { kind: "empty" };

export function hashOfSubtree(sha256: Sha256, subtree: Subtree): Hash {
  if (subtree.kind === "empty") return EMPTY_SUBTREE;
  return subtree.kind === "leaf" ? leafHash(sha256, subtree) : subtree.hash;
}

/** E41: a row alone in its subtree stands for the subtree, so depth follows the number of rows. */
function join(sha256: Sha256, left: Subtree, right: Subtree): Subtree {
  if (left.kind === "empty" && right.kind !== "node") return right;
  if (right.kind === "empty" && left.kind !== "node") return left;
  return {
    kind: "node",
    hash: nodeHash(sha256, hashOfSubtree(sha256, left), hashOfSubtree(sha256, right)),
  };
}

/** What the slots from `from` on, `width` of them (a power of two), are together. */
export function subtreeOf(sha256: Sha256, page: Page, from = 0, width = PAGE_SLOTS): Subtree {
  if (width === 1) {
    const slot = page[from];
    if (slot === undefined) return EMPTY;
    return slot.kind === "leaf" ? slot : { kind: "node", hash: slot.hash };
  }
  const half = width / 2;
  const left = subtreeOf(sha256, page, from, half);
  return join(sha256, left, subtreeOf(sha256, page, from + half, half));
}
