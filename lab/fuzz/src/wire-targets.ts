// What comes from another node, before it is a message: the stream of a connection, the frames in it,
// their bodies and their attachments, out of a cluster's own life.

import { assert, decodeWith, equalBytes, type Reader, Writer } from "@juno/base";
import {
  decodeBulkBody,
  decodeFetchBody,
  decodeFrame,
  decodeProbeBody,
  decodeProbeReplyBody,
  decodeRequestVoteBody,
  encodeBulkBody,
  encodeFetchBody,
  encodeFrame,
  encodeProbeBody,
  encodeProbeReplyBody,
  encodeRequestVoteBody,
  FRAME_BYTES_MAX,
  type Frame,
  type MessageKind,
  readFetchReply,
  readProofs,
  writeProofs,
} from "@juno/consensus";
import { FrameReader } from "@juno/node";
import { decodeAppendBody, decodeEvidence, encodeAppendBody, encodeEvidence } from "@juno/proof";
import type { Target } from "./campaign.ts";
import { form } from "./form.ts";
import { spoil } from "./spoil.ts";

const PAYLOAD_BYTES_MAX = 1_000_000;

/** An attachment, or a part of one, that has no encoder and decoder of its own. */
function part<T>(
  name: string,
  samples: readonly Uint8Array[],
  { read, write }: { read: (reader: Reader) => T; write: (writer: Writer, value: T) => Writer },
): Target {
  return form(name, samples, {
    decode: (bytes) => decodeWith(bytes, read),
    encode: (value) => write(new Writer(), value).finish(),
  });
}

/** What a connection's bytes give in pieces of this size, and whether they were taken to the end. */
function framesOf(stream: Uint8Array, pieceBytes: number, frameBytesMax: number) {
  const frames: Uint8Array[] = [];
  const reader = new FrameReader(frameBytesMax, (frame) => frames.push(frame));
  for (let at = 0; at < stream.length; at += pieceBytes) {
    if (!reader.push(stream.subarray(at, at + pieceBytes))) return { frames, isWhole: false };
  }
  return { frames, isWhole: true };
}

/** The frames of a connection do not depend on the pieces in which its bytes arrive. */
function streamTarget(frames: readonly Uint8Array[]): Target {
  const short = frames.filter(({ length }) => length < 600).slice(0, 6);
  const frameBytesMax = 1_000;
  const stream = new Writer();
  for (const frame of short) stream.bytes(frame);
  return {
    name: "peer-stream",
    samples: [stream.finish()],
    spoil,
    read: (bytes) => {
      const whole = framesOf(bytes, Math.max(1, bytes.length), frameBytesMax);
      for (const pieceBytes of [1, 7, 4096]) {
        const cut = framesOf(bytes, pieceBytes, frameBytesMax);
        const isSame =
          cut.isWhole === whole.isWhole &&
          cut.frames.length === whole.frames.length &&
          cut.frames.every((frame, at) => equalBytes(frame, whole.frames[at]!));
        assert(isSame, "pieces do not matter");
      }
      assert(
        whole.frames.every(({ length }) => length <= frameBytesMax),
        "no frame is over the limit",
      );
      return whole.isWhole;
    },
  };
}

export function wireTargets(samples: readonly Uint8Array[]): Target[] {
  const frames = samples.flatMap((bytes): Frame[] => {
    const frame = decodeFrame(bytes);
    return frame.ok ? [frame.value] : [];
  });
  const of = (kind: MessageKind) => frames.filter((frame) => frame.kind === kind);
  const bodies = (kind: MessageKind) => of(kind).map(({ body }) => body);
  const attachments = (kind: MessageKind) => of(kind).map(({ attachment }) => attachment);
  const bulk = [...bodies("proofs"), ...bodies("commands")];
  return [
    streamTarget(samples),
    form("frame", samples, { decode: decodeFrame, encode: encodeFrame }),
    form("append-entries", bodies("append-entries"), { decode: decodeAppendBody, encode: encodeAppendBody }),
    form("request-vote", bodies("request-vote"), {
      decode: decodeRequestVoteBody,
      encode: encodeRequestVoteBody,
    }),
    form("bulk", bulk, { decode: decodeBulkBody, encode: encodeBulkBody }),
    form("fetch", bodies("fetch"), { decode: decodeFetchBody, encode: encodeFetchBody }),
    form("probe", bodies("probe"), { decode: decodeProbeBody, encode: encodeProbeBody }),
    form("probe-reply", bodies("probe-reply"), {
      decode: decodeProbeReplyBody,
      encode: encodeProbeReplyBody,
    }),
    part("proofs", attachments("proofs"), { read: readProofs, write: writeProofs }),
    form("evidence", attachments("evidence"), { decode: decodeEvidence, encode: encodeEvidence }),
    {
      // What it decodes to has no writer of its own: headers and bodies are joined when they are chained.
      name: "fetch-reply",
      samples: attachments("fetch-reply"),
      spoil,
      read: (bytes) => {
        assert(bytes.length <= FRAME_BYTES_MAX, "samples are frames");
        return decodeWith(bytes, (r) => readFetchReply(r, PAYLOAD_BYTES_MAX)).ok;
      },
    },
  ];
}
