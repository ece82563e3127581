// The messages of the protocol (section 4) and their frames. A frame is: version, kind, sender,
// signed body, signature, unsigned attachment. Bodies of bulk messages name the digest of their
// attachment, so everything but self-certifying proofs and hash-chained entries is signed.

import {
  decodeWith,
  Epoch,
  Hash,
  NodeId,
  type Reader,
  type Refusal,
  type Result,
  type Sha256,
  type Sign,
  signedBytes,
  Term,
  Writer,
} from "@juno/base";
import {
  type Certificate,
  type CommitProof,
  type Point,
  type Position,
  readCertificate,
  readCommitProof,
  readPoint,
  readPosition,
  readTermCertificate,
  type TermCertificate,
  writeCertificate,
  writeCommitProof,
  writePoint,
  writePosition,
  writeTermCertificate,
} from "@juno/proof";

/** E23: the order of the kinds is their code on the wire, from 1. */
export const MESSAGE_KINDS = [
  "prevote",
  "proofs",
  "request-vote",
  "vote",
  "append-entries",
  "ack",
  "commands",
  "fetch",
  "fetch-reply",
  "evidence",
  "probe",
  "probe-reply",
  "snapshot",
  "recall",
  "recollection",
  "epochs",
] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** What only a voter of the epoch says, under the key that it votes with; any member may say all else. */
export const VOTERS_KINDS: ReadonlySet<MessageKind> = new Set([
  "prevote",
  "proofs",
  "request-vote",
  "vote",
  "append-entries",
  "ack",
  "probe-reply",
  "snapshot",
]);

export type Frame = {
  readonly kind: MessageKind;
  readonly from: NodeId;
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
  readonly attachment: Uint8Array;
};

const FRAME_VERSION = 1;
const BODY_BYTES_MAX = 256;
const KIB = 1024;
const MIB = 1024 * KIB;
/** Frames beyond this are refused unread (E23). */
export const FRAME_BYTES_MAX = 16 * MIB;
export const COMMANDS_PER_FRAME_MAX = 2048;
/** Entries of a reply, which was asked for. */
export const ENTRIES_PER_REPLY_MAX = 8192;
/**
 * Commands of one frame that were not asked for have together at most so many signatures: whoever must
 * verify them is busy for a tenth of a second, not longer than leaders are given to be heard.
 */
export const SIGNATURES_PER_FRAME_MAX = 2048;
/** Links of one frame. */
export const LINKS_PER_FRAME_MAX = 1024;
/** What a body may exceed a payload by: signatures, or a certificate in an election entry. */
export const BODY_EXTRA_BYTES_MAX = 64 * KIB;

/** Bytes an attachment may have (E23): what an honest node needs, so that a liar cannot make others read more. */
const ATTACHMENT_BYTES_MAX: Readonly<Record<MessageKind, number>> = {
  prevote: 64 * KIB,
  proofs: 2 * MIB,
  "request-vote": 128 * KIB,
  vote: 64 * KIB,
  "append-entries": 2 * MIB,
  ack: 64 * KIB,
  commands: 2 * MIB,
  fetch: 0,
  "fetch-reply": FRAME_BYTES_MAX,
  evidence: 2 * MIB,
  probe: 0,
  "probe-reply": 64 * KIB,
  snapshot: 0,
  recall: 0,
  recollection: 8 * KIB,
  epochs: 8 * MIB,
};
/** Kinds whose attachment may besides hold one command of the largest size. */
const CARRIES_COMMANDS: ReadonlySet<MessageKind> = new Set(["append-entries", "commands"]);

export function attachmentBytesMax(kind: MessageKind, payloadBytesMax: number): number {
  const command = CARRIES_COMMANDS.has(kind) ? payloadBytesMax + BODY_EXTRA_BYTES_MAX : 0;
  return ATTACHMENT_BYTES_MAX[kind] + command;
}

/** Signs a body under the tag of its kind (E7). */
export function signBody(
  signer: { network: Hash; sign: Sign },
  kind: MessageKind,
  body: Uint8Array,
): Uint8Array {
  return signer.sign(signedBytes({ tag: kind, network: signer.network, body }));
}

export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  const writer = new Writer(80 + frame.body.length + frame.attachment.length);
  writer
    .u8(FRAME_VERSION)
    .u8(MESSAGE_KINDS.indexOf(frame.kind) + 1)
    .u32(frame.from);
  return writer.bytes(frame.body).raw(frame.signature).raw(frame.attachment).finish();
}

export function decodeFrame(bytes: Uint8Array): Result<Frame, Refusal> {
  return decodeWith(bytes, (reader) => {
    if (reader.u8() !== FRAME_VERSION) reader.fail("unknown frame version");
    const kind = MESSAGE_KINDS[reader.u8() - 1] ?? reader.fail("unknown message kind");
    const from = NodeId(reader.u32());
    const body = reader.bytes(BODY_BYTES_MAX);
    const signature = reader.raw(64);
    return { kind, from, body, signature, attachment: reader.raw(reader.remaining) };
  });
}

