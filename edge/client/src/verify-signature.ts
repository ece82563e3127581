// The nodes' signature rule (E8) for hosts without libsodium, browsers above all, over the curve
// arithmetic of @noble/ed25519. Its own `verify` is not used: it multiplies by the cofactor and would
// accept signatures that every node rejects. Invariant: it gives the verdict of spec/vectors/ed25519.json.

import { concatBytes, equalBytes, type VerifySignature } from "@juno/base";
import { admissibleSignature } from "@juno/proof";
import { Point } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";

const GROUP_ORDER = Point.CURVE().n;

/** E8: R must be the encoding of [S]B - [k]A. Never throws for bad bytes. */
export const verifySignature: VerifySignature = (check) => {
  if (!admissibleSignature(check)) return false;
  const point = check.signature.subarray(0, 32);
  const key = decodePoint(check.key);
  if (key === undefined) return false;
  const challenge = littleEndian(sha512(concatBytes(point, check.key, check.message))) % GROUP_ORDER;
  const scalar = littleEndian(check.signature.subarray(32));
  const expected = Point.BASE.multiplyUnsafe(scalar).subtract(key.multiplyUnsafe(challenge));
  return equalBytes(expected.toBytes(), point);
};

function decodePoint(bytes: Uint8Array): Point | undefined {
  try {
    return Point.fromBytes(bytes);
  } catch {
    return undefined;
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  let text = "";
  for (let i = bytes.length - 1; i >= 0; i--) text += bytes[i]!.toString(16).padStart(2, "0");
  return BigInt(`0x${text}`);
}
