// A made-up network for the golden vectors: its genesis text, its voters' Ed25519 keys and their
// signatures. Everything follows from names, so the vectors are the same on every machine. These
// secrets are public; nobody may use them for anything else.

import { createPrivateKey, createPublicKey, hash, type KeyObject, sign } from "node:crypto";
import { Epoch, Hash, NodeId, type Sha256, signedBytes, taggedHash, utf8 } from "@juno/base";
import { type Electorate, electorateOf, type SignedStatement, type StatementTag } from "@juno/proof";

export const sha256: Sha256 = (bytes) => Hash(new Uint8Array(hash("sha256", bytes, "buffer")));

/** 32 bytes that a name stands for. */
export const digestOf = (name: string): Hash => sha256(utf8(`juno vectors: ${name}`));

/** What stands before a seed in its PKCS #8 form (RFC 8410), and before a key in its public form. */
const PRIVATE_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const PUBLIC_PREFIX_BYTES = 12;

export type KeyPair = { readonly seed: Hash; readonly key: Uint8Array; readonly secret: KeyObject };

export function keyPairOf(name: string): KeyPair {
  const seed = digestOf(name);
  const pkcs8 = Buffer.concat([PRIVATE_PREFIX, seed]);
  const secret = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  const spki = createPublicKey(secret).export({ format: "der", type: "spki" });
  return { seed, key: new Uint8Array(spki.subarray(PUBLIC_PREFIX_BYTES)), secret };
}

export const signWith = (pair: KeyPair, message: Uint8Array): Uint8Array =>
  new Uint8Array(sign(null, message, pair.secret));

/** Any bytes have a network id; that these are no real genesis document does not matter here. */
export const GENESIS_TEXT = '{"format":1,"note":"not a real genesis document"}\n';
export const NETWORK = taggedHash(sha256, "genesis", utf8(GENESIS_TEXT));
export const EPOCH = Epoch(0);

export const VOTERS = [1, 2, 3, 4].map((id) => ({ id: NodeId(id), pair: keyPairOf(`voter ${id}`) }));

export const electorate: Electorate = electorateOf({
  network: NETWORK,
  epoch: EPOCH,
  voters: VOTERS.map(({ id, pair }) => ({ id, signKey: pair.key })),
});

export function statementOf(tag: StatementTag, voter: number, body: Uint8Array): SignedStatement {
  const { id, pair } = VOTERS[voter - 1]!;
  return { voter: id, body, signature: signWith(pair, signedBytes({ tag, network: NETWORK, body })) };
}
