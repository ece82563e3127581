// Shows what stands at a place of the state tree, or that nothing does (E42). It proves the row as of
// a checkpoint, never that it is still so: who needs that looks at the checkpoint's time.

import {
  equalBytes,
  Hash,
  isJsonObject,
  ok,
  parseHex,
  parseJson,
  type Refusal,
  type Result,
  refuse,
  type Sha256,
} from "@juno/base";
import { type ProofContext, type ReceiptProof, verifyReceipt } from "./outcome.ts";
import {
  bitOf,
  EMPTY_SUBTREE,
  leafHash,
  nodeHash,
  PATH_BITS,
  rowPath,
  type StateLeaf,
  sharesBits,
} from "./state-leaf.ts";

export type RowProof = {
  /** From the root downwards, 32 bytes each. */
  readonly siblings: readonly Hash[];
  /** The one row in the subtree where the path ends; undefined if there is none. */
  readonly leaf: StateLeaf | undefined;
};

/**
 * E42: whether the proof shows that the row at `path` has this digest in the tree with this root;
 * with an undefined digest, that there is no such row.
 */
export function provesRow(
  sha256: Sha256,
  claim: { readonly path: Hash; readonly digest: Hash | undefined; readonly root: Hash },
  { siblings, leaf }: RowProof,
): boolean {
  const { path, digest, root } = claim;
  if (siblings.length > PATH_BITS) return false;
  const isOwn = leaf !== undefined && equalBytes(leaf.path, path);
  if (isOwn !== (digest !== undefined)) return false;
  if (digest !== undefined && !equalBytes(leaf!.digest, digest)) return false;
  if (leaf !== undefined && !sharesBits(leaf.path, path, siblings.length)) return false;
  let hash = leaf === undefined ? EMPTY_SUBTREE : leafHash(sha256, leaf);
  for (let at = siblings.length - 1; at >= 0; at--) {
    const sibling = siblings[at]!;
    hash = bitOf(path, at) === 1 ? nodeHash(sha256, sibling, hash) : nodeHash(sha256, hash, sibling);
  }
  return equalBytes(hash, root);
}

/** A row as of a checkpoint, and all it takes to believe it. */
export type ProvenRow = {
  readonly module: string;
  readonly table: string;
  readonly key: string;
  /** Canonical JSON; undefined where there is no row. */
  readonly row: Uint8Array | undefined;
  readonly proof: RowProof;
  /** The entry whose receipt states the root. */
  readonly checkpoint: ReceiptProof;
};

/** C20: the root of the state tree that a receipt states; undefined if it states none. */
export function stateRootOf(receipt: Uint8Array): Hash | undefined {
  const parsed = parseJson(receipt, { bytesMax: receipt.length });
  if (!parsed.ok || !isJsonObject(parsed.value)) return undefined;
  const text = parsed.value.get("stateRoot");
  const bytes = typeof text === "string" ? parseHex(text, 32) : undefined;
  return bytes && Hash(bytes);
}

/** E43: believes a row, or that there is none, or says why not. */
export function verifyRow(context: ProofContext, proven: ProvenRow): Result<undefined, Refusal> {
  const attested = verifyReceipt(context, proven.checkpoint);
  if (!attested.ok) return attested;
  const root = stateRootOf(proven.checkpoint.receipt);
  if (root === undefined)
    return refuse("bad_proof", "the entry is no checkpoint: its receipt states no root");
  const { sha256 } = context;
  const claim = { path: rowPath(sha256, proven), digest: proven.row && sha256(proven.row), root };
  if (!provesRow(sha256, claim, proven.proof)) {
    return refuse("bad_proof", "the row's path does not lead to the root of the state tree");
  }
  return ok(undefined);
}