/** What a frame says it is, before anything else of it is read. */
export function kindOfFrame(bytes: Uint8Array): MessageKind | undefined {
  return bytes[0] === FRAME_VERSION ? MESSAGE_KINDS[(bytes[1] ?? 0) - 1] : undefined;
}

type Common = { readonly epoch: Epoch; readonly from: NodeId };

/** E24 */
export type RequestVoteBody = Common & { readonly term: Term; readonly base: Position };
/** E26: a message whose content is its attachment. */
export type BulkBody = Common & { readonly digest: Hash };
/** E27: backwards from `to`, or forwards from `from`; `certified` is echoed by the reply. */
export type FetchBody = Common & {
  readonly direction: "back" | "forward";
  readonly certified: boolean;
  /** Backwards: the last entry wanted. Forwards: the point right before the first. */
  readonly point: Point;
  /** How many entries are of use to who asks. */
  readonly entriesMax: number;
  readonly bytesMax: number;
};
/** E28; a recall (E52) has the same. */
export type ProbeBody = Common & { readonly nonce: number };
/** E29 */
export type ProbeReplyBody = ProbeBody & { readonly certified: Position };

const writeCommon = (w: Writer, c: Common): Writer => w.u64(c.epoch).u32(c.from);
const readCommon = (r: Reader): Common => ({ epoch: Epoch(r.u64()), from: NodeId(r.u32()) });

export const encodeRequestVoteBody = (b: RequestVoteBody): Uint8Array =>
  writePosition(writeCommon(new Writer(68), b).u64(b.term), b.base).finish();
export const decodeRequestVoteBody = (bytes: Uint8Array): Result<RequestVoteBody, Refusal> =>
  decodeWith(bytes, (r) => ({ ...readCommon(r), term: Term(r.u64()), base: readPosition(r) }));

export const encodeBulkBody = (b: BulkBody): Uint8Array =>
  writeCommon(new Writer(44), b).raw(b.digest).finish();
export const decodeBulkBody = (bytes: Uint8Array): Result<BulkBody, Refusal> =>
  decodeWith(bytes, (r) => ({ ...readCommon(r), digest: r.hash() }));

export function encodeFetchBody(b: FetchBody): Uint8Array {
  const writer = writeCommon(new Writer(62), b)
    .bool(b.direction === "forward")
    .bool(b.certified);
  return writePoint(writer, b.point).u32(b.entriesMax).u32(b.bytesMax).finish();
}

export const decodeFetchBody = (bytes: Uint8Array): Result<FetchBody, Refusal> =>
  decodeWith(bytes, (r) => ({
    ...readCommon(r),
    direction: r.bool() ? "forward" : "back",
    certified: r.bool(),
    point: readPoint(r),
    entriesMax: r.u32(),
    bytesMax: r.u32(),
  }));

export const encodeProbeBody = (b: ProbeBody): Uint8Array =>
  writeCommon(new Writer(20), b).u64(b.nonce).finish();
export const decodeProbeBody = (bytes: Uint8Array): Result<ProbeBody, Refusal> =>
  decodeWith(bytes, (r) => ({ ...readCommon(r), nonce: r.u64() }));

export const encodeProbeReplyBody = (b: ProbeReplyBody): Uint8Array =>
  writePosition(writeCommon(new Writer(68), b).u64(b.nonce), b.certified).finish();
export const decodeProbeReplyBody = (bytes: Uint8Array): Result<ProbeReplyBody, Refusal> =>
  decodeWith(bytes, (r) => ({ ...readCommon(r), nonce: r.u64(), certified: readPosition(r) }));

/** What a node shows to those behind (V2, V7). Each part proves itself. */
export type Proofs = {
  readonly termCertificate: TermCertificate | undefined;
  readonly certificate: Certificate | undefined;
  readonly commitProof: CommitProof | undefined;
};

export function writeProofs(writer: Writer, proofs: Proofs): Writer {
  return writer
    .option(proofs.termCertificate, writeTermCertificate)
    .option(proofs.certificate, writeCertificate)
    .option(proofs.commitProof, writeCommitProof);
}

export const readProofs = (r: Reader): Proofs => ({
  termCertificate: r.option(readTermCertificate),
  certificate: r.option(readCertificate),
  commitProof: r.option(readCommitProof),
});

/** The epoch and the sender that every body begins with. */
export const decodeCommon = (body: Uint8Array): Result<Common, Refusal> =>
  decodeWith(body.subarray(0, 12), readCommon);

/** The attachment of a bulk message, encoded, with the body that names its digest. */
export function bulk(
  sender: Common & { readonly sha256: Sha256 },
  write: (writer: Writer) => void,
): { body: Uint8Array; attachment: Uint8Array } {
  const writer = new Writer(4096);
  write(writer);
  const attachment = writer.finish();
  return { body: encodeBulkBody({ ...sender, digest: Hash(sender.sha256(attachment)) }), attachment };
}
