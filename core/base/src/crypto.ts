// The pure cryptography that core/ is given from outside: one hash, one signature scheme.
// What is signed always carries a domain tag and the network id (E7), so a signature for one
// message type or one cluster says nothing anywhere else.

import { concatBytes, utf8 } from "./bytes.ts";
import type { Hash } from "./ids.ts";

/** SHA-256 of the bytes. */
export type Sha256 = (bytes: Uint8Array) => Hash;

/** One signature to check: an Ed25519 public key (32 bytes), what was signed, the signature (64). */
export type SignatureCheck = {
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
};

export type VerifySignature = (check: SignatureCheck) => boolean;

/** Signs with the key the holder was made with; 64 bytes. */
export type Sign = (message: Uint8Array) => Uint8Array;

const tags = new Map<string, Uint8Array>();

function tagBytes(tag: string): Uint8Array {
  let bytes = tags.get(tag);
  if (bytes === undefined) {
    bytes = utf8(`juno/v1/${tag}\0`);
    tags.set(tag, bytes);
  }
  return bytes;
}

/** E7: what a signature is over: the tag, the network id, the body verbatim. */
export function signedBytes(statement: {
  tag: string;
  network: Hash;
  body: Uint8Array;
}): Uint8Array<ArrayBuffer> {
  return concatBytes(tagBytes(statement.tag), statement.network, statement.body);
}

/** Hashes the parts behind a domain tag. */
export function taggedHash(sha256: Sha256, tag: string, ...parts: readonly Uint8Array[]): Hash {
  return sha256(concatBytes(tagBytes(tag), ...parts));
}
