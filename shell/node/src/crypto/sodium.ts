// The cluster's cryptography, by libsodium and Node's hash: what core/ is given as Sha256, Sign and
// VerifySignature. It must not know who signs what. Invariant (E8): this verifier is the only judge
// of a signature in every node; its verdicts on the edge cases are pinned by spec/vectors/ed25519.json.

import { hash } from "node:crypto";
import { assert, Hash, type Sha256, type Sign, type SignatureCheck, type VerifySignature } from "@juno/base";
import sodium from "sodium-native";

const HASH_BYTES = 32;
const KEY_BYTES = 32;
const SEED_BYTES = 32;
const SECRET_BYTES = 64;
const SIGNATURE_BYTES = 64;

/** The binding's types ask for Buffers, its code for any view of bytes: this is a view, not a copy. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** By way of a string: three times as fast as a Buffer, whose memory stands outside the engine's heap. */
export const sha256: Sha256 = (bytes) => {
  const text = hash("sha256", bytes, "binary");
  const digest = new Uint8Array(HASH_BYTES);
  for (let i = 0; i < HASH_BYTES; i++) digest[i] = text.charCodeAt(i);
  return Hash(digest);
};

/** E8. Keys and signatures of another length are refused like any bad signature: false, never thrown. */
export const verifySignature: VerifySignature = ({ key, message, signature }: SignatureCheck) => {
  if (key.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  return sodium.crypto_sign_verify_detached(asBuffer(signature), asBuffer(message), asBuffer(key));
};

/** An Ed25519 key pair; `secret` is the 32-byte seed of RFC 8032, from which all else follows. */
export type KeyPair = { readonly key: Uint8Array; readonly secret: Uint8Array };

/** The public key (32 bytes) of a secret seed (32 bytes). */
export function publicKeyOf(secret: Uint8Array): Uint8Array {
  return expand(secret).key;
}

/** A fresh pair from the operating system's randomness. */
export function createKeyPair(): KeyPair {
  const secret = new Uint8Array(SEED_BYTES);
  sodium.randombytes_buf(asBuffer(secret));
  return { key: publicKeyOf(secret), secret };
}

/** Signs with the key of `secret` (a 32-byte seed); signatures are deterministic (RFC 8032). */
export function signerFrom(secret: Uint8Array): Sign {
  const { expanded } = expand(secret);
  const expandedView = asBuffer(expanded);
  return (message) => {
    const signature = new Uint8Array(SIGNATURE_BYTES);
    sodium.crypto_sign_detached(asBuffer(signature), asBuffer(message), expandedView);
    return signature;
  };
}

function expand(secret: Uint8Array): { key: Uint8Array; expanded: Uint8Array } {
  assert(secret.length === SEED_BYTES, "a secret seed has 32 bytes");
  const key = new Uint8Array(KEY_BYTES);
  const expanded = new Uint8Array(SECRET_BYTES);
  sodium.crypto_sign_seed_keypair(asBuffer(key), asBuffer(expanded), asBuffer(secret));
  return { key, expanded };
}
