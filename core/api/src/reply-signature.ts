// What a node signs when it answers (A12, A16, A17), as bytes. Both ends compute these digests; the
// signature itself is made and checked elsewhere. The request stands in the digest, with the
// client's nonce, so an answer can be passed off neither for another question nor for a later one.

import {
  type Hash,
  NodeId,
  parseHex,
  type Sha256,
  type Sign,
  type SignatureCheck,
  signedBytes,
  utf8,
  Writer,
} from "@juno/base";

export const SIGNATURE_HEADER = "juno-signature";
export const NONCE_HEADER = "juno-nonce";
/** A42 */
export const READER_HEADER = "juno-reader";

export type RequestParts = {
  readonly method: string;
  /** Path and query exactly as sent, for example `/api/v1/entries?from=1`. */
  readonly target: string;
  /** The Juno-Nonce header as sent; empty if there was none. */
  readonly nonce: string;
  readonly body: Uint8Array;
};

/** A16: SHA-256(method SP target LF nonce LF body). */
export function requestDigest(sha256: Sha256, request: RequestParts): Hash {
  const head = utf8(`${request.method} ${request.target}\n${request.nonce}\n`);
  if (request.body.length === 0) return sha256(head);
  const whole = new Uint8Array(head.length + request.body.length);
  whole.set(head, 0);
  whole.set(request.body, head.length);
  return sha256(whole);
}

/** A16: the body under tag "reply": request digest, status as u16, SHA-256 of the reply's body. */
export function replyStatement(
  network: Hash,
  reply: { readonly requestDigest: Hash; readonly status: number; readonly bodyHash: Hash },
): Uint8Array<ArrayBuffer> {
  const body = new Writer(66).raw(reply.requestDigest).u16(reply.status).raw(reply.bodyHash).finish();
  return signedBytes({ tag: "reply", network, body });
}

export type StreamEvent = {
  /** `entry`, `node` … */
  readonly name: string;
  /** The log index, or undefined for events that stand outside the log. */
  readonly id: number | undefined;
  /** One line of JSON. */
  readonly data: string;
};

/** A17: the body under tag "event": SHA-256(name LF id LF data); id is empty if there is none. */
export function eventStatement(
  context: { readonly network: Hash; readonly sha256: Sha256 },
  event: StreamEvent,
): Uint8Array<ArrayBuffer> {
  const digest = context.sha256(utf8(`${event.name}\n${event.id ?? ""}\n${event.data}`));
  return signedBytes({ tag: "event", network: context.network, body: digest });
}

/** `<node id>:<signature, hex>`: the value of the header and of a stream event's signature line. */
export function renderSignature(by: { node: NodeId; sign: Sign; hex: (b: Uint8Array) => string }) {
  return (statement: Uint8Array): string => `${by.node}:${by.hex(by.sign(statement))}`;
}

const SIGNATURE_TEXT = /^(0|[1-9][0-9]{0,9}):([0-9a-f]{128})$/;

/** The parts of a signature's text, or undefined. */
export function parseSignature(text: string): { node: NodeId; signature: Uint8Array } | undefined {
  const match = SIGNATURE_TEXT.exec(text);
  if (match === null) return undefined;
  const node = Number(match[1]);
  if (node > 0xffff_ffff) return undefined;
  return { node: NodeId(node), signature: parseHex(match[2]!, 64)! };
}

/** The check a reader makes of a signature's text, or undefined if it cannot be a signature of `keyOf`. */
export function signatureCheck(
  text: string,
  statement: Uint8Array,
  keyOf: { get(node: NodeId): Uint8Array | undefined },
): { readonly node: NodeId; readonly check: SignatureCheck } | undefined {
  const parsed = parseSignature(text);
  if (parsed === undefined) return undefined;
  const key = keyOf.get(parsed.node);
  if (key === undefined) return undefined;
  return { node: parsed.node, check: { key, message: statement, signature: parsed.signature } };
}
