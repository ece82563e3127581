// A signed command as bytes (A1): the payload verbatim and the signatures over it. The id is the
// hash of the payload; the body digest binds the signatures as well, in a way that survives the
// redaction of the payload (E12).

import {
  decodeWith,
  type Hash,
  type Reader,
  type Refusal,
  type Result,
  type Sha256,
  Writer,
} from "@juno/base";

export type CommandSignature = { readonly key: Uint8Array; readonly signature: Uint8Array };

export type SignedCommand = {
  /** JSON text, exact bytes. */
  readonly payload: Uint8Array;
  readonly signatures: readonly CommandSignature[];
};

/** More bytes than any genesis may permit a payload to have. */
const PAYLOAD_BYTES_MAX = 16 * 1024 * 1024;
const SIGNATURES_MAX = 256;

/** E13: payload behind its length, then (key, signature) pairs behind their count. */
export function encodeCommand(command: SignedCommand): Uint8Array<ArrayBuffer> {
  const writer = new Writer(command.payload.length + 8 + 96 * command.signatures.length);
  writer
    .bytes(command.payload)
    .list(command.signatures, (w, { key, signature }) => w.raw(key).raw(signature));
  return writer.finish();
}

export function decodeCommand(body: Uint8Array): Result<SignedCommand, Refusal> {
  return decodeWith(body, (reader: Reader) => ({
    payload: reader.bytes(PAYLOAD_BYTES_MAX),
    signatures: reader.list(SIGNATURES_MAX, (r) => ({ key: r.raw(32), signature: r.raw(64) })),
  }));
}

/** The one identity a command has (A1). */
export const commandId = (sha256: Sha256, payload: Uint8Array): Hash => sha256(payload);

/** E12: what an entry's hash says of a command: SHA-256(id ‖ SHA-256(signatures)). */
export function commandDigest(sha256: Sha256, parts: { id: Hash; signaturesHash: Hash }): Hash {
  const both = new Uint8Array(64);
  both.set(parts.id, 0);
  both.set(parts.signaturesHash, 32);
  return sha256(both);
}

/** SHA-256 over the (key, signature) pairs in order, 96 bytes each. */
export function signaturesHash(sha256: Sha256, signatures: readonly CommandSignature[]): Hash {
  const writer = new Writer(96 * signatures.length);
  for (const { key, signature } of signatures) writer.raw(key).raw(signature);
  return sha256(writer.finish());
}

/** A4: a command enters the log at most so long before it expires, so ids are remembered no longer; ms. */
export const LIFETIME_MS_MAX = 24 * 60 * 60 * 1000;

/** A4: whether an entry of this time may carry a command that expires then. */
export function isAppendable(times: { readonly entryMs: number; readonly expiresMs: number }): boolean {
  return times.entryMs <= times.expiresMs && times.expiresMs <= times.entryMs + LIFETIME_MS_MAX;
}
