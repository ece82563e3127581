// The state tree (E40, E41): a binary Merkle tree over all rows, by their paths, stored in pages that
// its keeper holds. Changes are folded in together: the cost follows how many there are and the depth
// of the tree, never the number of rows.

import { assert, compareBytes, equalBytes, type Hash, type Sha256 } from "@juno/base";
import type { RowProof } from "./row-proof.ts";
import type { StateLeaf } from "./state-leaf.ts";
import {
  decodePage,
  emptyPage,
  encodePage,
  hashOfSubtree,
  PAGE_SLOTS,
  type Page,
  type Slot,
  type Subtree,
  slotOf,
  subtreeOf,
} from "./state-page.ts";

/** A row that is different: `digest` is the SHA-256 of its bytes, undefined if it is gone. */
export type LeafChange = { readonly path: Hash; readonly digest: Hash | undefined };

/** Where pages are kept, by their place: the half bytes that lead to them, one a byte. */
export interface StatePages {
  read(place: Uint8Array): Uint8Array | undefined;
  write(place: Uint8Array, page: Uint8Array | undefined): void;
}

const ROOT_PLACE = new Uint8Array(0);

const isAlone = (slot: Slot): slot is { readonly kind: "leaf" } & StateLeaf => slot?.kind === "leaf";

/** Half bytes 0 to 15 in turn, each as a place of its own. */
function childOf(place: Uint8Array, slot: number): Uint8Array {
  const child = new Uint8Array(place.length + 1);
  child.set(place);
  child[place.length] = slot;
  return child;
}

export class StateTree {
  readonly #sha256: Sha256;
  readonly #pages: StatePages;

  constructor(sha256: Sha256, pages: StatePages) {
    this.#sha256 = sha256;
    this.#pages = pages;
  }

  #page(place: Uint8Array): Page {
    const bytes = this.#pages.read(place);
    return bytes === undefined ? emptyPage() : decodePage(bytes);
  }

  /** E41 */
  root(): Hash {
    return hashOfSubtree(this.#sha256, subtreeOf(this.#sha256, this.#page(ROOT_PLACE)));
  }

  /** Makes the changes, at most one a path; returns the root. */
  fold(changes: readonly LeafChange[]): Hash {
    if (changes.length === 0) return this.root();
    const sorted = [...changes].sort((a, b) => compareBytes(a.path, b.path));
    const isTwice = (change: LeafChange, at: number) =>
      at > 0 && equalBytes(change.path, sorted[at - 1]!.path);
    assert(!sorted.some(isTwice), "a row changes once");
    return hashOfSubtree(this.#sha256, this.#foldPage(ROOT_PLACE, sorted));
  }

  /** Makes the changes in the page and below it; returns what it holds then. */
  #foldPage(place: Uint8Array, changes: readonly LeafChange[]): Subtree {
    const page = this.#page(place);
    let from = 0;
    while (from < changes.length) {
      const slot = slotOf(changes[from]!.path, place.length);
      let to = from + 1;
      while (to < changes.length && slotOf(changes[to]!.path, place.length) === slot) to++;
      page[slot] = this.#foldSlot(childOf(place, slot), page[slot], changes.slice(from, to));
      from = to;
    }
    const subtree = subtreeOf(this.#sha256, page);
    // A page is left only for two rows or more; the root's stays for one, since nothing is above it.
    const isKept = subtree.kind === "node" || (subtree.kind === "leaf" && place.length === 0);
    this.#pages.write(place, isKept ? encodePage(page) : undefined);
    return subtree;
  }

  #foldSlot(place: Uint8Array, slot: Slot, changes: readonly LeafChange[]): Slot {
    if (!isAlone(slot) && slot !== undefined) return slotFor(this.#foldPage(place, changes));
    const isReplaced = isAlone(slot) && changes.some(({ path }) => equalBytes(path, slot.path));
    const old: readonly LeafChange[] = isAlone(slot) && !isReplaced ? [slot] : [];
    const [only, ...more] = [...changes, ...old].filter(({ digest }) => digest !== undefined);
    if (only === undefined) return undefined;
    if (more.length === 0) return { kind: "leaf", path: only.path, digest: only.digest! };
    const leaves = [only, ...more].sort((a, b) => compareBytes(a.path, b.path));
    return slotFor(this.#foldPage(place, leaves));
  }

  /** E42: leads from a row's place to the root, whether there is a row or not. */
  prove(path: Hash): RowProof {
    const siblings: Hash[] = [];
    for (let place: Uint8Array = ROOT_PLACE; ; place = childOf(place, slotOf(path, place.length))) {
      const found = this.#descend(this.#page(place), slotOf(path, place.length), siblings);
      if (found.kind === "empty") return { siblings, leaf: undefined };
      if (found.kind === "leaf") return { siblings, leaf: { path: found.path, digest: found.digest } };
    }
  }

  /** Down a page towards a slot, as far as there are two rows; notes what is left aside. */
  #descend(page: Page, slot: number, siblings: Hash[]): Subtree {
    const sha256 = this.#sha256;
    let from = 0;
    let width = PAGE_SLOTS;
    let here = subtreeOf(sha256, page);
    while (here.kind === "node" && width > 1) {
      width /= 2;
      const isRight = slot >= from + width;
      siblings.push(hashOfSubtree(sha256, subtreeOf(sha256, page, isRight ? from : from + width, width)));
      if (isRight) from += width;
      here = subtreeOf(sha256, page, from, width);
    }
    return here;
  }
}

function slotFor(subtree: Subtree): Slot {
  if (subtree.kind === "empty") return undefined;
  return subtree.kind === "leaf" ? subtree : { kind: "page", hash: subtree.hash };
}
