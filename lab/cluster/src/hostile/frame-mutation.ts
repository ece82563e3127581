// Genuine frames, tampered with in one place: as bytes, in a field of the body, or inside the
// attachment; signed anew by the tamperer's own key or not, and with the digests and hashes made to fit
// or not. So some fall at the first look, and some reach the heart of a node.

import { decodeWith, type Hash, LogIndex, type Prng, type Sha256 } from "@juno/base";
import { encodeFrame, type Frame, type MessageKind } from "@juno/consensus";
import { chainEntry, decodeAppendBody, encodeAppendBody, readEntry } from "@juno/proof";
import { ATTACHMENTS, BODIES, NAMES_DIGEST } from "./message-shapes.ts";
import { bend, cut, join, numberOf } from "./shape.ts";

export type Tamperer = {
  readonly sha256: Sha256;
  /** Signs with the own key. */
  sign(kind: MessageKind, body: Uint8Array): Uint8Array;
};

export type Mutant = { readonly bytes: Uint8Array; readonly how: string };

const BODY_BYTES_MAX = 64 * 1024 * 1024;

export function mutate(prng: Prng, frame: Frame, tamperer: Tamperer): Mutant {
  const way = prng.below(10);
  if (way < 2) return mutateBytes(prng, frame);
  if (way < 3) return relabel(prng, frame, tamperer);
  return mutateInside(prng, frame, tamperer);
}

/** Damage that knows no layout. */
function mutateBytes(prng: Prng, frame: Frame): Mutant {
  const bytes = encodeFrame(frame);
  const at = prng.below(bytes.length);
  const how = prng.pick(["flip", "cut", "grow", "drop", "insert", "zero"] as const);
  const said = (mutant: Uint8Array): Mutant => ({ bytes: mutant, how: `${frame.kind}: ${how} at ${at}` });
  if (how === "cut") return said(bytes.slice(0, at));
  if (how === "grow") return said(new Uint8Array([...bytes, ...prng.bytes(1 + prng.below(40))]));
  if (how === "drop") return said(new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + 1)]));
  if (how === "insert") {
    return said(new Uint8Array([...bytes.subarray(0, at), prng.below(256), ...bytes.subarray(at)]));
  }
  if (how === "zero") return said(bytes.fill(0, at, at + 8));
  bytes[at]! ^= 1 << prng.below(8);
  return said(bytes);
}

/** A genuine content under the name of another kind. */
function relabel(prng: Prng, frame: Frame, tamperer: Tamperer): Mutant {
  const kind = prng.pick(Object.keys(BODIES) as MessageKind[]);
  const signature = prng.chance(1, 2) ? tamperer.sign(kind, frame.body) : frame.signature;
  return { bytes: encodeFrame({ ...frame, kind, signature }), how: `${frame.kind} called ${kind}` };
}

/** The body as its sender might have said it: every body names its sender after the epoch. */
function inOwnName({ body, from }: Frame): Uint8Array {
  const own = new Uint8Array(body);
  own.set(numberOf(BigInt(from), 4), 8);
  return own;
}

/** Bends one to three parts of body and attachment; then what depends on them is made to fit, or not. */
function mutateInside(prng: Prng, frame: Frame, tamperer: Tamperer): Mutant {
  const body = cut(BODIES[frame.kind], inOwnName(frame), "body");
  const attachment = cut(ATTACHMENTS[frame.kind], frame.attachment, "attachment");
  const hasAttachment = frame.attachment.length > 0;
  const changes: string[] = [];
  for (let count = prng.pick([1, 1, 1, 2, 3]); count > 0; count--) {
    changes.push(bend(prng, hasAttachment && prng.chance(1, 2) ? attachment : body));
  }
  const bent = { ...frame, body: join(body), attachment: join(attachment) };
  const isHonestWork = prng.chance(3, 4);
  const whole = isHonestWork ? fitTogether(bent, tamperer) : bent;
  return {
    bytes: encodeFrame({ ...whole, body: whole.body.slice(0, 100_000) }),
    how: `${frame.kind}: ${changes.join(", ")}${isHonestWork ? ", signed" : ""}`,
  };
}

/** Digest, hash chain and signature as if what the frame holds were meant. */
export function fitTogether(frame: Frame, tamperer: Tamperer): Frame {
  let { body } = frame;
  if (NAMES_DIGEST.has(frame.kind) && body.length === 44) {
    body = new Uint8Array([...body.subarray(0, 12), ...tamperer.sha256(frame.attachment)]);
  }
  if (frame.kind === "append-entries") body = chained(frame, tamperer.sha256);
  return { ...frame, body, signature: tamperer.sign(frame.kind, body) };
}

/** The body whose last point the entries hash to, if they can be hashed at all. */
function chained(frame: Frame, sha256: Sha256): Uint8Array {
  const body = decodeAppendBody(frame.body);
  const bare = decodeWith(frame.attachment, (r) => {
    const entries = r.list(10_000, (item) => readEntry(item, BODY_BYTES_MAX));
    r.raw(r.remaining);
    return entries;
  });
  if (!body.ok || !bare.ok) return frame.body;
  let { index, hash }: { index: number; hash: Hash } = body.value.previous;
  for (const entry of bare.value) {
    const next = chainEntry(sha256, hash, entry);
    if (!next.ok) return frame.body;
    ({ index, hash } = next.value);
  }
  return encodeAppendBody({ ...body.value, last: { index: LogIndex(index), hash } });
}
