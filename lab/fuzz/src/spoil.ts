// Ways to spoil bytes: bits, numbers, lengths, pieces cut out and put in, and for texts the characters that
// mean something. It knows no format. Invariant: what is given is never changed.

import { concatBytes, type Prng, utf8 } from "@juno/base";

const WORDS = [0, 1, 2, 3, 255, 65_536, 2 ** 31, 2 ** 32 - 1];
const LONGS = [0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 64n - 1n];
const TOKENS = [
  ...'{}[]",:\\',
  ...["null", "true", "-0", "1.5", "1e9", "9007199254740992", '"__proto__":1,', "\\ud800", "\u0000"],
  ...["data: ", "event: ", "id: 01\n", "\n\n", "é", "\ufeff"],
].map(utf8);
const PIECE_BYTES_MAX = 40;

export type Spoil = (prng: Prng, bytes: Uint8Array) => Uint8Array<ArrayBuffer>;

const spliced = (bytes: Uint8Array, at: number, cut: number, put: Uint8Array): Uint8Array<ArrayBuffer> =>
  concatBytes(bytes.subarray(0, at), put, bytes.subarray(Math.min(bytes.length, at + cut)));

/** Changes a few bytes, or a number, or a length, or cuts and joins pieces. */
export const spoil: Spoil = (prng, bytes) => {
  if (bytes.length === 0) return prng.bytes(prng.below(20));
  const spoiled = new Uint8Array(bytes);
  const view = new DataView(spoiled.buffer);
  const at = prng.below(bytes.length);
  switch (prng.below(6)) {
    case 0:
      spoiled[at]! ^= 1 << prng.below(8);
      return spoiled;
    case 1:
      if (at + 8 <= bytes.length) view.setBigUint64(at, prng.pick(LONGS));
      return spoiled;
    case 2:
      if (at + 4 <= bytes.length) view.setUint32(at, prng.pick(WORDS));
      return spoiled;
    case 3:
      return spoiled.slice(0, at);
    case 4:
      return spliced(bytes, bytes.length, 0, bytes.subarray(at));
    default:
      return spliced(bytes, at, 1 + prng.below(PIECE_BYTES_MAX), new Uint8Array(0));
  }
};

/** As `spoil`, or puts something in that means something in a text. */
export const spoilText: Spoil = (prng, bytes) => {
  if (prng.chance(1, 2)) return spoil(prng, bytes);
  return spliced(bytes, prng.below(bytes.length + 1), prng.below(4), prng.pick(TOKENS));
};
