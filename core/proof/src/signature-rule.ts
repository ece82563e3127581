// The part of E8 that needs no curve arithmetic: which keys and signatures may be judged at all.
// Libraries differ exactly here (small-order points, non-canonical keys, S beyond the group order), so
// every verifier outside a node asks this first. It must not depend on any of those libraries.
// Invariant: with this true, a verifier that compares R with the encoding of [S]B - [k]A agrees with the nodes.

import { parseHex, type SignatureCheck } from "@juno/base";

/** The y coordinates of the points whose order divides 8, in every encoding: little-endian, sign bit clear. */
const SMALL_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
].map((text) => parseHex(text, 32)!);

/** The order L of the base point and the field's prime p, little-endian. */
const GROUP_ORDER = parseHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", 32)!;
const FIELD_PRIME = SMALL_ORDER[5]!;

/** E8: false if no verifier may accept this check, whatever the curve equation says. */
export function admissibleSignature({ key, signature }: SignatureCheck): boolean {
  if (key.length !== 32 || signature.length !== 64) return false;
  const point = signature.subarray(0, 32);
  return (
    isBelow(signature.subarray(32), GROUP_ORDER, 0xff) &&
    isBelow(key, FIELD_PRIME, 0x7f) &&
    !isSmallOrder(key) &&
    !isSmallOrder(point)
  );
}

/** Compares 32-byte little-endian numbers; `topMask` drops the sign bit of a point. */
function isBelow(number: Uint8Array, limit: Uint8Array, topMask: number): boolean {
  for (let i = 31; i >= 0; i--) {
    const digit = i === 31 ? number[i]! & topMask : number[i]!;
    if (digit !== limit[i]) return digit < limit[i]!;
  }
  return false;
}

function isSmallOrder(point: Uint8Array): boolean {
  return SMALL_ORDER.some((small) => {
    for (let i = 0; i < 31; i++) if (point[i] !== small[i]) return false;
    return (point[31]! & 0x7f) === small[31];
  });
}
