// The body of a command whose payload was redacted (E49): what its entry's hash needs, and nothing more. It hashes as
// the whole body did, so chain, ids and proofs stay. Invariant: no whole body is a redacted one, nor the other way round;
// and whatever comes from peers is read as whole bodies only, so that nobody is ever sent half a log unnoticed.

import { decodeWith, type Hash, ok, type Refusal, type Result, type Sha256, Writer } from "@juno/base";
import { commandDigest, commandId, decodeCommand, signaturesHash } from "./command.ts";
import { type BareEntry, bodyDigest, type Entry, type EntryKind, entryHash } from "./entry.ts";

export type RedactedBody = { readonly id: Hash; readonly signaturesHash: Hash };

/** Where a whole body has its payload's length; no payload is so long (E13). */
const MARK = 0xffff_ffff;
export const REDACTED_BODY_BYTES = 4 + 32 + 32;

/** E49 */
export const encodeRedactedBody = (parts: RedactedBody): Uint8Array<ArrayBuffer> =>
  new Writer(REDACTED_BODY_BYTES).u32(MARK).raw(parts.id).raw(parts.signaturesHash).finish();

export const decodeRedactedBody = (body: Uint8Array): Result<RedactedBody, Refusal> =>
  decodeWith(body, (reader) => {
    if (reader.u32() !== MARK) reader.fail("this is no redacted body");
    return { id: reader.hash(), signaturesHash: reader.hash() };
  });

/** Whether these bytes begin as only a redacted body does. */
export const beginsRedacted = (body: Uint8Array): boolean =>
  body[0] === 0xff && body[1] === 0xff && body[2] === 0xff && body[3] === 0xff;

export const isRedacted = ({ kind, body }: Pick<Entry, "kind" | "body">): boolean =>
  kind === "command" && body.length === REDACTED_BODY_BYTES && beginsRedacted(body);

/** What remains of a whole body, or of one that was redacted before. */
export function redactedParts(sha256: Sha256, body: Uint8Array): Result<RedactedBody, Refusal> {
  if (beginsRedacted(body)) return decodeRedactedBody(body);
  const command = decodeCommand(body);
  if (!command.ok) return command;
  const { payload, signatures } = command.value;
  return ok({ id: commandId(sha256, payload), signaturesHash: signaturesHash(sha256, signatures) });
}

/** E12, E49: the digest of a body that may have been redacted. */
export function keptBodyDigest(sha256: Sha256, kind: EntryKind, body: Uint8Array): Result<Hash, Refusal> {
  if (kind !== "command" || !beginsRedacted(body)) return bodyDigest(sha256, kind, body);
  const parts = decodeRedactedBody(body);
  return parts.ok ? ok(commandDigest(sha256, parts.value)) : parts;
}

/** Hashes a bare entry, whose payload may have been redacted, onto the chain that ends in `previous`. */
export function chainKeptEntry(sha256: Sha256, previous: Hash, bare: BareEntry): Result<Entry, Refusal> {
  const digest = keptBodyDigest(sha256, bare.kind, bare.body);
  if (!digest.ok) return digest;
  const header = { ...bare, bodyDigest: digest.value };
  return ok({ ...header, hash: entryHash(sha256, previous, header) });
}
