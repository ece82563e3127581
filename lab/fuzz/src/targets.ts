// Every reader of bytes from outside, and what it promises whatever the bytes are: it never throws, it
// takes a binary form only if that is the one spelling of what it says (E1–E6), and it takes no text that
// means something else to another reader.

import { checkShape, EventReader, OutcomeProofSchema, outcomeProofOf, type ReceivedEvent } from "@juno/api";
import {
  assert,
  canonicalText,
  equalBytes,
  type Json,
  parseJson,
  parseUtf8,
  type Refusal,
  type Result,
  utf8,
} from "@juno/base";
import {
  decodeAppendBody,
  decodeFrame,
  decodeRequestVoteBody,
  encodeAppendBody,
  encodeFrame,
  encodeRequestVoteBody,
} from "@juno/consensus";
import { ledgerContext, parseCommandBody, parsePayload, parseTime, renderTime } from "@juno/ledger";
import {
  commandId,
  decodeAck,
  decodeCertificate,
  decodeCommand,
  decodeCommitProof,
  decodePreVote,
  decodeTermCertificate,
  decodeVote,
  encodeAck,
  encodeCertificate,
  encodeCommand,
  encodeCommitProof,
  encodePreVote,
  encodeTermCertificate,
  encodeVote,
  parseGenesis,
} from "@juno/proof";
import { sha256 } from "@juno/simulator";
import type { Target } from "./campaign.ts";
import { messageTarget } from "./message-target.ts";
import { spoil, spoilText } from "./spoil.ts";
import {
  bytesOf,
  commandBody,
  encodingVectors,
  ledgerVectors,
  outcomeProofText,
  textBytes,
} from "./vectors.ts";

/** A form of the one codec: what is decoded is encoded to the very bytes it came from. */
function form<T>(
  name: string,
  samples: readonly Uint8Array[],
  codec: { decode: (bytes: Uint8Array) => Result<T, Refusal>; encode: (value: T) => Uint8Array },
): Target {
  const read = (bytes: Uint8Array): boolean => {
    const decoded = codec.decode(bytes);
    if (!decoded.ok) return false;
    assert(equalBytes(codec.encode(decoded.value), bytes), "there is one spelling of each value");
    return true;
  };
  return { name, samples, spoil, read };
}

function forms(): Target[] {
  const { statements, certificates, termCertificate, commitProof, commands } = encodingVectors();
  const bodies = (tag: string) => statements.filter((s) => s.tag === tag).map((s) => bytesOf(s.body));
  return [
    form("prevote", bodies("prevote"), { decode: decodePreVote, encode: encodePreVote }),
    form("vote", bodies("vote"), { decode: decodeVote, encode: encodeVote }),
    form("ack", bodies("ack"), { decode: decodeAck, encode: encodeAck }),
    form(
      "certificate",
      certificates.map(({ bytes }) => bytesOf(bytes)),
      { decode: decodeCertificate, encode: encodeCertificate },
    ),
    form("term-certificate", [bytesOf(termCertificate.bytes)], {
      decode: decodeTermCertificate,
      encode: encodeTermCertificate,
    }),
    form("commit-proof", [bytesOf(commitProof.bytes)], {
      decode: decodeCommitProof,
      encode: encodeCommitProof,
    }),
    form(
      "command",
      commands.vectors.map(({ body }) => bytesOf(body)),
      { decode: decodeCommand, encode: encodeCommand },
    ),
  ];
}

/** Bodies of messages, and the frames around them, of a cluster's own life. */
function wireForms(frames: readonly Uint8Array[]): Target[] {
  const bodiesOf = (kind: string): Uint8Array[] =>
    frames.flatMap((bytes) => {
      const frame = decodeFrame(bytes);
      return frame.ok && frame.value.kind === kind ? [frame.value.body] : [];
    });
  return [
    form("frame", frames, { decode: decodeFrame, encode: encodeFrame }),
    form("append-entries", bodiesOf("append-entries"), {
      decode: decodeAppendBody,
      encode: encodeAppendBody,
    }),
    form("request-vote", bodiesOf("request-vote"), {
      decode: decodeRequestVoteBody,
      encode: encodeRequestVoteBody,
    }),
  ];
}

