// The cryptography of a client: by default what the platform and two small libraries give, the same
// in Node and in browsers. Whoever has something faster (the nodes' own library) passes it in; it
// must give the same verdicts (E8).

import { assert, Hash, type Sha256, type SignatureCheck } from "@juno/base";
import { admissibleSignature } from "@juno/proof";
import * as ed25519 from "@noble/ed25519";
import { sha256 as nobleSha256, sha512 } from "@noble/hashes/sha2.js";
import { verifySignature } from "./verify-signature.ts";

export type Verdict = boolean | Promise<boolean>;

export type ClientCrypto = {
  readonly sha256: Sha256;
  readonly verify: (check: SignatureCheck) => Verdict;
  /** From a source fit for keys. */
  readonly randomBytes: (length: number) => Uint8Array;
};

ed25519.hashes.sha512 = sha512;

export const portableSha256: Sha256 = (bytes) => Hash(nobleSha256(bytes));

const ALGORITHM = "Ed25519";
/** Voters and, for auditors, clients. */
const IMPORTED_KEYS_MAX = 1_024;

type PlatformKey = Awaited<ReturnType<SubtleCrypto["importKey"]>>;
type SubtleCrypto = typeof globalThis.crypto.subtle;

/** A view that WebCrypto's types accept: none of ours is backed by shared memory. */
const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);

/** E8 by WebCrypto; `undefined` where the platform does not know Ed25519. */
export async function platformVerify(): Promise<((check: SignatureCheck) => Promise<boolean>) | undefined> {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined) return undefined;
  const keys = new Map<string, PlatformKey>();
  const keyOf = async (bytes: Uint8Array): Promise<PlatformKey> => {
    const name = bytes.join();
    const known = keys.get(name);
    if (known !== undefined) return known;
    const key = await subtle.importKey("raw", plain(bytes), ALGORITHM, false, ["verify"]);
    if (keys.size >= IMPORTED_KEYS_MAX) keys.clear();
    keys.set(name, key);
    return key;
  };
  try {
    await subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  } catch {
    return undefined;
  }
  return async (check) => {
    if (!admissibleSignature(check)) return false;
    try {
      const key = await keyOf(check.key);
      return await subtle.verify(ALGORITHM, key, plain(check.signature), plain(check.message));
    } catch {
      // A key that is no point of the curve cannot be imported.
      return false;
    }
  };
}

const RANDOM_POOL_BYTES = 4_096;

/** Random bytes drawn in larger pieces: nonces are many and short. No byte is given out twice. */
function pooledRandomBytes(): (length: number) => Uint8Array {
  let pool = new Uint8Array(0);
  let at = 0;
  return (length) => {
    assert(length <= RANDOM_POOL_BYTES, "so many random bytes are not asked for at once");
    if (at + length > pool.length) {
      pool = globalThis.crypto.getRandomValues(new Uint8Array(RANDOM_POOL_BYTES));
      at = 0;
    }
    at += length;
    return pool.slice(at - length, at);
  };
}

/** What a client uses unless it is given something else. */
export function defaultCrypto(): ClientCrypto {
  let platform: ReturnType<typeof platformVerify> | undefined;
  return {
    sha256: portableSha256,
    verify: async (check) => {
      platform ??= platformVerify();
      const verify = (await platform) ?? verifySignature;
      return verify(check);
    },
    randomBytes: pooledRandomBytes(),
  };
}

/** Signs commands: an Ed25519 key and whoever holds its secret. */
export type Signer = {
  readonly key: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;
};

/** A signer from a 32-byte seed (RFC 8032), by the portable library. */
export function signerFromSeed(seed: Uint8Array): Signer {
  assert(seed.length === 32, "a secret seed has 32 bytes");
  return { key: ed25519.getPublicKey(seed), sign: (message) => ed25519.sign(message, seed) };
}
