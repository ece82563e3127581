// What a reader signs (A42), as bytes and as a header: who asks whom, when, and for what. The digest of the request (A16) stands in it,
// so it says nothing of another path, query or body; the time bounds how long it can be repeated, and no other node than the named takes it.

import { type Hash, hex, type NodeId, parseHex, signedBytes, Writer } from "@juno/base";

/** How far the clocks of reader and node may be apart, and how long a signature is good. */
export const READ_WINDOW_MS = 60_000;

export type SignedRead = {
  readonly key: Uint8Array;
  /** Milliseconds since 1970, by the reader's clock. */
  readonly time: number;
  readonly signature: Uint8Array;
};

/** E63: what is signed. */
export function signedReadBytes(
  network: Hash,
  read: { readonly node: NodeId; readonly time: number; readonly requestDigest: Hash },
): Uint8Array<ArrayBuffer> {
  const body = new Writer(44).u32(read.node).u64(read.time).raw(read.requestDigest).finish();
  return signedBytes({ tag: "read", network, body });
}

/** The header's value. */
export const renderSignedRead = ({ key, time, signature }: SignedRead): string =>
  `${hex(key)}:${time}:${hex(signature)}`;

const READER_TEXT = /^([0-9a-f]{64}):(0|[1-9][0-9]{0,15}):([0-9a-f]{128})$/;

/** The parts of a header's value; undefined if it is none. */
export function parseSignedRead(text: string): SignedRead | undefined {
  const match = READER_TEXT.exec(text);
  if (match === null) return undefined;
  const time = Number(match[2]);
  if (!Number.isSafeInteger(time)) return undefined;
  return { key: parseHex(match[1]!, 32)!, time, signature: parseHex(match[3]!, 64)! };
}