const text = (name: string, samples: readonly string[], read: Target["read"]): Target => ({
  name,
  samples: textBytes(samples),
  spoil: spoilText,
  read,
});

const JSON_LIMITS = { bytesMax: 1_000_000 };

/** A value as the host's own reader has it, spelled alike. */
function hostSpelling(value: unknown): string {
  const json = (part: unknown): Json => {
    if (part === null || typeof part !== "object") return part as Json;
    if (Array.isArray(part)) return part.map(json);
    return new Map(Object.entries(part).map(([name, member]) => [name, json(member)]));
  };
  return canonicalText(json(value));
}

/** C1, C2: what is taken means the same to every other reader of JSON. */
function readJsonText(bytes: Uint8Array): boolean {
  const parsed = parseJson(bytes, JSON_LIMITS);
  if (!parsed.ok) return false;
  const spelled = canonicalText(parsed.value);
  assert(hostSpelling(JSON.parse(parseUtf8(bytes)!)) === spelled, "all readers of JSON read the same");
  const again = parseJson(utf8(spelled), JSON_LIMITS);
  assert(again.ok && canonicalText(again.value) === spelled, "the canonical text is its own");
  return true;
}

function readTime(bytes: Uint8Array): boolean {
  const spelling = parseUtf8(bytes);
  const ms = spelling === undefined ? undefined : parseTime(spelling);
  if (ms === undefined) return false;
  assert(renderTime(ms) === spelling, "an instant has one spelling");
  return true;
}

/** A18: whatever has the shape of a proof is read or refused. */
function readOutcomeProof(bytes: Uint8Array): boolean {
  let json: unknown;
  try {
    json = JSON.parse(parseUtf8(bytes) ?? "");
  } catch {
    return false;
  }
  const shape = checkShape(OutcomeProofSchema, json);
  return shape.ok && outcomeProofOf(shape.value).ok;
}

function eventsOf(pieces: readonly string[]): ReceivedEvent[] {
  const reader = new EventReader();
  return pieces.flatMap((piece) => reader.read(piece) ?? []);
}

/** A17: the events of a stream do not depend on the pieces in which it arrives. */
function readEvents(bytes: Uint8Array): boolean {
  const stream = new TextDecoder().decode(bytes);
  const whole = eventsOf([stream]);
  const cut = eventsOf([...stream]);
  assert(JSON.stringify(whole) === JSON.stringify(cut), "pieces do not matter");
  return whole.length > 0;
}

function texts(): Target[] {
  const { genesis, entries } = ledgerVectors();
  const parsed = parseGenesis(sha256, utf8(genesis));
  if (!parsed.ok) throw new Error(parsed.error.detail);
  const context = ledgerContext({ sha256, genesis: parsed.value });
  const payloads = entries.map(({ payload }) => payload);
  return [
    text("json", [genesis, ...payloads, ...entries.map(({ receipt }) => receipt)], readJsonText),
    text("payload", payloads, (bytes) => {
      const payload = parsePayload(context, bytes);
      if (payload.ok)
        assert(equalBytes(payload.value.id, commandId(sha256, bytes)), "an id is its payload's");
      return payload.ok;
    }),
    {
      name: "command-body",
      samples: payloads.map(commandBody),
      spoil: spoilText,
      read: (bytes) => parseCommandBody(context, bytes).ok,
    },
    text("genesis", [genesis], (bytes) => parseGenesis(sha256, bytes).ok),
    text("time", ["2026-01-31T12:00:00.000Z", "1970-01-01T00:00:00.000Z"], readTime),
    text("outcome-proof", [outcomeProofText()], readOutcomeProof),
    text("events", ['event: entry\nid: 7\nsignature: ab\ndata: {"index":7}\n\n: alive\n\n'], readEvents),
  ];
}

/** Makes every target anew. */
export function allTargets(): Target[] {
  const messages = messageTarget();
  return [...forms(), ...wireForms(messages.samples), ...texts(), messages];
}
