// How whoever fetches from another node's API says who asks (A42), where that is wanted.

import { requestDigest } from "@juno/api";
import type { Hash, NodeId } from "@juno/base";
import { renderSignedRead, signedReadBytes } from "@juno/proof";
import { sha256 } from "../crypto/sodium.ts";

/** A key, and whoever signs under it. */
export type ReadSigner = {
  readonly key: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;
};

const NO_BYTES = new Uint8Array(0);

/** The value of `Juno-Reader` for a GET without a nonce from a node; `target` is path and query. */
export async function readHeader(
  network: Hash,
  { key, sign }: ReadSigner,
  { node, target }: { readonly node: NodeId; readonly target: string },
): Promise<string> {
  const time = Date.now();
  const digest = requestDigest(sha256, { method: "GET", target, nonce: "", body: NO_BYTES });
  const signature = await sign(signedReadBytes(network, { node, time, requestDigest: digest }));
  return renderSignedRead({ key, time, signature });
}
